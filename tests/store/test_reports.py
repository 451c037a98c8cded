"""Random lives of a small community: the report agrees with a naive count over the books."""

import asyncio
import itertools
import shutil
import tempfile
from bisect import bisect_left
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

from hypothesis import HealthCheck, settings
from hypothesis.stateful import rule
from sqlalchemy import Connection, delete, select

from payments.commands.base import Command
from payments.domain.values.ids import GuildId, House, MemberId, PaymentId
from payments.domain.values.journal import JournalAccount, JournalEntry
from payments.domain.values.ledger import Transfer, TransferKind
from payments.domain.values.payment import Payment
from payments.domain.values.provider_updates import DisputeStatus, RefundStatus
from payments.domain.values.report import Period, StatsReport
from payments.domain.values.time import DAY, Instant, later
from payments.services.journal import read_journal
from payments.services.reports import read_report
from payments.store import tables
from payments.store.engine.database import open_database
from payments.store.queries import Queries
from tests.support.community_machine import MEMBERS, Community
from tests.support.ledgers import Ledger, Whole
from tests.support.make import GUILD, START, package
from tests.support.store_ledger import StoreLedger
from tests.support.thorough import examples

DOLLARS = package(33, 1000, "USD")


class Moment(NamedTuple):
    """The books after a step."""

    at: Instant
    whole: Whole
    unspent: dict[PaymentId, int]


class Naive:
    """Counts one thing after the other, over all of the books."""

    def __init__(self, moments: list[Moment], start: Instant, end: Instant) -> None:
        self.whole = moments[-1].whole
        self.moments = moments
        self.start, self.end = start, end
        self.payments = [payment for payment, _, _ in self.whole.payments.values()]
        self.reported_at = _reported_at(moments)

    def within(self, at: Instant | None) -> bool:
        return at is not None and self.start <= at < self.end

    def sold(self) -> list[Payment]:
        return [each for each in self.payments if self.within(each.credited_at)]

    def gross(self) -> Counter[str]:
        sums: Counter[str] = Counter()
        for each in self.sold():
            sums[each.price.currency] += each.paid or 0
        return sums

    def tax(self) -> Counter[str]:
        sums: Counter[str] = Counter()
        for each in self.sold():
            sums[each.price.currency] += (each.paid or 0) - each.price.minor
        return sums

    def refunded(self) -> Counter[str]:
        sums: Counter[str] = Counter()
        for payment in self.payments:
            for refund in payment.refunds:
                if refund.status is RefundStatus.SUCCEEDED and self.gone(payment, refund.id):
                    sums[refund.amount.currency] += refund.amount.minor
        return sums

    def refunded_tax(self) -> Counter[str]:
        """Of each payment the tax in all that was refunded by the end, less that by the start."""
        sums: Counter[str] = Counter()
        for each in self.payments:
            if each.credited_at is None or not each.paid:
                continue
            tax = each.paid - each.price.minor
            by = [
                sum(
                    refund.amount.minor
                    for refund in each.refunds
                    if refund.status is RefundStatus.SUCCEEDED
                    and max(self.reported_at[refund.id], each.credited_at) < moment
                )
                for moment in (self.start, self.end)
            ]
            before, after = (min(amount, each.paid) * tax // each.paid for amount in by)
            sums[each.price.currency] += after - before
        return sums

    def disputed(self) -> Counter[str]:
        sums: Counter[str] = Counter()
        for payment in self.payments:
            for dispute in payment.disputes:
                if dispute.status is DisputeStatus.LOST and self.gone(payment, dispute.id):
                    sums[dispute.amount.currency] += dispute.left.minor
        return sums

    def gone(self, payment: Payment, claim: str) -> bool:
        credited = payment.credited_at
        return credited is not None and self.within(max(credited, self.reported_at[claim]))

    def moved(self) -> list[Transfer]:
        return [each for each in self.whole.transfers.values() if self.within(each.at)]

    def net(self, house: House, *kinds: TransferKind) -> int:
        """Points that went to a house less those that came from it; undone ones where they were."""
        points = 0
        for each in self.moved():
            first = self.whole.transfers[each.undoes] if each.undoes else each
            if first.kind in kinds:
                points += each.points * ((each.destination.owner is house) * 2 - 1)
        return points

    def at(self, moment: Instant) -> Moment | None:
        place = bisect_left([each.at for each in self.moments], moment)
        return self.moments[place - 1] if place else None

    def worth(self, moment: Instant) -> Counter[str]:
        sums: Counter[str] = Counter()
        then = self.at(moment)
        for payment in self.payments if then else []:
            assert then is not None
            share = payment.price.minor * then.unspent.get(payment.id, 0)
            sums[payment.price.currency] += share // payment.points
        return sums


def _reported_at(moments: list[Moment]) -> dict[str, Instant]:
    """Since when each refund stands as succeeded, and each dispute as lost."""
    reported_at: dict[str, Instant] = {}
    stood: dict[str, bool] = {}
    for moment in moments:
        for payment, _, _ in moment.whole.payments.values():
            for refund in payment.refunds:
                if refund.status is RefundStatus.SUCCEEDED and not stood.get(refund.id):
                    reported_at[refund.id] = moment.at
                stood[refund.id] = refund.status is RefundStatus.SUCCEEDED
            for dispute in payment.disputes:
                if dispute.status is DisputeStatus.LOST and not stood.get(dispute.id):
                    reported_at[dispute.id] = moment.at
                stood[dispute.id] = dispute.status is DisputeStatus.LOST
    return reported_at


def check_report(report: StatsReport, naive: Naive) -> None:
    """Each number of the report is the naive one."""
    money = {line.currency: line for line in report.money}
    assert Counter({code: line.gross for code, line in money.items()}) == naive.gross()
    assert Counter({code: line.tax for code, line in money.items()}) == naive.tax()
    assert Counter({code: line.refunded for code, line in money.items()}) == naive.refunded()
    assert Counter({code: x.refunded_tax for code, x in money.items()}) == naive.refunded_tax()
    assert Counter({code: line.disputed for code, line in money.items()}) == naive.disputed()
    assert Counter({code: line.worth for code, line in money.items()}) == naive.worth(naive.end)
    assert sum(line.sales for line in report.money) == len(naive.sold())
    assert report.buyers == len({each.member for each in naive.sold()})
    for parts in (report.packages, report.days):
        assert sum(each.sales for each in parts) == len(naive.sold())
        assert sum(each.gross for each in parts) == naive.gross().total()
    points = report.points
    held = naive.net(House.HELD, TransferKind.HOLD, TransferKind.RELEASE)
    assert points.sold == sum(each.points for each in naive.sold())
    assert points.granted == -naive.net(House.ADJUSTED, TransferKind.GRANT)
    assert points.revoked == naive.net(House.ADJUSTED, TransferKind.REVOKE)
    assert points.spent == naive.net(House.REDEEMED, TransferKind.SPEND)
    assert points.lapsed == naive.net(House.EXPIRED, TransferKind.LAPSE)
    assert points.taken_back == held
    assert sum(report.changes.values()) == points.change
    then = naive.at(naive.end)
    accounts = then.whole.accounts.values() if then else []
    assert report.standing.balance == sum(each.balance for each in accounts)
    assert report.standing.owed == sum(each.owed for each in accounts)


def check_journal(entries: list[JournalEntry], report: StatsReport, naive: Naive) -> None:
    """Each entry balances, and the accounts come to what the report says."""
    sums: Counter[tuple[str, JournalAccount]] = Counter()
    for entry in entries:
        assert entry.lines
        assert sum(each.debit - each.credit for each in entry.lines) == 0
        assert all((each.debit > 0) + (each.credit > 0) == 1 for each in entry.lines)
        for line in entry.lines:
            sums[entry.currency, line.account] += line.debit - line.credit
    opening = naive.worth(naive.start)
    for money in report.money:
        code = money.currency
        assert sums[code, JournalAccount.PROVIDER] == money.gross - money.refunded - money.disputed
        assert sums[code, JournalAccount.DEFERRED] == opening[code] - money.worth
        assert sums[code, JournalAccount.TAX] == money.refunded_tax - money.tax
        assert sums[code, JournalAccount.REFUNDS] == money.refunded - money.refunded_tax
        assert sums[code, JournalAccount.DISPUTES] == money.disputed
    assert {code for code, _ in sums} <= {money.currency for money in report.money} | opening.keys()


class CommunityReported(Community):
    """The same community, in two currencies: at its end its life is reported."""

    def make_ledger(self) -> Ledger:
        self.folder = Path(tempfile.mkdtemp(prefix="guildbank-test-"))
        self.moments: list[Moment] = []
        return StoreLedger(self.folder, proven=False)

    def do(self, command: Command[Any], *, reversing: bool = False) -> bool:
        done = super().do(command, reversing=reversing)
        assert isinstance(self.ledger, StoreLedger)
        lots = tables.lots
        query = select(lots.c.payment_id, lots.c.remaining).where(lots.c.payment_id.is_not(None))
        unspent: Counter[PaymentId] = Counter()
        with self.ledger.engine.begin() as connection:
            for row in connection.execute(query):
                unspent[PaymentId(row.payment_id)] += row.remaining
        self.moments.append(Moment(self.now, self.after, unspent))
        return done

    @rule(target=Community.payments, member=MEMBERS)
    def buy_for_dollars(self, member: MemberId) -> Any:
        return self.buy_one(member, DOLLARS, paid=True)

    def teardown(self) -> None:
        assert isinstance(self.ledger, StoreLedger)
        self.ledger.proven = True
        self.ledger.whole()
        self.ledger.close()
        try:
            asyncio.run(self.compare(f"sqlite:///{self.folder}/books.db"))
        finally:
            shutil.rmtree(self.folder)

    async def compare(self, url: str) -> None:
        """The time in parts and as a whole; with the events forgotten only times change."""
        end = later(self.now, 1)
        middle = Instant((START + self.now) // 2 // DAY * DAY)
        cuts = sorted({Instant(0), middle, self.now, end, later(end, DAY)})
        parts = list(itertools.pairwise(cuts))
        database = open_database(url)
        try:
            queries = Queries(database.reader)
            for start, until in [*parts, (cuts[0], cuts[-1])]:
                await self.compare_one(queries, start, until, GUILD)
            whole = await self.compare_one(queries, cuts[0], cuts[-1], None)
            await database.transact(_forget_events)
            forgotten = await self.compare_one(queries, cuts[0], cuts[-1], GUILD)
            assert forgotten.money == whole.money
            split = [await read_report(queries, _period(start, until)) for start, until in parts]
            for field in ("gross", "refunds", "refunded", "refunded_tax", "disputed"):
                assert _sum(split, field) == _sum([whole], field)
        finally:
            await database.close()

    async def compare_one(
        self, queries: Queries, start: Instant, until: Instant, guild: GuildId | None
    ) -> StatsReport:
        naive = Naive(self.moments, start, until)
        report = await read_report(queries, _period(start, until, guild))
        check_report(report, naive)
        check_journal(await read_journal(queries, report.period), report, naive)
        return report


def _period(start: Instant, until: Instant, guild: GuildId | None = GUILD) -> Period:
    return Period(start=start, end=until, guild=guild, livemode=False)


def _forget_events(connection: Connection) -> None:
    for table in (tables.deliveries, tables.events):
        connection.execute(delete(table))


def _sum(parts: list[StatsReport], field: str) -> Counter[str]:
    sums: Counter[str] = Counter()
    for part in parts:
        for line in part.money:
            sums[line.currency] += getattr(line, field)
    return sums


TestReported = CommunityReported.TestCase
TestReported.settings = settings(
    max_examples=examples(6),
    stateful_step_count=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)

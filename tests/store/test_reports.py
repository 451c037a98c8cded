"""Random lives of a small community: the report agrees with a naive count over the books."""

import asyncio
import itertools
import shutil
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis.stateful import rule
from sqlalchemy import Connection, delete, select

from payments.commands.base import Command
from payments.domain.values.ids import GuildId, House, MemberId, PaymentId
from payments.domain.values.journal import JournalAccount, JournalEntry
from payments.domain.values.ledger import TransferKind
from payments.domain.values.report import Period, StatsReport
from payments.domain.values.time import DAY, Instant, later
from payments.services.journal import read_journal
from payments.services.reports import read_report
from payments.store import tables
from payments.store.engine.database import open_database
from payments.store.queries import Queries
from tests.support.community_machine import MEMBERS
from tests.support.ledgers import Ledger
from tests.support.make import GUILD, START, package
from tests.support.naive_report import Moment, Naive
from tests.support.shopping_machine import Shopping
from tests.support.store_ledger import StoreLedger
from tests.support.thorough import examples

DOLLARS = package(33, 1000, "USD")


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
    assert points.ordered == naive.net(
        House.RESERVED, TransferKind.RESERVE, TransferKind.UNRESERVE
    ) + naive.net(House.REDEEMED, TransferKind.RETURN)
    assert points.lapsed == naive.net(House.EXPIRED, TransferKind.LAPSE)
    assert points.taken_back == held
    assert sum(report.changes.values()) == points.change
    then = naive.at(naive.end)
    accounts = then.whole.accounts.values() if then else []
    orders = then.whole.orders.values() if then else []
    over = sum(n for end, n in then.ends.items() if end <= naive.end) if then else 0
    assert report.standing.balance == sum(each.balance for each in accounts) - over
    assert report.standing.reserved == sum(each.points for each in orders if each.state.is_open)
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


class CommunityReported(Shopping):
    """The same community, in two currencies: at its end its life is reported."""

    def make_ledger(self) -> Ledger:
        self.folder = Path(tempfile.mkdtemp(prefix="guildbank-test-"))
        self.moments: list[Moment] = []
        return StoreLedger(self.folder, proven=False)

    def do(self, command: Command[Any], *, reversing: bool = False) -> bool:
        done = super().do(command, reversing=reversing)
        assert isinstance(self.ledger, StoreLedger)
        lots = tables.lots
        query = select(lots.c.payment_id, lots.c.remaining, lots.c.expires_at)
        unspent: Counter[PaymentId] = Counter()
        ends: Counter[Instant] = Counter()
        with self.ledger.engine.begin() as connection:
            for row in connection.execute(query):
                if row.payment_id is not None:
                    unspent[PaymentId(row.payment_id)] += row.remaining
                if row.expires_at is not None:
                    ends[Instant(row.expires_at)] += row.remaining
        for order in self.after.orders.values():
            for each in order.payments if order.state.is_open else ():
                unspent[each] += order.points_of(each)
        self.moments.append(Moment(self.now, self.after, unspent, ends))
        return done

    @rule(target=Shopping.payments, member=MEMBERS)
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
    max_examples=examples(4),
    stateful_step_count=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)

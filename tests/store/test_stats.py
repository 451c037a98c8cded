"""The numbers of a period, on both databases."""

from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date
from functools import partialmethod
from typing import Any

import pytest
from sqlalchemy import Connection, delete

from payments.commands.base import by_member
from payments.commands.points.move import GrantPoints, RevokePoints, SpendPoints, TransferPoints
from payments.domain.values.ids import GuildId, MemberId, PaymentId
from payments.domain.values.journal import JournalAccount
from payments.domain.values.provider_updates import DisputeStatus, RefundStatus
from payments.domain.values.report import Period, PointsFlow, ReportClaim, tax_within, worth
from payments.domain.values.share import Share
from payments.domain.values.time import DAY, HOUR, Instant, later
from payments.domain.values.time_zones import start_of
from payments.runner.runner import Runner
from payments.services.journal import read_journal
from payments.services.reports import read_report
from payments.store import tables
from payments.store.engine.database import Database
from payments.store.queries import Queries
from payments.store.queries.stats import StatsQueries
from tests.support.commands import put_up
from tests.support.make import (
    ADA,
    BEN,
    GUILD,
    START,
    checkout_update,
    dispute_update,
    event,
    initiate,
    key,
    refund_update,
)

VIENNA = "Europe/Vienna"
MONTH = Period(start=START, end=later(START, 30 * DAY), guild=GUILD, livemode=False)


async def buy(
    runner: Runner, name: str, *, at: Instant = START, member: MemberId = ADA, live: bool = False
) -> None:
    await runner.run(replace(initiate(name, member=member, at=at), livemode=live))
    await runner.run(event(checkout_update(name, member=member, tax=95), at=at))


def days(count: int) -> Instant:
    return later(START, count * DAY)


def claim_of(found: list[ReportClaim]) -> ReportClaim:
    (only,) = found
    return only


async def test_points_come_and_go(runner: Runner, queries: Queries) -> None:
    await put_up(runner)
    await buy(runner, "one")
    common = {"actor": by_member(BEN), "guild": GUILD, "member": ADA, "at": days(4)}
    for command in (
        GrantPoints(key=key(), points=40, **common),  # type: ignore[arg-type]  # as spelt out above
        SpendPoints(key=key(), points=50, **common),  # type: ignore[arg-type]  # as above
        RevokePoints(key=key(), points=30, **common),  # type: ignore[arg-type]  # as above
        TransferPoints(key=key(), points=100, recipient=BEN, **common),  # type: ignore[arg-type]  # as above
    ):
        await runner.run(command)
    report = await read_report(queries, MONTH)
    assert report.points == PointsFlow(sold=500, granted=40, spent=50, revoked=30)
    assert (report.standing.balance, report.standing.paid, report.standing.given) == (460, 460, 0)
    assert report.standing.worth == {"EUR": 499 * 460 // 500}
    assert report.changes == {START // DAY: 500, days(4) // DAY: -40}
    before = await read_report(queries, replace(MONTH, end=days(4)))
    assert before.points == PointsFlow(sold=500)
    assert before.standing.worth == {"EUR": 499}


async def test_points_that_pay_debt_are_taken_back_however_they_came(
    runner: Runner, queries: Queries
) -> None:
    """All of a payment is refunded after most of it was spent; others' and new points pay it."""
    await put_up(runner)
    await buy(runner, "one")
    await buy(runner, "bens", member=BEN)
    spend = SpendPoints(
        key=key(), at=days(1), actor=by_member(ADA), guild=GUILD, member=ADA, points=400
    )
    await runner.run(spend)
    await runner.run(event(refund_update("one", "re_1", 594), at=days(2)))
    gift = TransferPoints(
        key=key(),
        at=days(8),
        actor=by_member(BEN),
        guild=GUILD,
        member=BEN,
        points=150,
        recipient=ADA,
    )
    await runner.run(gift)
    await buy(runner, "two", at=days(9))
    report = await read_report(queries, MONTH)
    assert report.points == PointsFlow(sold=1500, spent=400, taken_back=500)
    assert (report.standing.balance, report.standing.owed) == (600, 0)
    assert report.standing.worth == {"EUR": 499 * 350 // 500 + 499 * 250 // 500}
    sums: Counter[JournalAccount] = Counter()
    for entry in await read_journal(queries, MONTH):
        for line in entry.lines:
            sums[line.account] += line.debit - line.credit
    assert -sums[JournalAccount.DEFERRED] == report.standing.worth["EUR"]
    assert -sums[JournalAccount.USED] == 499 - 499 * 100 // 500
    paid_back = (499 - 499 * 350 // 500) + (499 - 499 * 250 // 500)
    assert -sums[JournalAccount.TAKEN_BACK] == 499 * 100 // 500 + paid_back
    assert sums[JournalAccount.REFUNDS] == 499
    assert sums[JournalAccount.TAX] == -95 * 2


async def test_real_money_and_test_mode_are_never_added(runner: Runner, queries: Queries) -> None:
    await put_up(runner)
    await buy(runner, "test")
    assert (await read_report(queries, replace(MONTH, livemode=True))).test_only
    await buy(runner, "real", live=True, member=BEN)
    await buy(runner, "real too", live=True, member=BEN)
    for livemode, sales in ((True, 2), (False, 1)):
        period = replace(MONTH, livemode=livemode)
        report = await read_report(queries, period)
        (line,) = report.money
        assert (line.sales, line.gross, line.worth) == (sales, 594 * sales, 499 * sales)
        assert (report.buyers, report.test_only) == (1, False)
        assert len(await read_journal(queries, period)) == sales


async def test_another_guilds_books_are_left_out(runner: Runner, queries: Queries) -> None:
    await put_up(runner)
    await buy(runner, "one")
    elsewhere = await read_report(queries, replace(MONTH, guild=GuildId(5)))
    assert (elsewhere.money, elsewhere.buyers, elsewhere.standing.balance) == ((), 0, 0)
    assert (await read_report(queries, replace(MONTH, guild=None))).buyers == 1
    assert await queries.is_known(GUILD)
    assert not await queries.is_known(GuildId(5))


async def test_a_refund_counts_when_it_succeeded_and_no_more_once_it_failed(
    runner: Runner, queries: Queries
) -> None:
    await put_up(runner)
    await buy(runner, "one")
    for seen, status, day in ((0, RefundStatus.PENDING, 2), (1, RefundStatus.SUCCEEDED, 5)):
        await runner.run(event(refund_update("one", "re_1", 300, status, seen=seen), at=days(day)))
    found = claim_of(await queries.claims(MONTH))
    assert (found.at, found.amount, found.tax) == (days(5), 300, 95 * 300 // 594)
    for start, end, count in ((0, 5, 0), (5, 6, 1), (6, 30, 0)):
        period = replace(MONTH, start=days(start), end=days(end))
        assert len(await queries.claims(period)) == count
    failed = refund_update("one", "re_1", 300, RefundStatus.FAILED, seen=2)
    await runner.run(event(failed, at=days(8)))
    assert await queries.claims(MONTH) == []


async def test_a_refund_whose_event_is_forgotten_counts_when_points_were_set_aside(
    runner: Runner, queries: Queries, database: Database
) -> None:
    await put_up(runner)
    await buy(runner, "one")
    for seen, status, day in ((0, RefundStatus.PENDING, 2), (1, RefundStatus.SUCCEEDED, 5)):
        await runner.run(event(refund_update("one", "re_1", 300, status, seen=seen), at=days(day)))

    def forget(connection: Connection) -> None:
        connection.execute(delete(tables.deliveries))
        connection.execute(delete(tables.events))

    await database.transact(forget)
    assert claim_of(await queries.claims(MONTH)).at == days(2)
    assert await queries.claims(replace(MONTH, start=days(3))) == []


async def test_a_refund_is_dated_by_its_event_though_points_were_set_aside_later(
    runner: Runner, queries: Queries
) -> None:
    """A dispute had taken all of them; they are set aside for the refund once it is won."""
    await put_up(runner)
    await buy(runner, "one")
    opened = dispute_update("one", "dp_1", 594, DisputeStatus.OPEN)
    await runner.run(event(opened, at=days(1)))
    await runner.run(event(refund_update("one", "re_1", 594), at=days(2)))
    won = dispute_update("one", "dp_1", 594, DisputeStatus.WON, seen=1)
    await runner.run(event(won, at=days(4)))
    await runner.run(event(refund_update("one", "re_1", 594, seen=1), at=days(5)))
    assert claim_of(await queries.claims(MONTH)).at == days(2)
    assert await queries.claims(replace(MONTH, start=days(3))) == []


async def test_what_went_back_in_another_currency_is_counted_in_that_one(
    runner: Runner, queries: Queries
) -> None:
    """A third of €5.94 went back as ¥400: with a third of the tax, and never as €4.00."""
    await put_up(runner)
    await buy(runner, "one")
    third = Share(part=1, whole=3)
    refund = refund_update("one", "re_1", 400, currency="JPY", share=third)
    await runner.run(event(refund, at=days(1)))
    lost = dispute_update("one", "dp_1", 900, DisputeStatus.LOST, currency="JPY", share=third)
    await runner.run(event(replace(lost, returned=Share(part=1, whole=2)), at=days(2)))
    money = {each.currency: each for each in (await read_report(queries, MONTH)).money}
    assert (money["EUR"].refunds, money["EUR"].disputes, money["EUR"].gross) == (0, 0, 594)
    yen = money["JPY"]
    assert (yen.refunded, yen.refunded_tax, yen.disputed) == (400, 400 * 95 // 594, 450)
    for entry in await read_journal(queries, MONTH):
        assert sum(line.debit for line in entry.lines) == sum(line.credit for line in entry.lines)
        went_back = entry.what in {"refund", "dispute"}
        assert entry.currency == ("JPY" if went_back else "EUR")
    payment = await queries.payment(PaymentId("one"))
    assert payment is not None
    assert (payment.refunded, payment.refundable) == (198, 396)


async def test_a_dispute_that_was_lost_again_counts_when_it_was_lost_last(
    runner: Runner, queries: Queries
) -> None:
    await put_up(runner)
    await buy(runner, "one")
    turns = [DisputeStatus.LOST, DisputeStatus.WON, DisputeStatus.LOST]
    for seen, status in enumerate(turns):
        update = dispute_update("one", "dp_1", 594, status, seen=seen)
        await runner.run(event(update, at=days(2 + seen)))
    assert claim_of(await queries.claims(MONTH)).at == days(4)
    assert await queries.claims(replace(MONTH, end=days(4))) == []


async def test_what_was_told_before_the_sale_counts_with_it(
    runner: Runner, queries: Queries
) -> None:
    await put_up(runner)
    await runner.run(initiate("one"))
    await runner.run(event(refund_update("one", "re_1", 100), at=later(START, HOUR)))
    assert await queries.claims(MONTH) == []
    await runner.run(event(checkout_update("one"), at=days(3)))
    assert claim_of(await queries.claims(MONTH)).at == days(3)


async def test_a_dispute_counts_when_it_was_lost_less_what_came_back(
    runner: Runner, queries: Queries
) -> None:
    await put_up(runner)
    await buy(runner, "one")
    back = Share(part=94, whole=594)
    for seen, status, day in ((0, DisputeStatus.OPEN, 1), (1, DisputeStatus.LOST, 9)):
        update = dispute_update("one", "dp_1", 594, status, returned=back, seen=seen)
        await runner.run(event(update, at=days(day)))
    found = claim_of(await queries.claims(MONTH))
    assert (found.at, found.amount, found.tax) == (days(9), 500, 0)


@pytest.mark.parametrize("parts", [(1,) * 594, (200, 394), (593, 1), (594,)])
def test_refunds_of_all_that_was_paid_hold_all_of_its_tax(parts: tuple[int, ...]) -> None:
    so_far, taxes = 0, []
    for part in parts:
        taxes.append(tax_within(95, 594, so_far + part) - tax_within(95, 594, so_far))
        so_far += part
    assert sum(taxes) == 95
    assert min(taxes) >= 0


def test_points_are_worth_their_share_of_the_price_rounded_down() -> None:
    assert [worth(499, 500, unspent) for unspent in (0, 1, 2, 499, 500)] == [0, 0, 1, 498, 499]
    assert worth(99_999_999, 10**12, 10**12 - 1) == 99_999_998


async def test_what_is_committed_while_all_is_read_is_not_half_in_it(
    runner: Runner, queries: Queries, monkeypatch: pytest.MonkeyPatch
) -> None:
    await put_up(runner)
    await buy(runner, "one")
    meanwhile = iter(("two", "three"))

    async def then_buy_and_spend(
        self: Queries, period: Period, *, of: Callable[..., Awaitable[list[Any]]]
    ) -> list[Any]:
        found = await of(self, period)
        await buy(runner, next(meanwhile), at=days(1))
        spend = SpendPoints(
            key=key(), at=days(2), actor=by_member(ADA), guild=GUILD, member=ADA, points=300
        )
        await runner.run(spend)
        return found

    for name, of in (("sold", StatsQueries.sold), ("sales", StatsQueries.sales)):
        monkeypatch.setattr(StatsQueries, name, partialmethod(then_buy_and_spend, of=of))
    report = await read_report(queries, MONTH)
    assert report.points == PointsFlow(sold=500)
    assert report.standing.balance == 500
    lines = [line for entry in await read_journal(queries, MONTH) for line in entry.lines]
    deferred = [line for line in lines if line.account is JournalAccount.DEFERRED]
    assert sum(line.credit - line.debit for line in deferred) == 499 * 200 // 500 + 499


async def test_what_went_back_of_another_checkout_is_no_claim_of_this_one(
    runner: Runner, queries: Queries
) -> None:
    """Told before the purchase was paid, when nobody could tell them apart."""
    await put_up(runner)
    await runner.run(replace(initiate("one"), livemode=False))
    other = "pi_of_another_checkout"
    refund = replace(refund_update("one", "re_1", 300), intent=other)
    dispute = replace(dispute_update("one", "dp_1", 300, DisputeStatus.LOST), intent=other)
    pending = replace(refund_update("one", "re_3", 50, RefundStatus.PENDING), intent=other)
    for update in (refund, dispute, pending):
        await runner.run(event(update))
    await runner.run(event(checkout_update("one", tax=95), at=START))
    assert await queries.claims(MONTH) == []
    found = await queries.payment(PaymentId("one"))
    assert found is not None
    assert not found.refunding
    own = replace(refund_update("one", "re_2", 100), intent="pi_one")
    await runner.run(event(own, at=days(1)))
    assert claim_of(await queries.claims(MONTH)).id == "re_2"


async def test_days_of_23_and_25_hours_count_each_moment_once(
    runner: Runner, queries: Queries
) -> None:
    """Sales in each hour around both changes of Vienna's clocks, on either database."""
    await put_up(runner)
    for first, hours in (("2026-03-29", 23), ("2026-10-25", 25)):
        day = (date.fromisoformat(first) - date(1970, 1, 1)).days
        start = start_of(day, VIENNA)
        for hour in range(-1, hours + 1):
            await buy(runner, f"{first}-{hour}", at=later(start, hour * HOUR))
        period = Period.of_days(day - 1, day + 2, guild=GUILD, livemode=False, zone=VIENNA)
        report = await read_report(queries, period)
        assert [(each.day, each.sales) for each in report.days] == [
            (day - 1, 1),
            (day, hours),
            (day + 1, 1),
        ]
        assert report.changes == {day - 1: 500, day: hours * 500, day + 1: 500}
        alone = Period.of_days(day, day + 1, livemode=False, zone=VIENNA)
        (only,) = (await read_report(queries, alone)).days
        assert (only.day, only.sales) == (day, hours)

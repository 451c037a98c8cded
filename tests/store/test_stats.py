"""The numbers of a period, on both databases."""

from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date
from functools import partialmethod
from typing import Any

import pytest

from payments.commands.base import by_member
from payments.commands.points.move import GrantPoints, RevokePoints, SpendPoints, TransferPoints
from payments.domain.values.ids import GuildId
from payments.domain.values.journal import JournalAccount
from payments.domain.values.report import Period, PointsFlow, worth
from payments.domain.values.time import DAY, HOUR, later
from payments.domain.values.time_zones import start_of
from payments.runner.runner import Runner
from payments.services.journal import read_journal
from payments.services.reports import read_report
from payments.store.queries import Queries
from payments.store.queries.stats import StatsQueries
from tests.support.commands import put_up
from tests.support.make import (
    ADA,
    BEN,
    GUILD,
    START,
    event,
    key,
    refund_update,
)
from tests.support.period import MONTH, buy, days

VIENNA = "Europe/Vienna"


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

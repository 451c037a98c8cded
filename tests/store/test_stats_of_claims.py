"""Refunds and disputes in the numbers of a period, on both databases."""

from dataclasses import replace

import pytest
from sqlalchemy import Connection, delete

from payments.domain.values.ids import PaymentId
from payments.domain.values.provider_updates import DisputeStatus, RefundStatus
from payments.domain.values.report import tax_within
from payments.domain.values.share import Share
from payments.domain.values.time import HOUR, later
from payments.runner.runner import Runner
from payments.services.journal import read_journal
from payments.services.reports import read_report
from payments.store import tables
from payments.store.engine.database import Database
from payments.store.queries import Queries
from tests.support.commands import put_up
from tests.support.make import (
    START,
    checkout_update,
    dispute_update,
    event,
    initiate,
    refund_update,
)
from tests.support.period import MONTH, buy, claim_of, days


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

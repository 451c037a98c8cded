"""A refund made in the dashboard that stays pending is told with its cause, and so is its end."""

from typing import Any

import pytest
from sqlalchemy import Connection, select

from payments.domain.values.events import Event, RefundFailed, RefundPending
from payments.domain.values.ids import House
from payments.domain.values.money import Money
from payments.store import tables
from payments.store.rows.codec import decode_event
from tests.support.databases import only_on_sqlite
from tests.support.refunding import ask
from tests.support.shop import Shop

pytestmark = only_on_sqlite


async def events(shop: Shop, kind: type[Event]) -> list[Any]:
    """What was told, and to whom it goes."""
    events, deliveries = tables.events, tables.deliveries

    def work(connection: Connection) -> list[Any]:
        query = select(events).where(events.c.name == kind.name).order_by(events.c.event_id)
        found = connection.execute(query).mappings().all()
        channels = [
            sorted(
                connection.execute(
                    select(deliveries.c.channel).where(
                        deliveries.c.event_id == row["event_id"],
                        deliveries.c.guild_id == row["guild_id"],
                    )
                ).scalars()
            )
            for row in found
        ]
        read = [decode_event(row["name"], row["body"]) for row in found]
        return list(zip(read, channels, strict=True))

    return await shop.database.transact(work)


async def hanging(paid: Shop, amount: int = 200) -> dict[str, Any]:
    paid.stripe.plan_refund("pending")
    made = await paid.stripe.refund(paid.session, amount)
    await paid.settle()
    return made


async def test_it_is_told_to_both_once_with_its_cause(paid: Shop) -> None:
    await hanging(paid)
    for event in paid.stripe.events():
        paid.stripe.resend(event["id"])
    await paid.settle()
    ((pending, channels),) = await events(paid, RefundPending)
    assert pending.amount == Money(minor=200, currency="EUR")
    assert (pending.reason, pending.asked_by, pending.again) == ("processing", None, False)
    assert channels == ["card", "dm", "mod"]
    assert await paid.points() == 500 - 500 * 200 // 499


async def test_another_cause_is_told_too(paid: Shop) -> None:
    made = await hanging(paid)
    await paid.stripe.explain_refund(made["id"], "insufficient_funds")
    await paid.settle()
    reasons = {(each.reason, each.again) for each, _ in await events(paid, RefundPending)}
    assert reasons == {("processing", False), ("insufficient_funds", True)}


async def test_one_that_waits_for_the_buyer_says_so(paid: Shop) -> None:
    paid.stripe.plan_refund("requires_action")
    await paid.stripe.refund(paid.session)
    await paid.settle()
    ((pending, _),) = await events(paid, RefundPending)
    assert pending.reason == "requires_action"


async def test_cancelled_later_it_gives_exactly_the_points_back_and_tells_both(
    paid: Shop,
) -> None:
    await paid.spend(400)
    made = await hanging(paid)
    assert await paid.points() == 100 - 500 * 200 // 499
    await paid.stripe.cancel_refund(made["id"])
    await paid.settle()
    assert (await paid.points(), await paid.house(House.HELD)) == (100, 0)
    ((failed, channels),) = await events(paid, RefundFailed)
    assert (failed.amount.minor, failed.member_knows) == (200, True)
    assert channels == ["card", "dm", "mod"]


@pytest.mark.parametrize("status", ["pending", "requires_action"])
async def test_one_that_was_asked_for_here_is_told_in_the_same_way(
    paid: Shop, refunding: Any, status: str
) -> None:
    paid.stripe.plan_refund(status)
    done = await ask(refunding, 200)
    await paid.settle()
    ((pending, _),) = await events(paid, RefundPending)
    assert pending.reason == done.refund.pending_reason
    assert pending.asked_by is not None


async def test_one_that_succeeds_at_once_was_never_pending(paid: Shop) -> None:
    await paid.stripe.refund(paid.session)
    await paid.settle()
    assert await events(paid, RefundPending) == []

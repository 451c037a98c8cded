"""Points of a payment that another payment's reversals keep are told apart from spent ones."""

from dataclasses import fields
from typing import Any

from payments.commands.base import by_member
from payments.commands.payments.inspect import InspectPayment
from payments.commands.points.move import SpendPoints, TransferPoints
from payments.commands.shop.fulfil import FulfilOrder
from payments.domain.rules.whereabouts import Whereabouts
from payments.domain.values.ids import MemberId, PaymentId
from payments.domain.values.provider_updates import DisputeStatus, RefundStatus
from payments.domain.values.time import HOUR, later
from payments.runner.runner import Runner
from payments.store.queries import Queries
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
    package,
    refund_update,
)
from tests.support.shopping import about, add_item, offer, place

HUNDRED = package(100, 1000)
LATER = later(START, 73 * HOUR)


async def buy(runner: Runner, payment: str, member: MemberId = ADA) -> None:
    await runner.run(initiate(payment, member=member, of=HUNDRED))
    await runner.run(event(checkout_update(payment, member=member, of=HUNDRED)))


def common(by: MemberId = ADA) -> dict[str, Any]:
    return {"key": key(), "at": LATER, "actor": by_member(by), "guild": GUILD}


def moving(member: MemberId, points: int) -> dict[str, Any]:
    return {**common(member), "member": member, "points": points}


async def places(runner: Runner, queries: Queries, payment: str) -> dict[str, Any]:
    """Where its points are, without what is nothing."""
    seen = await runner.rehearse(InspectPayment(**common(), payment=PaymentId(payment)))
    found: Whereabouts = await queries.told_apart(seen.payment, seen.now)
    each = (field.name for field in fields(found))
    return {name: getattr(found, name) for name in each if getattr(found, name)}


async def test_what_paid_a_debt_is_not_spent(runner: Runner, queries: Queries) -> None:
    """A part of the second purchase pays for the first one; a refund of it takes them there."""
    await put_up(runner, HUNDRED)
    await buy(runner, "one")
    await runner.run(SpendPoints(**moving(ADA, 60)))
    await runner.run(event(refund_update("one", "re_1", 1000, RefundStatus.SUCCEEDED), at=LATER))
    await buy(runner, "two")
    assert await places(runner, queries, "two") == {"unspent": 40, "elsewhere": 60}
    assert await places(runner, queries, "one") == {"taken": 40, "spent": 60}
    await runner.run(event(refund_update("two", "re_2", 500, RefundStatus.SUCCEEDED), at=LATER))
    assert await places(runner, queries, "two") == {"taken": 50, "elsewhere": 50}


async def test_what_another_payments_dispute_took_is_not_spent(
    runner: Runner, queries: Queries
) -> None:
    """Also with whom they were passed on to; what is given back is unspent again."""
    await put_up(runner, HUNDRED)
    await buy(runner, "one")
    await buy(runner, "bens", BEN)
    await runner.run(SpendPoints(**moving(BEN, 100)))
    await runner.run(TransferPoints(**moving(ADA, 30), recipient=BEN))
    disputed = dispute_update("bens", "dp_1", 1000, DisputeStatus.OPEN)
    await runner.run(event(disputed, at=LATER))
    assert await places(runner, queries, "one") == {"unspent": 70, "elsewhere": 30}
    won = dispute_update("bens", "dp_1", 1000, DisputeStatus.WON, seen=1)
    await runner.run(event(won, at=LATER))
    back = {"unspent": 70, "passed_on": ((BEN, 30),)}
    assert await places(runner, queries, "one") == back
    assert await places(runner, queries, "bens") == {"spent": 100}


async def test_what_orders_bought_or_keep_is_not_merely_spent(
    runner: Runner, queries: Queries
) -> None:
    await put_up(runner, HUNDRED)
    await buy(runner, "one")
    vip, table = offer("Harbour VIP", price=20), offer(price=30)
    for of in (vip, table):
        await runner.run(add_item(of))
    for name in ("first", "second"):
        await runner.run(place(vip, name))
        await runner.run(FulfilOrder(**about(name)))
    await runner.run(place(table, "third"))
    await runner.run(SpendPoints(**moving(ADA, 10)))
    there = {"unspent": 20, "spent": 10, "bought": (("Harbour VIP", 40),), "reserved": 30}
    assert await places(runner, queries, "one") == there

"""A purchase that was paid twice, by two ways: what its buyer and moderators read."""

import pytest

from payments.domain.rules.payment_events import about
from payments.domain.values.events import (
    PaymentRefunded,
    PaymentSurplus,
    RefundFailed,
    RefundPending,
)
from payments.domain.values.ids import PaymentId
from payments.domain.values.money import Money
from payments.domain.values.payment import Payment
from payments.domain.values.provider_updates import DisputeStatus, RefundStatus
from payments.runner.runner import Runner
from payments.store.queries import Queries
from tests.conftest import Time
from tests.faces.discord.conftest import Deliver, World, said
from tests.support.deliveries import last_dm
from tests.support.make import checkout_update, dispute_update, event, refund_update
from tests.support.moderating import decide
from tests.support.ways import begin_purchase, choose, opened

PRICE = Money(minor=499, currency="EUR")


@pytest.fixture
async def twice(
    world: World, payment: Payment, runner: Runner, queries: Queries, clock: Time
) -> Payment:
    """Ada paid by both ways; this is the second payment."""
    assert payment.id == "p1"
    await decide(world, runner, clock)
    await runner.run(begin_purchase("w1", member=world.ada_id, at=clock()))
    for provider, fresh in (("stripe", "w1"), ("stripe2", "w2")):
        await runner.run(choose("w1", provider, fresh, member=world.ada_id, at=clock()))
        await runner.run(opened(fresh, member=world.ada_id, at=clock()))
    for fresh in ("w1", "w2"):
        paid = checkout_update(fresh, member=world.ada_id)
        await runner.run(event(paid, id=fresh, at=clock()))
    found = await queries.payment(PaymentId("w2"))
    assert found is not None
    assert found.surplus_at is not None
    return found


def surplus(payment: Payment, clock: Time) -> PaymentSurplus:
    return PaymentSurplus(**about(payment, clock()), paid=PRICE, counted=PaymentId("w1"))


async def test_both_read_that_it_goes_back(
    world: World, twice: Payment, clock: Time, deliver: Deliver
) -> None:
    await deliver("dm", surplus(twice, clock))
    assert last_dm(world) == (
        "You paid for “500 for 499” twice. Your points came with the first payment. The second "
        "one, €4.99, goes back to you; you don't have to do anything."
    )
    await deliver("mod", surplus(twice, clock))
    card = said(world.mods.last_message)
    assert "### A purchase was paid twice" in card
    assert "after payment `w1` had paid for the same purchase. It gave no points." in card
    assert "It goes back to the buyer by itself." in card


async def test_while_the_bank_has_it_nobody_reads_that_it_goes_back(
    world: World, twice: Payment, runner: Runner, clock: Time, deliver: Deliver
) -> None:
    disputed = dispute_update("w2", "dp", 499, DisputeStatus.OPEN)
    await runner.run(event(disputed, id="dp", at=clock()))
    await deliver("dm", surplus(twice, clock))
    assert last_dm(world).endswith("Your bank decides about the second one, €4.99.")
    await deliver("mod", surplus(twice, clock))
    assert "It does not go back by itself. This payment is disputed" in said(
        world.mods.last_message
    )


async def test_its_refund_speaks_of_no_points(
    world: World, twice: Payment, runner: Runner, clock: Time, deliver: Deliver
) -> None:
    pending = refund_update("w2", "re", 499, RefundStatus.PENDING)
    await runner.run(event(pending, id="re1", at=clock()))
    await deliver("dm", RefundPending(**about(twice, clock()), amount=PRICE))
    assert last_dm(world) == (
        "A refund of €4.99 for “500 for 499”, which you paid for twice, is on its way to you."
    )
    await deliver("mod", RefundPending(**about(twice, clock()), amount=PRICE))
    assert "points are on hold" not in said(world.mods.last_message)
    failed = refund_update("w2", "re", 499, RefundStatus.FAILED, seen=1)
    await runner.run(event(failed, id="re2", at=clock()))
    await deliver("dm", RefundFailed(**about(twice, clock()), amount=PRICE))
    assert "did not arrive. A moderator has been told." in last_dm(world)
    await deliver("mod", RefundFailed(**about(twice, clock()), amount=PRICE))
    card = said(world.mods.last_message)
    assert "The money did not reach the buyer, who paid twice." in card
    assert "points were given back" not in card


async def test_what_went_back_took_no_points(
    world: World, twice: Payment, runner: Runner, clock: Time, deliver: Deliver
) -> None:
    await runner.run(event(refund_update("w2", "re", 499), id="re", at=clock()))
    told = PaymentRefunded(**about(twice, clock()), refunded=PRICE, amount=PRICE, refund="re")
    await deliver("dm", told)
    assert last_dm(world) == (
        "€4.99 of your payment for “500 for 499” went back to you. It had brought no points, so "
        "none were taken back."
    )

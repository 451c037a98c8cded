"""A dispute's card says what the disputed points bought that can't be taken back."""

import pytest

from payments.commands.shop.fulfil import BeginFulfilment, FulfilOrder
from payments.commands.shop.return_order import ReturnOrder
from payments.domain.rules.payment_events import about as about_payment
from payments.domain.values.events import Event, FraudWarned, PaymentDisputed
from payments.domain.values.items import ItemKind
from payments.domain.values.payment import Payment
from payments.domain.values.time import to_seconds
from payments.runner.runner import Runner
from tests.conftest import Time
from tests.faces.discord.conftest import Deliver, World, said
from tests.support.claim_cards import court, dispute_event
from tests.support.shopping import about, add_item, offer, place

__all__ = ["court"]  # fixtures


@pytest.mark.parametrize("kind", [PaymentDisputed, FraudWarned])
async def test_it_names_what_was_delivered(
    court: World,
    runner: Runner,
    clock: Time,
    payment: Payment,
    deliver: Deliver,
    kind: type[Event],
) -> None:
    dinner = offer("Dinner", price=10)
    vip = offer("Harbour VIP", ItemKind.ROLE, price=10)
    for each in (dinner, vip):
        await runner.run(add_item(each))
    ordered = (vip, dinner, dinner, dinner, dinner, dinner)
    for number, of in enumerate(ordered):
        await runner.run(place(of, f"o{number}", member=court.ada_id, at=clock()))
    for number in (0, 1, 2, 3):
        await runner.run(FulfilOrder(**about(f"o{number}", clock())))
    await runner.run(ReturnOrder(**about("o3", clock())))
    happened: Event = (
        dispute_event(PaymentDisputed, payment, clock())
        if kind is PaymentDisputed
        else FraudWarned(**about_payment(payment, clock()))
    )
    await deliver("mod", happened)
    words = said(court.mods.last_message)
    when = f"<t:{to_seconds(clock())}:R>"
    gone = f"⚠️ Dinner for <@{court.ada.id}>, fulfilled {when}, can't be taken back."
    assert words.count(gone) == 2
    assert f"Harbour VIP for <@{court.ada.id}>, fulfilled {when}, is taken back if" in words
    assert "more order" not in words
    open_one = f"Dinner for <@{court.ada.id}>, ordered {when}, waits. If its points are owed"
    assert words.count(open_one) == 2
    for number in (4, 5):
        await runner.run(FulfilOrder(**about(f"o{number}", clock())))
    await deliver("mod", happened)
    words = said(court.mods.last_message)
    assert words.count(gone) == 3
    assert "2 more orders were delivered for its points." in words


async def test_it_says_what_becomes_of_orders_that_are_open(
    court: World, runner: Runner, clock: Time, payment: Payment, deliver: Deliver
) -> None:
    dinner = offer("Dinner", price=10)
    vip = offer("Harbour VIP", ItemKind.ROLE, price=10)
    for each in (dinner, vip):
        await runner.run(add_item(each))
    for number, of in enumerate((vip, dinner)):
        await runner.run(place(of, f"o{number}", member=court.ada_id, at=clock()))
        await runner.run(BeginFulfilment(**about(f"o{number}", clock())))
    await deliver("mod", dispute_event(PaymentDisputed, payment, clock()))
    words = said(court.mods.last_message)
    begun = f"for <@{court.ada.id}>, ordered <t:{to_seconds(clock())}:R>, is being fulfilled"
    assert f"Harbour VIP {begun}. It is taken back afterwards if the money is lost" in words
    assert f"⚠️ Dinner {begun}, and can't be taken back then." in words
    for number in range(2, 6):
        await runner.run(place(dinner, f"o{number}", member=court.ada_id, at=clock()))
    await deliver("mod", dispute_event(PaymentDisputed, payment, clock()))
    words = said(court.mods.last_message)
    assert words.count("waits. If its points are owed, it is cancelled.") == 3
    assert "3 more orders for its points are open." in words

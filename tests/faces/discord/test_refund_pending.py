"""A refund that is on its way: what moderators and the buyer read of it, and of its end."""

from typing import Any

import pytest

from payments.domain.rules.payment_events import about
from payments.domain.values.events import RefundFailed, RefundPending
from payments.domain.values.ids import MemberId
from payments.domain.values.money import Money
from payments.domain.values.payment import Payment
from payments.domain.values.provider_updates import RefundStatus
from payments.runner.runner import Runner
from tests.conftest import Time
from tests.faces.discord.conftest import Deliver, World, said
from tests.support.deliveries import last_dm, tell
from tests.support.make import event, refund_update
from tests.support.moderating import decide

MIRA = MemberId(1)
BACK = Money(minor=200, currency="EUR")


@pytest.fixture
async def court(world: World, runner: Runner, clock: Time, payment: Payment) -> World:
    """Ada's payment came, and a refund of two euros of it is on its way."""
    assert payment.id == "p1"
    await decide(world, runner, clock)
    await tell(world, runner, clock)
    pending = refund_update("p1", "re_1", 200, RefundStatus.PENDING)
    await runner.run(event(pending, at=clock()))
    return world


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("processing", "The buyer's bank is working on it, which takes a few days."),
        ("insufficient_funds", "There is too little money in the provider's account. Top it up"),
        ("requires_action", "The buyer must act first"),
        ("odd_*word*", r"The provider says: “odd \*word\*”."),
        ("", "until it has arrived or failed.\nThe 500 points"),
    ],
)
async def test_moderators_read_that_it_is_on_its_way_and_why(
    court: World, clock: Time, payment: Payment, deliver: Deliver, reason: str, words: str
) -> None:
    await deliver("mod", RefundPending(**about(payment, clock()), amount=BACK, reason=reason))
    card = said(court.mods.last_message)
    assert "### Refund of €2.00 is on its way" in card
    assert "Made at the provider.\nIts points are on hold" in card
    assert words in card


async def test_what_was_asked_for_here_has_its_own_card_unless_a_person_must_act(
    court: World, clock: Time, payment: Payment, deliver: Deliver
) -> None:
    common: dict[str, Any] = {**about(payment, clock()), "amount": BACK, "asked_by": MIRA}
    await deliver("mod", RefundPending(**common, reason="processing"))
    assert court.mods.last_message is None
    await deliver("mod", RefundPending(**common, reason="insufficient_funds"))
    assert "Requested by <@1>.\nIts points are on hold" in said(court.mods.last_message)


async def test_the_buyer_reads_it_once_and_what_to_do(
    court: World, clock: Time, payment: Payment, deliver: Deliver
) -> None:
    common: dict[str, Any] = {**about(payment, clock()), "amount": BACK}
    await deliver("dm", RefundPending(**common, reason="processing", again=True))
    assert last_dm(court) == ""
    await deliver("dm", RefundPending(**common, reason="requires_action"))
    assert last_dm(court) == (
        "A refund of €2.00 for “500 for 499” is on its way to you. The points for it are on hold "
        "until it arrives. Your balance is **300 points**. Check your email: the payment provider "
        "needs something from you."
    )


async def test_the_buyer_reads_that_it_failed_if_they_knew_of_it(
    court: World, runner: Runner, clock: Time, payment: Payment, deliver: Deliver
) -> None:
    await runner.run(
        event(refund_update("p1", "re_1", 200, RefundStatus.FAILED, seen=1), at=clock())
    )
    common: dict[str, Any] = {**about(payment, clock()), "amount": BACK}
    await deliver("dm", RefundFailed(**common))
    assert last_dm(court) == ""
    await deliver("dm", RefundPending(**common))
    assert last_dm(court) == ""
    await deliver("mod", RefundPending(**common))
    assert court.mods.last_message is None
    await deliver("dm", RefundFailed(**common, member_knows=True))
    assert last_dm(court) == (
        "The refund of €2.00 for “500 for 499” did not arrive, and its points are yours again. "
        "Your balance is **500 points**."
    )

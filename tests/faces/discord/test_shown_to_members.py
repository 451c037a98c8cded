"""What members see, whole: buying, buying again, what became of it, and their notices."""

from dataclasses import replace

import pytest

from bot.delivery.outcome import ClosedDM
from bot.features.buying.cards import outcome_card
from bot.features.notices.commands import SHOWN
from bot.ui.card import Mood
from payments.domain.rules.payment_events import about
from payments.domain.values.events import PaymentSucceeded
from payments.domain.values.ids import PaymentId
from payments.domain.values.provider_updates import (
    CheckoutStatus,
    DisputeStatus,
    MoneyStatus,
    ProviderUpdate,
)
from payments.domain.values.time import MINUTE
from payments.notifications.channel import Delivery, DeliveryChannel
from payments.runner.runner import Runner
from payments.store.queries import Queries
from tests.conftest import Time
from tests.faces.discord.conftest import World
from tests.support.commands import put_up
from tests.support.looks import Look, look
from tests.support.make import (
    START,
    checkout_update,
    dispute_update,
    event,
    initiate,
    package,
    refund_update,
)
from tests.support.presses import press
from tests.support.shown import Scene, language
from tests.support.town import buy, town

__all__ = ["language", "town"]


async def test_buying(town: World, runner: Runner, clock: Time) -> None:
    scene = Scene("buying", town)
    await put_up(runner, package(1, 100))
    one = package(1, 100).id

    async def see(what: str) -> None:
        scene.see(what, await town.ada.slash(town.general, "buy", package=one), privately=True)

    await see("/buy")
    await buy(town, runner, clock, "p2", money=MoneyStatus.PROCESSING)
    await see("/buy, while another package's payment is on its way")
    await buy(town, runner, clock, "p3", of=package(1, 100), money=MoneyStatus.PROCESSING)
    clock.pass_(MINUTE)
    await see("/buy, while the same package's payment is on its way")
    for label in ("Cancel", "Buy again"):
        asked = await town.ada.slash(town.general, "buy", package=one)
        scene.see(label, await press(town.ada, asked, label))
    scene.compare()


async def test_notices(
    town: World, channels: dict[str, DeliveryChannel], queries: Queries, clock: Time
) -> None:
    """One more than are shown at once, and then the last one."""
    scene = Scene("notices", town)
    for wanted in (False, True):
        chosen = await town.ada.slash(town.general, "notices", transfers=wanted)
        scene.see(f"/notices {wanted}", chosen, privately=True)
    payment = await queries.payment(PaymentId("p1"))
    assert payment is not None
    town.env.inject_error("POST", "/channels/*/messages", status=403, code=50007)
    for number in range(SHOWN + 1):
        clock.pass_(MINUTE)
        happened = PaymentSucceeded(**about(payment, clock()))
        with pytest.raises(ClosedDM):
            await channels["dm"].deliver(
                Delivery(id=number, nonce=str(number), event=happened, channel="dm", attempt=1)
            )
    for what in ("the next command", "the command after that", "one more"):
        scene.see(what, await town.ada.slash(town.general, "notices", transfers=True))
    scene.compare()


LATE = CheckoutStatus.EXPIRED


@pytest.mark.parametrize(
    ("updates", "mood", "words"),
    [
        ([], None, ""),
        (
            [checkout_update("p1", money=MoneyStatus.PROCESSING)],
            Mood.WAIT,
            "Your payment is on its way. Your points arrive as soon as it does.",
        ),
        (
            [checkout_update("p1", money=MoneyStatus.FAILED)],
            Mood.BAD,
            "The payment did not go through. You were not charged. You can try again with `/buy`.",
        ),
        (
            [checkout_update("p1", status=LATE, money=MoneyStatus.UNPAID)],
            Mood.PLAIN,
            "This checkout has expired. You were not charged. You can start again with `/buy`.",
        ),
        (
            [checkout_update("p1")],
            Mood.GOOD,
            "Payment received. Your balance is **500 points**.\n-# 500 for 499",
        ),
        (
            [checkout_update("p1"), refund_update("p1", "re_1", 499)],
            Mood.PLAIN,
            "This payment was refunded, and its points were taken back.",
        ),
        (
            [checkout_update("p1"), dispute_update("p1", "dp_1", 499, DisputeStatus.OPEN)],
            Mood.BAD,
            "Your bank disputes this payment. Its points are on hold.",
        ),
        (
            [checkout_update("p1"), dispute_update("p1", "dp_1", 499, DisputeStatus.LOST)],
            Mood.BAD,
            "This payment was charged back, and its points were taken back.",
        ),
        (
            [replace(checkout_update("p1"), subtotal=498, total=498)],
            Mood.BAD,
            "A moderator is looking at this payment.",
        ),
    ],
    ids=[
        "open",
        "on its way",
        "failed",
        "expired",
        "paid",
        "refunded",
        "disputed",
        "charged back",
        "in doubt",
    ],
)
async def test_what_became_of_a_payment(
    runner: Runner, queries: Queries, updates: list[ProviderUpdate], mood: Mood | None, words: str
) -> None:
    await put_up(runner)
    await runner.run(initiate("p1"))
    for each in updates:
        await runner.run(event(each))
    payment = await queries.payment(PaymentId("p1"))
    assert payment is not None
    title = "500 points added" if mood is Mood.GOOD else "500 for 499"
    balance = await queries.balance(payment.guild, payment.member, START)
    view = outcome_card(payment, balance, repaid=0)
    shown = None if view is None else look(view)
    assert shown == (mood and Look(mood=mood, words=f"### {title}\n{words}"))

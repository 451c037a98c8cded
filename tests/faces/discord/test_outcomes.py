"""The card that a purchase's first answer becomes, by what became of the payment."""

from dataclasses import replace

import pytest

from bot.features.buying.cards import outcome_card
from bot.ui.card import Mood
from payments.domain.values.ids import PaymentId
from payments.domain.values.provider_updates import (
    CheckoutStatus,
    DisputeStatus,
    MoneyStatus,
    ProviderUpdate,
)
from payments.runner.runner import Runner
from payments.store.queries import PaidBack, Queries
from tests.support.commands import put_up
from tests.support.looks import Look, look
from tests.support.make import (
    START,
    checkout_update,
    dispute_update,
    event,
    initiate,
    refund_update,
)

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
    view = outcome_card(payment, balance, PaidBack())
    shown = None if view is None else look(view)
    assert shown == (mood and Look(mood=mood, words=f"### {title}\n{words}"))

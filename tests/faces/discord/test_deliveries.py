"""How the queue's deliveries reach people, and what they make of Discord's errors."""

from dataclasses import replace
from typing import Any

import discord
import pytest

from bot.delivery.outcome import understood
from payments.domain.rules.payment_events import about
from payments.domain.values.events import (
    PaymentDisputed,
    PaymentEvent,
    PaymentFailed,
    PaymentInitiated,
    PaymentMismatch,
    PaymentPending,
    PaymentRefunded,
    PaymentSucceeded,
    PointsTransferred,
    PointsVoided,
    RefundFailed,
)
from payments.domain.values.ids import PaymentId
from payments.domain.values.money import Money
from payments.domain.values.payment import Payment
from payments.domain.values.provider_updates import MoneyStatus
from payments.domain.values.time import Instant
from payments.notifications.errors import GiveUp, Postpone, WrongForm
from payments.runner.runner import Runner
from tests.conftest import Time
from tests.faces.discord.conftest import Deliver, World, said
from tests.support.deliveries import last_dm, set_mod_channel, tell
from tests.support.make import BEN, GUILD, NONCE, event, refund_update


async def test_a_buyer_reads_what_came_what_was_paid_and_the_balance(
    world: World, runner: Runner, clock: Time, payment: Payment, deliver: Deliver
) -> None:
    await tell(world, runner, clock, tax=100)
    await deliver("dm", PaymentSucceeded(**about(payment, clock())))
    assert last_dm(world) == (
        "**500 points added** on Harbour. Your payment of €5.99 for “500 for 499” was received. "
        "Your balance is **500 points**."
    )


async def test_the_same_delivery_twice_carries_the_same_nonce(
    world: World, clock: Time, payment: Payment, deliver: Deliver
) -> None:
    for _ in range(2):
        await deliver("dm", PaymentSucceeded(**about(payment, clock())))
    sent = [entry.json or {} for entry in world.env.http_requests if "/messages" in entry.path]
    assert [(each["nonce"], each["enforce_nonce"]) for each in sent] == [(NONCE, True)] * 2


@pytest.mark.parametrize(
    "case",
    [
        (
            PaymentFailed,
            {},
            {"money": MoneyStatus.FAILED},
            (
                "Your payment for “500 for 499” did not go through. You were not charged. "
                "You can try again with `/buy`."
            ),
        ),
        (
            PaymentPending,
            {},
            {"money": MoneyStatus.PROCESSING},
            (
                "Your payment for “500 for 499” is on its way. This payment method takes a "
                "while; your points arrive as soon as the payment does."
            ),
        ),
        (
            PointsVoided,
            {"voided": 500, "balance": 0},
            {},
            (
                "**-500** on Harbour: these points were bought in test mode, without real money, "
                "and the shop takes real money now. Your balance is **500 points**."
            ),
        ),
        (
            PaymentMismatch,
            {"reason": "secret"},
            {"currency": "USD"},
            (
                "Something about your payment for “500 for 499” needs a check. Nothing is lost: "
                "a moderator is looking at it, and you will hear from us."
            ),
        ),
        (
            PaymentRefunded,
            dict.fromkeys(("refunded", "amount"), Money(minor=499, currency="EUR")),
            {"currency": "USD"},
            (
                "€4.99 of your payment for “500 for 499” went back to you. "
                "It had brought no points, so none were taken back."
            ),
        ),
    ],
)
async def test_a_member_reads_what_became_of_their_payment(
    world: World,
    runner: Runner,
    clock: Time,
    payment: Payment,
    deliver: Deliver,
    case: tuple[type[PaymentEvent], dict[str, Any], dict[str, Any], str],
) -> None:
    kind, more, expected, words = case
    await tell(world, runner, clock, **expected)
    await deliver("dm", kind(**about(payment, clock()), **more))
    assert last_dm(world) == words


async def test_a_member_reads_how_much_of_a_payment_went_back(
    world: World, runner: Runner, clock: Time, payment: Payment, deliver: Deliver
) -> None:
    await tell(world, runner, clock, tax=1)
    for refund, minor, words in (
        (
            "re_1",
            100,
            (
                "In all, €1.00 of the €5.00 that you paid for “500 for 499” went back to you, and "
                "the points for that part were taken back. Your balance is **400 points**."
            ),
        ),
        (
            "re_2",
            400,
            (
                "Your payment for “500 for 499” was refunded: €5.00 went back to you, and "
                "500 points were taken back. Your balance is **0 points**."
            ),
        ),
    ):
        await runner.run(event(refund_update("p1", refund, minor), at=clock()))
        so_far = 100 if refund == "re_1" else 500
        refunded = Money(minor=so_far, currency="EUR")
        amount = Money(minor=minor, currency="EUR")
        happened = PaymentRefunded(**about(payment, clock()), refunded=refunded, amount=amount)
        await deliver("dm", happened)
        assert last_dm(world) == words


@pytest.mark.parametrize("kind", [PaymentPending, PaymentFailed, PaymentMismatch])
async def test_a_message_that_comes_after_the_points_is_left_out(
    world: World,
    runner: Runner,
    clock: Time,
    payment: Payment,
    deliver: Deliver,
    kind: type[PaymentEvent],
) -> None:
    await tell(world, runner, clock)
    more = {"reason": "It did not fit."} if kind is PaymentMismatch else {}
    await deliver("dm", kind(**about(payment, clock()), **more))
    assert last_dm(world) == ""


async def test_a_pending_message_that_the_failure_has_overtaken_is_left_out(
    world: World, runner: Runner, clock: Time, payment: Payment, deliver: Deliver
) -> None:
    await tell(world, runner, clock, money=MoneyStatus.FAILED)
    await deliver("dm", PaymentPending(**about(payment, clock())))
    assert last_dm(world) == ""


async def test_a_packages_name_means_nothing_to_discord(
    world: World, runner: Runner, clock: Time, payment: Payment, deliver: Deliver
) -> None:
    await tell(world, runner, clock)
    named = replace(payment, package_name="**@everyone**")
    await deliver("dm", PaymentSucceeded(**about(named, clock())))
    assert "“\\*\\*@\u200beveryone\\*\\*”" in last_dm(world)


@pytest.mark.parametrize("channel", ["dm", "answer", "mod"])
async def test_an_event_that_a_channel_has_no_words_for_is_given_up(
    world: World, clock: Time, deliver: Deliver, channel: str
) -> None:
    passed = PointsTransferred(
        guild=GUILD, member=world.ada_id, at=clock(), recipient=BEN, points=1, note=""
    )
    with pytest.raises(GiveUp, match=r"about points\.transferred"):
        await deliver(channel, passed)
    assert last_dm(world) == ""


@pytest.mark.parametrize("channel", ["dm", "mod"])
async def test_an_event_that_is_not_for_a_channel_is_given_up(
    world: World, clock: Time, payment: Payment, deliver: Deliver, channel: str
) -> None:
    with pytest.raises(GiveUp, match=r"about payment\.initiated"):
        await deliver(channel, PaymentInitiated(**about(payment, clock())))
    assert last_dm(world) == ""


@pytest.mark.parametrize("channel", ["dm", "answer"])
async def test_a_payment_that_is_not_in_the_books_is_given_up(
    clock: Time, payment: Payment, deliver: Deliver, channel: str
) -> None:
    other = replace(payment, id=PaymentId("p2"))
    with pytest.raises(GiveUp, match="p2 is not in the books"):
        await deliver(channel, PaymentSucceeded(**about(other, clock())))


@pytest.mark.parametrize(
    ("status", "code", "outcome"),
    [
        (403, 50007, GiveUp),
        (403, 50278, GiveUp),
        (403, 40003, Postpone),
        (401, 0, Postpone),
        (403, 0, Postpone),
        (403, 40333, Postpone),
        (403, 20009, discord.HTTPException),
        (500, 0, Postpone),
        (429, 0, Postpone),
        (400, 50035, WrongForm),
    ],
)
async def test_discords_errors_mean_later_never_or_one_attempt_less(
    world: World,
    clock: Time,
    payment: Payment,
    deliver: Deliver,
    status: int,
    code: int,
    outcome: type[Exception],
) -> None:
    world.env.inject_error("POST", "/channels/*/messages", status=status, code=code)
    with pytest.raises(outcome):
        await deliver("dm", PaymentSucceeded(**about(payment, clock())))


async def test_a_bot_that_opens_too_many_direct_messages_waits_a_minute(
    world: World, clock: Time, payment: Payment, deliver: Deliver
) -> None:
    world.env.inject_error("POST", "/users/@me/channels", status=403, code=40003)
    with pytest.raises(Postpone) as raised:
        await deliver("dm", PaymentSucceeded(**about(payment, clock())))
    assert raised.value.seconds == 60


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (discord.RateLimited(12.5), Postpone),
        (ConnectionResetError(), Postpone),
        (TimeoutError(), Postpone),
        (ValueError("a mistake"), ValueError),
    ],
)
def test_what_has_no_status_is_understood_too(error: Exception, outcome: type[Exception]) -> None:
    with pytest.raises(outcome) as raised, understood():
        raise error
    if isinstance(error, discord.RateLimited):
        assert isinstance(raised.value, Postpone)
        assert raised.value.seconds == 12.5


def disputed(payment: Payment, at: Instant) -> PaymentDisputed:
    return PaymentDisputed(
        **about(payment, at),
        dispute="dp_1",
        disputed=payment.price,
        reason="fraudulent",
        due_by=None,
    )


async def test_moderators_hear_of_what_needs_them(
    world: World, runner: Runner, clock: Time, payment: Payment, deliver: Deliver
) -> None:
    mismatched = PaymentMismatch(**about(payment, clock()), reason="It was paid in *USD*.")
    await set_mod_channel(runner, clock, world.mods.id)
    for happened, words in (
        (mismatched, r"It was paid in \*USD\*."),
        (disputed(payment, clock()), "The points are on hold."),
        (RefundFailed(**about(payment, clock()), amount=payment.price), "did not reach the buyer"),
    ):
        await deliver("mod", happened)
        posted = said(world.mods.last_message)
        assert words in posted
        assert f"<@{world.ada_id}>" in posted
        assert "Payment `p1`" in posted
        sent = world.env.http_requests[-1].json or {}
        assert sent["allowed_mentions"] == {"parse": []}

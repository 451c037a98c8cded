"""How the queue's deliveries reach people, and what they make of Discord's errors."""

from collections.abc import Callable
from typing import Any

import discord
import pytest

from bot.deliveries import build_channels
from bot.deliveries.outcome import understood
from payments.commands.base import by_member
from payments.commands.settings import ChangeSettings
from payments.domain.announcing import about
from payments.domain.events import (
    Event,
    PaymentDisputed,
    PaymentDoubted,
    PaymentEvent,
    PaymentExpired,
    PaymentFailed,
    PaymentInitiated,
    PaymentPending,
    PaymentRefunded,
    PaymentSucceeded,
    PointsTransferred,
    RefundFailed,
)
from payments.domain.facts import CheckoutStatus, MoneyStatus
from payments.domain.guilds import GuildSettings
from payments.domain.ids import PaymentId
from payments.domain.money import Money
from payments.domain.payment import Payment
from payments.domain.time import MINUTE
from payments.queue.channel import Channel, Delivery, GiveUp, Postpone
from payments.runner import Runner
from payments.sealing import Sealer, new_key
from payments.store.answers import Answers
from payments.store.engine import Database
from payments.store.queries import Queries
from tests.bot.conftest import World, said
from tests.conftest import Time
from tests.make import BEN, GUILD, checkout_told, event, initiate, key, package

Deliver = Callable[[str, Event], Any]


@pytest.fixture
def channels(
    world: World, queries: Queries, database: Database, sealer: Sealer, clock: Time
) -> dict[str, Channel]:
    answers = Answers(database)
    return dict(
        build_channels(world.bot, queries=queries, answers=answers, sealer=sealer, clock=clock)
    )


@pytest.fixture
def deliver(channels: dict[str, Channel]) -> Deliver:
    async def work(channel: str, of: Event) -> None:
        await channels[channel].deliver(Delivery(id=2**62, event=of, channel=channel, attempt=1))

    return work


@pytest.fixture
async def payment(world: World, runner: Runner, queries: Queries, clock: Time) -> Payment:
    """Ada has begun to buy."""
    await runner.run(initiate("p1", member=world.ada_id, at=clock()))
    found = await queries.payment(PaymentId("p1"))
    assert found is not None
    return found


async def tell(world: World, runner: Runner, clock: Time, **more: Any) -> None:
    """The provider tells of the checkout; by default that it was paid."""
    await runner.run(event(checkout_told("p1", member=world.ada_id, **more), at=clock()))


def last_dm(world: World) -> str:
    message = world.ada_user.dm_channel.last_message
    return "" if message is None else said(message)


async def test_a_buyer_reads_what_came_what_was_paid_and_the_balance(
    world: World, runner: Runner, clock: Time, payment: Payment, deliver: Deliver
) -> None:
    await tell(world, runner, clock, tax=100)
    await deliver("dm", PaymentSucceeded(**about(payment, clock())))
    assert last_dm(world) == (
        "**+500 points** from “500 for 499” on Harbour. You paid €5.99. "
        "Your balance is **500 points**."
    )


async def test_the_same_delivery_twice_carries_the_same_nonce(
    world: World, clock: Time, payment: Payment, deliver: Deliver
) -> None:
    for _ in range(2):
        await deliver("dm", PaymentFailed(**about(payment, clock())))
    sent = [entry.json or {} for entry in world.env.http_requests if "/messages" in entry.path]
    assert [(each["nonce"], each["enforce_nonce"]) for each in sent] == [(str(2**62), True)] * 2


@pytest.mark.parametrize(
    ("kind", "more", "words"),
    [
        (PaymentFailed, {}, "did not go through. You were not charged."),
        (PaymentPending, {}, "is on its way"),
        (PaymentDoubted, {"reason": "secret"}, "a moderator looks at it"),
        (PaymentRefunded, {"refunded": Money(minor=499, currency="EUR")}, "€4.99 of your payment"),
    ],
)
async def test_a_member_reads_what_became_of_their_payment(
    world: World,
    clock: Time,
    payment: Payment,
    deliver: Deliver,
    kind: type[PaymentEvent],
    more: dict[str, Any],
    words: str,
) -> None:
    await deliver("dm", kind(**about(payment, clock()), **more))
    assert words in last_dm(world)
    assert "secret" not in last_dm(world)


async def test_a_pending_message_that_comes_late_is_left_out(
    world: World, runner: Runner, clock: Time, payment: Payment, deliver: Deliver
) -> None:
    await tell(world, runner, clock)
    await deliver("dm", PaymentPending(**about(payment, clock())))
    assert last_dm(world) == ""


@pytest.mark.parametrize("channel", ["dm", "answer", "mod"])
async def test_an_event_that_a_channel_has_no_words_for_is_no_crash(
    world: World, clock: Time, payment: Payment, deliver: Deliver, channel: str
) -> None:
    await deliver(channel, PaymentInitiated(**about(payment, clock())))
    passed = PointsTransferred(
        guild=GUILD, member=world.ada_id, at=clock(), recipient=BEN, points=1, note=""
    )
    await deliver(channel, passed)
    assert last_dm(world) == ""


@pytest.mark.parametrize(
    ("status", "code", "outcome"),
    [
        (403, 50007, GiveUp),
        (403, 50278, GiveUp),
        (500, 0, Postpone),
        (429, 0, Postpone),
        (400, 50035, discord.HTTPException),
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
        await deliver("dm", PaymentFailed(**about(payment, clock())))


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


async def test_the_answer_becomes_the_outcome_once_and_its_token_is_forgotten(
    world: World, runner: Runner, queries: Queries, clock: Time, deliver: Deliver
) -> None:
    result = await world.ada.slash(world.general, "buy", package=package().id)
    assert "Pay €4.99" in said(result.response)
    bought = await queries.payment(PaymentId("id-1"))
    assert bought is not None

    later = PaymentExpired(**about(bought, clock()))
    await deliver("answer", later)
    assert "Pay €4.99" in said(result.response), "it has not expired, whatever the event says"

    told = checkout_told("id-1", member=world.ada_id)
    await runner.run(event(told, at=clock()))
    await deliver("answer", PaymentSucceeded(**about(bought, clock())))
    assert "+500 points" in said(result.response)
    assert "Pay" not in said(result.response)
    assert await queries.answer(PaymentId("id-1"), clock()) is None


@pytest.mark.parametrize(
    ("status", "money", "words"),
    [
        (CheckoutStatus.COMPLETE, MoneyStatus.PROCESSING, "on its way"),
        (CheckoutStatus.COMPLETE, MoneyStatus.FAILED, "did not go through"),
        (CheckoutStatus.EXPIRED, MoneyStatus.UNPAID, "has expired"),
    ],
)
async def test_the_answer_shows_how_the_payment_stands(
    world: World,
    runner: Runner,
    queries: Queries,
    clock: Time,
    deliver: Deliver,
    status: CheckoutStatus,
    money: MoneyStatus,
    words: str,
) -> None:
    result = await world.ada.slash(world.general, "buy", package=package().id)
    told = checkout_told("id-1", member=world.ada_id, status=status, money=money)
    await runner.run(event(told, at=clock()))
    bought = await queries.payment(PaymentId("id-1"))
    assert bought is not None
    await deliver("answer", PaymentExpired(**about(bought, clock())))
    assert words in said(result.response)


async def test_an_answer_that_can_not_be_changed_any_more_is_given_up(
    world: World,
    runner: Runner,
    queries: Queries,
    database: Database,
    clock: Time,
    deliver: Deliver,
) -> None:
    await world.ada.slash(world.general, "buy", package=package().id)
    await runner.run(event(checkout_told("id-1", member=world.ada_id), at=clock()))
    bought = await queries.payment(PaymentId("id-1"))
    assert bought is not None
    happened = PaymentSucceeded(**about(bought, clock()))

    other = build_channels(
        world.bot,
        queries=queries,
        answers=Answers(database),
        sealer=Sealer([new_key()]),
        clock=clock,
    )
    with pytest.raises(GiveUp, match="ENCRYPTION_KEYS"):
        await other["answer"].deliver(Delivery(id=1, event=happened, channel="answer", attempt=1))
    world.env.inject_error("PATCH", "/webhooks/*", status=401, code=50027)
    with pytest.raises(GiveUp, match="forgotten"):
        await deliver("answer", happened)
    clock.pass_(15 * MINUTE)
    with pytest.raises(GiveUp, match="no answer"):
        await deliver("answer", happened)


async def test_moderators_hear_of_what_needs_them(
    world: World, runner: Runner, clock: Time, payment: Payment, deliver: Deliver
) -> None:
    doubted = PaymentDoubted(**about(payment, clock()), reason="It was paid in *USD*.")
    with pytest.raises(GiveUp, match="no moderators' channel"):
        await deliver("mod", doubted)
    settings = GuildSettings(guild=GUILD, mod_channel=world.mods.id)
    await runner.run(
        ChangeSettings(key=key(), at=clock(), actor=by_member(BEN), guild=GUILD, settings=settings)
    )
    for happened, words in (
        (doubted, r"It was paid in \*USD\*."),
        (PaymentDisputed(**about(payment, clock())), "The points are on hold."),
        (RefundFailed(**about(payment, clock())), "did not reach the buyer"),
    ):
        await deliver("mod", happened)
        posted = said(world.mods.last_message)
        assert words in posted
        assert f"<@{world.ada_id}>" in posted
        assert "Payment `p1`" in posted
        sent = world.env.http_requests[-1].json or {}
        assert sent["allowed_mentions"] == {"parse": []}

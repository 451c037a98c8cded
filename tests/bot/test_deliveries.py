"""How the queue's deliveries reach people, and what they make of Discord's errors."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from typing import Any

import discord
import pytest
from discord.http import Route

from bot.client import GuildbankBot
from bot.deliveries import build_channels
from bot.deliveries.outcome import understood
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
from tests.bot.conftest import World, refusal, said
from tests.bot.deliveries_help import last_dm, paid_by_command, set_mod_channel, tell
from tests.bot.deliveries_wire import (
    APPLICATION,
    DIRECT,
    MODS,
    TOKEN,
    Shop,
    barred,
    open_shop,
    serve,
)
from tests.conftest import Time
from tests.fakes import FakeProvider, unreachable
from tests.make import BEN, GUILD, checkout_told, event, initiate, package, refund_told

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


@pytest.fixture
async def shop(
    new_bot: Callable[[], GuildbankBot],
    runner: Runner,
    database: Database,
    sealer: Sealer,
    clock: Time,
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[Shop]:
    """A payment that has arrived, told over real HTTP by a bot that has no gateway."""
    async with serve() as (wire, address), new_bot() as bot:
        monkeypatch.setattr(Route, "BASE", address)
        await bot.login("a-token")
        yield await open_shop(
            bot, wire, runner=runner, database=database, sealer=sealer, clock=clock
        )


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
        await deliver("dm", PaymentSucceeded(**about(payment, clock())))
    sent = [entry.json or {} for entry in world.env.http_requests if "/messages" in entry.path]
    assert [(each["nonce"], each["enforce_nonce"]) for each in sent] == [(str(2**62), True)] * 2


@pytest.mark.parametrize(
    "case",
    [
        (
            PaymentFailed,
            {},
            {"money": MoneyStatus.FAILED},
            (
                "Your payment for “500 for 499” did not go through. You were not charged. "
                "You can try again with /buy."
            ),
        ),
        (
            PaymentPending,
            {},
            {"money": MoneyStatus.PROCESSING},
            (
                "Your payment for “500 for 499” is on its way. This method takes a while; "
                "the points come as soon as it has arrived."
            ),
        ),
        (
            PaymentDoubted,
            {"reason": "secret"},
            {"currency": "USD"},
            (
                "Something about your payment for “500 for 499” does not fit. Nothing is lost: "
                "a moderator looks at it, and you hear from us."
            ),
        ),
        (
            PaymentRefunded,
            {"refunded": Money(minor=499, currency="EUR")},
            {"currency": "USD"},
            (
                "€4.99 of your payment for “500 for 499” went back to you. "
                "It had brought no points, so none were taken."
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
    kind, more, told, words = case
    await tell(world, runner, clock, **told)
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
        await runner.run(event(refund_told("p1", refund, minor), at=clock()))
        so_far = 100 if refund == "re_1" else 500
        refunded = Money(minor=so_far, currency="EUR")
        await deliver("dm", PaymentRefunded(**about(payment, clock()), refunded=refunded))
        assert last_dm(world) == words


@pytest.mark.parametrize("kind", [PaymentPending, PaymentFailed, PaymentDoubted])
async def test_a_message_that_comes_after_the_points_is_left_out(
    world: World,
    runner: Runner,
    clock: Time,
    payment: Payment,
    deliver: Deliver,
    kind: type[PaymentEvent],
) -> None:
    await tell(world, runner, clock)
    more = {"reason": "It did not fit."} if kind is PaymentDoubted else {}
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


@pytest.mark.parametrize(("status", "code"), [(401, 50027), (404, 10015), (404, 10008)])
async def test_an_answer_that_discord_has_forgotten_is_forgotten_here_too(
    world: World,
    runner: Runner,
    queries: Queries,
    clock: Time,
    deliver: Deliver,
    status: int,
    code: int,
) -> None:
    happened = await paid_by_command(world, runner, queries, clock, money=MoneyStatus.PROCESSING)
    world.env.inject_error("PATCH", "/webhooks/*", status=status, code=code)
    await deliver("answer", happened)
    assert await queries.answer(happened.payment, clock()) is None


async def test_an_answer_that_cannot_be_changed_now_is_kept(
    world: World, runner: Runner, queries: Queries, clock: Time, deliver: Deliver
) -> None:
    happened = await paid_by_command(world, runner, queries, clock)
    world.env.inject_error("PATCH", "/webhooks/*", status=500)
    with pytest.raises(Postpone):
        await deliver("answer", happened)
    assert await queries.answer(happened.payment, clock()) is not None


async def test_an_answer_whose_time_is_over_is_left_as_it_is(
    world: World, runner: Runner, queries: Queries, clock: Time, deliver: Deliver
) -> None:
    happened = await paid_by_command(world, runner, queries, clock)
    clock.pass_(15 * MINUTE)
    asked = len(world.env.http_requests)
    await deliver("answer", happened)
    assert len(world.env.http_requests) == asked


async def test_an_answer_whose_key_is_lost_is_given_up(
    world: World, runner: Runner, queries: Queries, database: Database, clock: Time
) -> None:
    happened = await paid_by_command(world, runner, queries, clock)
    other = build_channels(
        world.bot,
        queries=queries,
        answers=Answers(database),
        sealer=Sealer([new_key()]),
        clock=clock,
    )
    with pytest.raises(GiveUp, match="ENCRYPTION_KEYS"):
        await other["answer"].deliver(Delivery(id=1, event=happened, channel="answer", attempt=1))


async def test_moderators_hear_of_what_needs_them(
    world: World, runner: Runner, clock: Time, payment: Payment, deliver: Deliver
) -> None:
    doubted = PaymentDoubted(**about(payment, clock()), reason="It was paid in *USD*.")
    with pytest.raises(GiveUp, match="/setup set mod_channel"):
        await deliver("mod", doubted)
    await set_mod_channel(runner, clock, world.mods.id)
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


@pytest.mark.parametrize(("status", "code"), [(404, 10003), (403, 50001), (403, 50013)])
async def test_a_lost_moderators_channel_is_given_up(
    world: World,
    runner: Runner,
    clock: Time,
    payment: Payment,
    deliver: Deliver,
    status: int,
    code: int,
) -> None:
    await set_mod_channel(runner, clock, world.mods.id)
    world.env.inject_error("POST", "/channels/*/messages", status=status, code=code)
    with pytest.raises(GiveUp, match=str(code)):
        await deliver("mod", PaymentDisputed(**about(payment, clock())))


async def test_a_direct_message_needs_no_gateway(shop: Shop) -> None:
    await shop.deliver("dm")
    [(method, path, body)] = shop.wire.taken
    assert (method, path) == ("POST", f"/channels/{DIRECT}/messages")
    assert body["content"] == (
        "**+500 points** from “500 for 499”. You paid €4.99. Your balance is **500 points**."
    )
    assert (body["nonce"], body["enforce_nonce"]) == (str(2**62), True)
    assert body["allowed_mentions"] == {"parse": []}


async def test_a_card_for_moderators_needs_no_gateway(shop: Shop) -> None:
    await shop.deliver("mod", PaymentDisputed)
    [(method, path, body)] = shop.wire.taken
    assert (method, path) == ("POST", f"/channels/{MODS}/messages")
    assert (body["nonce"], body["enforce_nonce"]) == (str(2**62), True)
    assert body["allowed_mentions"] == {"parse": []}


async def test_the_answer_is_changed_by_its_token_and_loses_its_button(shop: Shop) -> None:
    await shop.deliver("answer")
    [(method, path, body)] = shop.wire.taken
    assert (method, path) == ("PATCH", f"/webhooks/{APPLICATION}/{TOKEN}/messages/@original")
    [shown] = body["components"]
    assert "+500 points" in shown["components"][0]["content"]
    assert len(shown["components"]) == 1
    assert await shop.queries.answer(PaymentId("p1"), shop.clock()) is None


@pytest.mark.parametrize(("told", "seconds"), [("1800", 1800.0), ("0.5", 0.5), ("soon", 5.0)])
async def test_the_network_before_discord_says_how_long_to_wait(
    shop: Shop, told: str, seconds: float
) -> None:
    shop.wire.answers.append(barred(told))
    with pytest.raises(Postpone) as raised:
        await shop.deliver("dm")
    assert raised.value.seconds == seconds
    assert len(shop.wire.taken) == 1, "it was not tried again at once"


async def test_a_discord_that_is_not_there_means_later(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with serve() as (_, address):
        gone = address
    monkeypatch.setattr(Route, "BASE", gone)
    with pytest.raises(Postpone, match="cannot be reached"):
        await shop.deliver("answer")
    assert await shop.queries.answer(PaymentId("p1"), shop.clock()) is not None


async def test_who_was_told_by_the_command_that_it_failed_is_not_told_again(
    world: World,
    provider: FakeProvider,
    queries: Queries,
    clock: Time,
    deliver: Deliver,
) -> None:
    provider.failures = [unreachable()]
    result = await world.ada.slash(world.general, "buy", package=package().id)
    sentence = refusal(world, result)
    abandoned = await queries.payment(PaymentId("id-1"))
    assert abandoned is not None
    for channel in ("answer", "dm"):
        await deliver(channel, PaymentFailed(**about(abandoned, clock())))
    assert last_dm(world) == ""
    assert refusal(world, result) == sentence


async def test_an_answer_in_plain_text_can_become_a_card(
    world: World, runner: Runner, queries: Queries, clock: Time, deliver: Deliver
) -> None:
    """Something failed on our side after the checkout was opened, and it was paid all the same."""
    world.env.inject_error("PATCH", "/webhooks/*", status=500)
    result = await world.ada.slash(world.general, "buy", package=package().id)
    assert "Something went wrong" in refusal(world, result)
    await runner.run(event(checkout_told("id-1", member=world.ada_id), at=clock()))
    bought = await queries.payment(PaymentId("id-1"))
    assert bought is not None
    await deliver("answer", PaymentSucceeded(**about(bought, clock())))
    assert "+500 points" in said(result.response)

"""Moderators' cards about disputes, fraud warnings, refunds and messages that are stuck."""

from dataclasses import replace
from typing import Any

import discord
import pytest

from bot.interaction.moderators import NOT_A_MODERATOR
from payments.commands.base import by_member
from payments.commands.points.move import SpendPoints, TransferPoints
from payments.domain.rules.payment_events import about
from payments.domain.values.events import (
    DisputeEvent,
    DisputeWon,
    Event,
    FraudWarned,
    PaymentChargedBack,
    PaymentDisputed,
    PaymentInquired,
    PaymentRefunded,
    ProviderAccessRefused,
    ProviderEventStuck,
    RefundFailed,
)
from payments.domain.values.ids import MemberId
from payments.domain.values.money import Money
from payments.domain.values.payment import Payment
from payments.domain.values.provider_updates import DisputeStatus, ProviderUpdate, RefundStatus
from payments.domain.values.time import DAY, HOUR, MINUTE, Instant, later, to_seconds
from payments.notifications.channel import Postpone
from payments.runner.runner import Runner
from payments.runner.waiting import BooksUnavailable
from payments.store.queries import Queries
from tests.conftest import Time
from tests.faces.discord.conftest import Deliver, World, said
from tests.faces.discord.test_moderation import decide
from tests.support.make import GUILD, checkout_update, dispute_update, event, key, refund_update
from tests.support.presses import press_at_once

MIRA = MemberId(1)


@pytest.fixture
async def court(world: World, runner: Runner, clock: Time, payment: Payment) -> World:
    """Ada has bought 500 points, spent 120 of them, and passed 80 on to Ben."""
    assert payment.id == "p1"
    await decide(world, runner, clock)
    for known in await world.bot.tree.fetch_commands(guild=discord.Object(GUILD)):
        if known.name == "payments":
            world.guild.set_command_permissions(known, {world.mira: True})
    await runner.run(event(checkout_update("p1", member=world.ada_id), at=clock()))
    clock.pass_(73 * HOUR)
    common: dict[str, Any] = {
        "at": clock(),
        "actor": by_member(world.ada_id),
        "guild": GUILD,
        "member": world.ada_id,
    }
    await runner.run(SpendPoints(key=key(), points=120, **common))
    ben = MemberId(world.ben.id)
    await runner.run(TransferPoints(key=key(), points=80, recipient=ben, **common))
    return world


def dispute_event(kind: type[DisputeEvent], payment: Payment, at: Instant) -> DisputeEvent:
    return kind(
        **about(payment, at),
        dispute="dp_1",
        disputed=payment.price,
        reason="product_not_received",
        due_by=later(at, 7 * DAY),
    )


async def lose(runner: Runner, clock: Time) -> None:
    await runner.run(event(dispute_update("p1", "dp_1", 499, DisputeStatus.LOST), at=clock()))


async def test_a_dispute_says_what_is_left_where_the_rest_went_and_until_when(
    court: World, runner: Runner, clock: Time, payment: Payment, deliver: Deliver
) -> None:
    update = dispute_update("p1", "dp_1", 100, DisputeStatus.OPEN)
    await runner.run(event(update, at=clock()))
    await deliver("mod", dispute_event(PaymentDisputed, payment, clock()))
    words = said(court.mods.last_message)
    for line in (
        "### A payment is disputed",
        "It claims **€4.99**, reason: product not received.",
        f"until <t:{to_seconds(later(clock(), 7 * DAY))}:f>.",
        f"now: 200 unspent, 120 spent, 80 passed on to <@{court.ben.id}>, 100 taken back.",
        "The buyer's balance is **200 points**.",
        f"<@{court.ada.id}> · “500 for 499” · 500 points for €4.99",
    ):
        assert line in words
    assert "Refund…" not in words


@pytest.mark.parametrize("kind", [PaymentInquired, FraudWarned])
async def test_an_inquiry_and_a_fraud_warning_lead_to_the_refund(
    court: World,
    queries: Queries,
    clock: Time,
    payment: Payment,
    deliver: Deliver,
    kind: type[Event],
) -> None:
    happened: Event = FraudWarned(**about(payment, clock()))
    if kind is PaymentInquired:
        happened = dispute_event(PaymentInquired, payment, clock())
    await deliver("mod", happened)
    card = court.mods.last_message
    assert card is not None
    assert "nothing has moved" in said(card)
    quote = await court.mira.click(card, label="Refund…")
    assert "### Refund €4.99?" in said(quote.response)
    assert quote.response is not None
    await court.mira.click(quote.response, label="Refund")
    is_fraud = kind is FraudWarned  # then the 80 points that Ada has passed on come back too
    owed = 120 if is_fraud else 200
    assert (await queries.balance(GUILD, court.ada_id, clock())).points == -owed
    refunded = await queries.payment(payment.id)
    assert refunded is not None
    (refund,) = refunded.refunds
    assert refund.order is not None
    assert ('"fraudulent": true' in refund.order.request) == is_fraud
    assert refund.is_fraud == is_fraud
    banned = f"<@{court.ada.id}> may not buy until a moderator lets them."
    assert (banned in said(quote.response)) == is_fraud
    assert bool(await queries.purchase_banned_by(GUILD, court.ada_id)) == is_fraud


async def test_the_button_is_not_there_once_it_is_too_late(
    court: World, runner: Runner, clock: Time, payment: Payment, deliver: Deliver
) -> None:
    await runner.run(event(dispute_update("p1", "dp_1", 499, DisputeStatus.OPEN), at=clock()))
    await deliver("mod", FraudWarned(**about(payment, clock())))
    assert "Refund…" not in said(court.mods.last_message)


async def test_a_lost_dispute_bars_the_buyer_until_a_moderator_lets_them(
    court: World,
    queries: Queries,
    runner: Runner,
    clock: Time,
    payment: Payment,
    deliver: Deliver,
) -> None:
    await lose(runner, clock)
    await deliver("mod", dispute_event(PaymentChargedBack, payment, clock()))
    card = court.mods.last_message
    assert card is not None
    assert f"<@{court.ada.id}> may not buy until a moderator lets them." in said(card)
    listed = await court.mira.slash(court.mods, "payments", member=court.ada)
    assert "They may not buy: a payment was charged back or refunded as fraud." in said(
        listed.response
    )
    pressed = await court.mira.click(card, label="Let them buy again")
    words = said(pressed.response)
    assert f"### May buy again\n<@{court.ada.id}>, by <@{court.mira.id}>." in words
    assert await queries.purchase_banned_by(GUILD, court.ada_id) == ()
    again = await court.mira.click(card, label="Let them buy again")
    assert again.followups[-1].content == "This member may buy already."
    listed = await court.mira.slash(court.mods, "payments", member=court.ada)
    assert "They may not buy" not in said(listed.response)


async def test_only_moderators_let_buy_again(
    court: World,
    queries: Queries,
    runner: Runner,
    clock: Time,
    payment: Payment,
    deliver: Deliver,
) -> None:
    await lose(runner, clock)
    await deliver("mod", dispute_event(PaymentChargedBack, payment, clock()))
    result = await court.mira.slash(court.mods, "payments", member=court.ada)
    assert result.response is not None
    (pressed,) = await press_at_once(court, result.response, (court.ben, "Let them buy again"))
    assert pressed.response is not None
    assert pressed.response.content == NOT_A_MODERATOR
    assert await queries.purchase_banned_by(GUILD, court.ada_id) == ("p1",)


async def test_a_dispute_is_shown_in_its_own_currency(
    court: World, clock: Time, payment: Payment, deliver: Deliver
) -> None:
    yen = Money(minor=300, currency="JPY")
    happened = replace(dispute_event(PaymentDisputed, payment, clock()), disputed=yen)
    await deliver("mod", happened)
    words = said(court.mods.last_message)
    assert "¥300" in words
    assert "€3.00" not in words


async def test_a_won_dispute_is_told(
    court: World, clock: Time, payment: Payment, deliver: Deliver
) -> None:
    await deliver("mod", dispute_event(DisputeWon, payment, clock()))
    assert "The money stays, and the points are back." in said(court.mods.last_message)


async def test_a_refund_is_told_where_its_own_card_has_not_shown_it(
    court: World, clock: Time, payment: Payment, deliver: Deliver
) -> None:
    money = Money(minor=200, currency="EUR")
    common: Any = {**about(payment, clock()), "refunded": money, "amount": money}
    await deliver("mod", PaymentRefunded(**common))
    words = said(court.mods.last_message)
    assert "### Refunded: €2.00\n" in words
    assert "\nMade at the provider. €2.00 have gone back in all." in words
    before = court.mods.last_message
    asked: dict[str, Any] = {"asked_by": MIRA, "asked_at": later(clock(), -MINUTE + 1)}
    await deliver("mod", PaymentRefunded(**common, **asked))
    assert court.mods.last_message == before
    asked["asked_at"] = later(clock(), -MINUTE)
    await deliver("mod", PaymentRefunded(**common, **asked))
    assert "Asked for by <@1>." in said(court.mods.last_message)


async def test_a_failed_refund_says_how_much_and_who_asked(
    court: World, clock: Time, payment: Payment, deliver: Deliver
) -> None:
    await deliver(
        "mod", RefundFailed(**about(payment, clock()), amount=payment.price, asked_by=MIRA)
    )
    words = said(court.mods.last_message)
    assert "### A refund of €4.99 has failed" in words
    assert "\nThe money did not reach the buyer. The points were given back.\n" in words
    assert "Asked for by <@1>." in words
    assert "Refund…" in words


GONE = [
    pytest.param(
        [refund_update("p1", "re_1", 499)],
        "€4.99 of this payment have gone back already, by refunds that were made at the "
        "provider. The points for that were taken back.",
        id="refunded elsewhere",
    ),
    pytest.param(
        [refund_update("p1", "re_1", 200, RefundStatus.PENDING)],
        "€2.00 of this payment are on their way back, by refunds that were made at the provider. "
        "The points for that were taken back or set aside.\nAt most €2.99 more can be refunded.",
        id="on its way elsewhere",
    ),
    pytest.param(
        [
            refund_update("p1", "re_1", 200),
            refund_update("p1", "re_2", 100, RefundStatus.PENDING),
        ],
        "€3.00 of this payment have gone back already or are on their way, by refunds that were "
        "made at the provider. The points for that were taken back or set aside.\n"
        "At most €1.99 more can be refunded.",
        id="both",
    ),
    pytest.param(
        [dispute_update("p1", "dp_1", 499, DisputeStatus.OPEN)],
        "The payment is disputed: the buyer's bank decides where its money goes, and its points "
        "are set aside.",
        id="disputed",
    ),
    pytest.param(
        [dispute_update("p1", "dp_1", 499, DisputeStatus.LOST)],
        "The payment is disputed: the buyer's bank has taken its money back, and its points are "
        "gone.",
        id="lost",
    ),
]
"""What became of a payment, and what is said of it when a refund of all of it comes too late."""


@pytest.mark.parametrize(("meanwhile", "words"), GONE)
async def test_a_refund_that_failed_because_the_money_is_gone_says_where_it_is(
    court: World,
    runner: Runner,
    clock: Time,
    payment: Payment,
    deliver: Deliver,
    meanwhile: list[ProviderUpdate],
    words: str,
) -> None:
    for update in meanwhile:
        await runner.run(event(update, at=clock()))
    await deliver(
        "mod", RefundFailed(**about(payment, clock()), amount=payment.price, asked_by=MIRA)
    )
    shown = said(court.mods.last_message)
    assert f"\nThe money did not reach the buyer by this refund.\n{words}\n" in shown
    assert "given back" not in shown


async def test_a_stuck_message_says_what_to_do(court: World, clock: Time, deliver: Deliver) -> None:
    await deliver(
        "mod",
        ProviderEventStuck(
            guild=GUILD,
            at=clock(),
            provider="stripe",
            event="evt_1",
            kind="refund.created",
            reason="It has the status *odd*.",
        ),
    )
    words = said(court.mods.last_message)
    assert r"It has the status \*odd\*." in words
    assert "`guildbank events show evt_1`" in words


async def test_a_provider_that_refuses_the_bot_is_told_with_what_it_refuses(
    court: World, clock: Time, deliver: Deliver
) -> None:
    await deliver("mod", refused(clock))
    words = said(court.mods.last_message)
    assert "The payment provider refuses the bot" in words
    assert "lacks the permission Disputes (read)." in words
    assert "nothing is lost" in words
    assert "`guildbank doctor`" in words


async def test_its_owner_is_told_too(court: World, clock: Time, deliver: Deliver) -> None:
    await deliver("owner", refused(clock))
    words = said(court.guild.owner.dm_channel.last_message)
    assert "the payment provider refuses me." in words
    assert "lacks the permission Disputes (read)." in words


def refused(clock: Time) -> ProviderAccessRefused:
    return ProviderAccessRefused(
        guild=GUILD,
        at=clock(),
        provider="stripe",
        reason="STRIPE_SECRET_KEY lacks the permission Disputes (read).",
    )


async def test_without_books_the_card_waits(
    court: World,
    clock: Time,
    payment: Payment,
    deliver: Deliver,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def away(_: object) -> None:
        raise BooksUnavailable("The database is away.")

    monkeypatch.setattr(court.bot.runner, "rehearse", away)
    with pytest.raises(Postpone, match="away"):
        await deliver("mod", FraudWarned(**about(payment, clock())))

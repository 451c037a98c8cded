"""Moderators' cards about disputes and fraud warnings."""

from dataclasses import replace

import discord
import pytest

from bot.interaction.moderators import NOT_A_MODERATOR
from payments.domain.rules.payment_events import about
from payments.domain.values.events import (
    DisputeEvent,
    DisputeWon,
    Event,
    FraudWarned,
    InquiryClosed,
    PaymentChargedBack,
    PaymentDisputed,
    PaymentInquired,
)
from payments.domain.values.inbox import InboxStatus
from payments.domain.values.money import Money
from payments.domain.values.payment import Payment
from payments.domain.values.provider_updates import DisputeStatus
from payments.domain.values.time import DAY, later, to_seconds
from payments.runner.runner import Runner
from payments.services.provider_guide import ProviderGuide
from payments.store.queries import Queries
from tests.conftest import Time
from tests.faces.discord.conftest import Deliver, World, said
from tests.support.claim_cards import court, dispute_event, lose
from tests.support.make import GUILD, dispute_update, event
from tests.support.presses import press_at_once
from tests.support.unable import Unable

__all__ = ["court"]  # fixtures


def links(message: discord.Message | None) -> dict[str, str]:
    """The buttons of a card that lead somewhere, by their labels."""
    assert message is not None
    rows = [
        row
        for box in message.components
        if isinstance(box, discord.Container)
        for row in box.children
        if isinstance(row, discord.ActionRow)
    ]
    buttons = [each for row in rows for each in row.children if isinstance(each, discord.Button)]
    return {str(each.label): each.url for each in buttons if each.url}


async def test_a_dispute_says_what_is_left_where_the_rest_went_and_until_when(
    court: World, runner: Runner, clock: Time, payment: Payment, deliver: Deliver
) -> None:
    update = dispute_update("p1", "dp_1", 100, DisputeStatus.OPEN)
    await runner.run(event(update, at=clock()))
    await deliver("mod", dispute_event(PaymentDisputed, payment, clock()))
    words = said(court.mods.last_message)
    for line in (
        "### A payment is disputed",
        "The bank claims **€4.99**. Its reason: product not received.",
        f"Answer it before <t:{to_seconds(later(clock(), 7 * DAY))}:f> (",
        (
            f"this payment: 200 unspent, 120 spent, 80 passed on to <@{court.ben.id}>, "
            "and 100 on hold or taken back."
        ),
        "The buyer's balance is **200 points**.",
        f"<@{court.ada.id}> · “500 for 499” · 500 points for €4.99",
    ):
        assert line in words
    assert "Refund…" not in words


@pytest.mark.parametrize("end", [DisputeStatus.WON, DisputeStatus.LOST])
async def test_a_card_that_comes_after_the_end_names_no_deadline(
    court: World,
    runner: Runner,
    clock: Time,
    payment: Payment,
    deliver: Deliver,
    end: DisputeStatus,
) -> None:
    for seen, status in enumerate((DisputeStatus.OPEN, end)):
        update = dispute_update("p1", "dp_1", 499, status)
        await runner.run(event(replace(update, seen=seen), at=clock()))
    happened = dispute_event(PaymentDisputed, payment, clock())
    await deliver("mod", replace(happened, dispute="dp_1"))
    words = said(court.mods.last_message)
    assert "Answer it before" not in words
    assert "It is over by now: it can't be answered any more." in words


@pytest.mark.parametrize(
    ("kind", "status"),
    [(PaymentInquired, DisputeStatus.INQUIRY), (PaymentDisputed, DisputeStatus.OPEN)],
)
@pytest.mark.parametrize("end", [DisputeStatus.WON, DisputeStatus.LOST])
async def test_a_button_leads_to_where_it_is_answered_until_it_is_over(
    court: World,
    runner: Runner,
    clock: Time,
    payment: Payment,
    deliver: Deliver,
    kind: type[DisputeEvent],
    status: DisputeStatus,
    end: DisputeStatus,
) -> None:
    """What changes the card is the event that the end emits."""
    update = dispute_update("p1", "dp_1", 499, status)
    await runner.run(event(update, at=clock()))
    await deliver("mod", dispute_event(kind, payment, clock()))
    assert links(court.mods.last_message) == {
        "Respond in Stripe ↗": "https://pay.example/test/disputes/dp_1"
    }
    ended = await runner.run(event(replace(update, status=end, seen=1), at=clock()))
    assert ended.status is InboxStatus.HANDLED
    closing = {DisputeStatus.LOST: PaymentChargedBack, DisputeStatus.WON: DisputeWon}[end]
    if end is DisputeStatus.WON and kind is PaymentInquired:
        closing = InquiryClosed
    await deliver("card", dispute_event(closing, payment, clock()))
    assert links(court.mods.last_message) == {}
    assert "It is over by now" in said(court.mods.last_message)


async def test_where_a_provider_is_off_or_has_no_page_no_button_leads_there(
    court: World, clock: Time, payment: Payment, deliver: Deliver
) -> None:
    for guide in (ProviderGuide({}), ProviderGuide({"stripe": Unable(name="stripe")})):
        court.bot.guide = guide
        await deliver("mod", dispute_event(PaymentDisputed, payment, clock()))
        card = court.mods.last_message
        assert "### A payment is disputed" in said(card)
        assert links(card) == {}


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
    assert "Nothing has moved" in said(card)
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
    banned = f"<@{court.ada.id}> can't buy until a moderator allows it."
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
    assert f"<@{court.ada.id}> can't buy until a moderator allows it." in said(card)
    listed = await court.mira.slash(court.mods, "payments", member=court.ada)
    assert "They can't buy: a payment was charged back or refunded as fraud." in said(
        listed.response
    )
    pressed = await court.mira.click(card, label="Let them buy again")
    words = said(pressed.response)
    assert f"### Can buy again\n<@{court.ada.id}>, allowed by <@{court.mira.id}>." in words
    assert await queries.purchase_banned_by(GUILD, court.ada_id) == ()
    again = await court.mira.click(card, label="Let them buy again")
    assert again.followups[-1].content == "This member can buy already."
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
    assert pressed.response.content == str(NOT_A_MODERATOR)
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


"""What became of a payment, and what is said of it when a refund of all of it comes too late."""

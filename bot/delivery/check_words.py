"""What members and moderators read of a purchase that is checked before anybody is charged."""

from collections.abc import Mapping
from typing import Final

from discord import ui

from bot.delivery.payment_card import Button, about_payment
from bot.delivery.seen import Seen
from bot.delivery.standing import CardStanding
from bot.features.checks.views import ApprovePurchaseButton, RefusePurchaseButton
from bot.ui.card import Mood
from bot.wording import text
from payments.domain.rules.check_standing import standing_of
from payments.domain.sentences.parts import FromNow, Moment, Person, Verbatim
from payments.domain.sentences.sentence import Sentence, plural
from payments.domain.values.events import PaymentHeld, PaymentReleased
from payments.domain.values.payment import Payment
from payments.domain.values.provider_updates import MoneyStatus
from payments.domain.values.purchase_check import (
    CheckReason,
    CheckStatus,
    PurchaseCheck,
    created_at,
)
from payments.store.queries import Earlier

_WHY: Final[Mapping[str, Sentence]] = {
    CheckReason.AMOUNT: Sentence("It costs more than this server's amount for checks."),
    CheckReason.CURRENCY: Sentence("This server has set no amount for checks in its currency."),
    CheckReason.AGE: Sentence("The buyer's Discord account is new."),
}


def held_card(event: PaymentHeld, seen: Seen, reader: text.ReaderFormat) -> ui.LayoutView:
    """The card that asks moderators; true also after they, or somebody else, have decided."""
    payment = None if seen.inspection is None else seen.inspection.payment
    check = None if payment is None else payment.check
    lines = [
        *(_WHY[each] for each in event.reasons.split(",") if each in _WHY),
        Sentence(
            "Their Discord account was created {when}.", when=FromNow(created_at(event.member))
        ),
        *([] if seen.earlier is None else _earlier(seen.earlier)),
    ]
    buttons: list[Button] = []
    mood = Mood.PLAIN
    if payment is not None and check is not None:
        lines.append(_standing(payment, check, seen))
        if payment.money is MoneyStatus.AUTHORIZED and check.status is CheckStatus.WAITING:
            mood = Mood.WAIT
            buttons.append(RefusePurchaseButton(payment.id))
            if payment.is_disputed:
                lines.append(Sentence("The buyer's bank disputes it already: refuse it."))
            else:
                buttons.insert(0, ApprovePurchaseButton(payment.id))
    title = Sentence("A purchase needs a check")
    return about_payment(event, reader, title, lines, mood, buttons)


def _earlier(earlier: Earlier) -> list[Sentence]:
    if not earlier.paid:
        return [Sentence("It is their first purchase here.")]
    lines = [
        plural(
            "They have paid for {n} purchase here before.",
            "They have paid for {n} purchases here before.",
            earlier.paid,
        )
    ]
    if earlier.refunded:
        lines.append(
            plural("{n} of them was refunded.", "{n} of them were refunded.", earlier.refunded)
        )
    if earlier.disputed:
        lines.append(
            plural("{n} of them was disputed.", "{n} of them were disputed.", earlier.disputed)
        )
    return lines


def _standing(  # noqa: PLR0911 - one for each way that it can stand
    payment: Payment, check: PurchaseCheck, seen: Seen
) -> Sentence:
    """How it stands, for moderators."""
    by = None if check.decided_by is None else Person(check.decided_by)
    if payment.money is MoneyStatus.PAID:
        if check.status is CheckStatus.APPROVED and by is not None:
            return Sentence("Approved by {moderator}. The money was charged.", moderator=by)
        return Sentence(
            "The money was charged at {provider} itself.",
            provider=Verbatim(seen.guide.title(payment.provider)),
        )
    is_held = payment.money is MoneyStatus.AUTHORIZED
    if check.status is CheckStatus.APPROVED and by is not None:
        if is_held:
            return Sentence("Approved by {moderator}. The money is being charged.", moderator=by)
        return Sentence(
            "Approved by {moderator}, but the money could not be charged. Nothing was taken.",
            moderator=by,
        )
    if check.status is CheckStatus.REFUSED and by is not None:
        return Sentence("Refused by {moderator}. Nothing was charged.", moderator=by)
    if check.status is CheckStatus.LAPSED:
        return Sentence("Nobody decided in time. Nothing was charged.")
    if not is_held or check.ends_at is None:
        return Sentence("The reserved money was released by the provider. Nothing was charged.")
    return Sentence(
        "The money is only reserved. Approve it before {moment} ({when}); otherwise it is "
        "released.",
        moment=Moment(check.ends_at),
        when=FromNow(check.ends_at),
    )


def waits(event: PaymentHeld, now: CardStanding) -> list[Sentence]:
    """What the buyer reads; nothing once it was decided, which is told by itself."""
    check = now.payment.check
    is_held = now.payment.money is MoneyStatus.AUTHORIZED
    if check is None or check.status is not CheckStatus.WAITING or not is_held:
        return []
    lines = [
        Sentence(
            "Your payment of {price} for {package} waits for a moderator's check. Nothing has been "
            "charged; the amount is only reserved.",
            price=event.price,
            package=event.package,
        )
    ]
    if check.ends_at is not None:
        lines.append(
            Sentence(
                "If nobody checks it by {moment}, the amount is released.",
                moment=Moment(check.ends_at),
            )
        )
    return lines


def released(event: PaymentReleased, now: CardStanding) -> list[Sentence]:
    """What the buyer reads when nothing is charged after all; nothing if it was all the same."""
    standing = standing_of(now.payment)
    if standing is None:
        return []
    return [
        Sentence(
            "About your payment of {price} for {package}: {standing}",
            price=event.price,
            package=event.package,
            standing=standing,
        )
    ]

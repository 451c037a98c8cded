"""What moderators read of refunds that the card of the refund itself did not show."""

from typing import Final

from discord import ui

from bot.delivery.payment_card import (
    Button,
    about_payment,
    asked_by,
    can_be_refunded,
    points_lines,
)
from bot.delivery.seen import Seen
from bot.features.purchase_ban.button import LiftPurchaseBanButton, purchase_ban_line
from bot.features.refunds.views import RefundButton
from bot.ui.card import Mood
from bot.wording import text
from bot.wording.refund_too_late import where_it_went
from payments.domain.sentences.sentence import Sentence
from payments.domain.values.events import (
    PaymentEvent,
    PaymentRefunded,
    RefundFailed,
    RefundPending,
)
from payments.domain.values.ids import MemberId
from payments.domain.values.time import MINUTE
from payments.providers.kind import WhoActs

SHOWN_ANYWAY: Final = MINUTE
"""A refund that took longer has no card any more that shows its end. Microseconds."""


def refunded(event: PaymentRefunded, seen: Seen, reader: text.ReaderFormat) -> ui.LayoutView | None:
    """Nothing if the card of the refund itself has just shown it."""
    if event.asked_at is not None and event.at - event.asked_at < SHOWN_ANYWAY:
        return None
    in_all = Sentence("Refunded in all: {amount}.", amount=event.refunded)
    lines = [
        _made_by(event.asked_by, seen),
        *([in_all] if event.refunded.has_currency else []),
        *points_lines(event, seen),
    ]
    buttons = _as_fraud(event, seen, lines)
    known = [each for each in (event.amount, event.refunded) if each.has_currency]
    title = Sentence("Refunded: {amount}", amount=known[0]) if known else Sentence("Refunded")
    return about_payment(event, reader, title, lines, Mood.PLAIN, buttons)


def refund_pending(
    event: RefundPending, seen: Seen, reader: text.ReaderFormat
) -> ui.LayoutView | None:
    """Nothing if the card of the refund itself has just shown it, or it has ended by now."""
    refunding = seen.inspection is not None and seen.inspection.payment.refunding
    cause = seen.why_pending(event)
    needs_somebody = cause is not None and cause.acts is not WhoActs.NOBODY
    if not refunding or (event.asked_by is not None and not event.again and not needs_somebody):
        return None
    surplus = _is_surplus(seen)
    holds = Sentence("Its points are on hold until it has arrived or failed.")
    lines = [
        _made_by(event.asked_by, seen),
        *([] if surplus else [holds]),
        *([] if cause is None else [cause.words]),
        *points_lines(event, seen),
    ]
    buttons = _as_fraud(event, seen, lines)
    mood = Mood.BAD if needs_somebody else Mood.WAIT
    title = Sentence("Refund of {amount} is on its way", amount=event.amount)
    return about_payment(event, reader, title, lines, mood, buttons)


def _is_surplus(seen: Seen) -> bool:
    """Whether the payment brought no points, since its purchase was paid before."""
    return seen.inspection is not None and seen.inspection.payment.surplus_at is not None


def _made_by(moderator: MemberId | None, seen: Seen) -> Sentence:
    found = seen.inspection
    if moderator is None and found and any(each.is_by_itself for each in found.payment.refunds):
        return Sentence("Made automatically, because the purchase was paid twice.")
    return asked_by(moderator)


def _as_fraud(event: PaymentEvent, seen: Seen, lines: list[Sentence]) -> list[Button]:
    """Say that a payment was refunded as fraud; the button if the buyer has a purchase ban."""
    found = seen.inspection
    if found is None or not any(
        each.id in found.payment.banning_claims for each in found.payment.refunds
    ):
        return []
    lines.append(
        Sentence("It counts as fraud: its points are taken back wherever they were passed on to.")
    )
    if not found.is_banned:
        return []
    lines.append(purchase_ban_line(event.member))
    return [LiftPurchaseBanButton(event.member)]


def refund_failed(event: RefundFailed, seen: Seen, reader: text.ReaderFormat) -> ui.LayoutView:
    """With where the money went, if it has reached the buyer in another way."""
    found = seen.inspection
    gone = [] if found is None else where_it_went(found.payment, event.amount)
    lines = [Sentence("The money did not reach the buyer. The points were given back.")]
    if _is_surplus(seen):
        lines = [Sentence("The money did not reach the buyer, who paid twice."), *gone]
    elif gone:
        lines = [Sentence("The money did not reach the buyer by this refund."), *gone]
    if event.asked_by is not None:
        lines.append(asked_by(event.asked_by))
    buttons: list[Button] = [RefundButton(event.payment)] if can_be_refunded(seen) else []
    title = Sentence("A refund of {amount} has failed", amount=event.amount)
    return about_payment(event, reader, title, lines, Mood.WAIT, buttons)

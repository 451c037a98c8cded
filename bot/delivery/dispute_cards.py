"""What moderators read of disputes, of a bank's questions, and of its warnings."""

from discord import ui

from bot.delivery.ordered_lines import ordered_lines
from bot.delivery.payment_card import Button, about_payment, can_be_refunded, points_lines
from bot.delivery.seen import Seen
from bot.features.evidence.button import EvidenceButton
from bot.features.purchase_ban.button import LiftPurchaseBanButton, purchase_ban_line
from bot.features.refunds.views import RefundButton
from bot.ui.card import ADDRESS_LENGTH, LinkButton, Mood
from bot.wording import text
from payments.domain.sentences.parts import FromNow, Moment, Verbatim
from payments.domain.sentences.sentence import Sentence
from payments.domain.values.events import (
    DisputeEvent,
    DisputeWon,
    FraudWarned,
    PaymentChargedBack,
    PaymentDisputed,
    PaymentInquired,
)
from payments.domain.values.provider_updates import DisputeStatus
from payments.providers.known import spaced


def inquired(event: PaymentInquired, seen: Seen, reader: text.ReaderFormat) -> ui.LayoutView:
    """The buyer's bank asks."""
    lines = [
        Sentence("The buyer's bank asks about it. Nothing has moved.")
        if _is_untouched(seen)
        else Sentence("The buyer's bank asked about it."),
        *_advice(
            seen,
            Sentence(
                "A refund now, or a good answer at the provider, can keep it from becoming a "
                "dispute."
            ),
        ),
        *_claim(event, seen),
        *points_lines(event, seen),
        *([] if _is_over(event, seen) else ordered_lines(seen)),
    ]
    buttons = _answering(event, seen)
    if can_be_refunded(seen):
        buttons.insert(0, RefundButton(event.payment))
    return about_payment(
        event, reader, Sentence("A bank asks about a payment"), lines, Mood.WAIT, buttons
    )


def disputed(event: PaymentDisputed, seen: Seen, reader: text.ReaderFormat) -> ui.LayoutView:
    """The money is away, at least for now."""
    lines = [
        _how_it_stands(event, seen),
        *_claim(event, seen),
        *points_lines(event, seen),
        *([] if _is_over(event, seen) else ordered_lines(seen)),
    ]
    buttons = _answering(event, seen)
    return about_payment(event, reader, Sentence("A payment is disputed"), lines, Mood.BAD, buttons)


def charged_back(event: PaymentChargedBack, seen: Seen, reader: text.ReaderFormat) -> ui.LayoutView:
    """A dispute was lost."""
    lines = [
        Sentence("The dispute was lost: the money is gone, and so are its points."),
        _claimed(event),
        *points_lines(event, seen),
    ]
    buttons: list[Button] = [EvidenceButton(event.payment)]
    if seen.inspection is not None and seen.inspection.is_banned:
        lines.append(purchase_ban_line(event.member))
        buttons.append(LiftPurchaseBanButton(event.member))
    return about_payment(event, reader, Sentence("A dispute was lost"), lines, Mood.BAD, buttons)


def won(event: DisputeWon, seen: Seen, reader: text.ReaderFormat) -> ui.LayoutView:
    """A dispute was won."""
    lines = [Sentence("The money stays, and the points are back."), *points_lines(event, seen)]
    return about_payment(event, reader, Sentence("A dispute was won"), lines, Mood.GOOD)


def fraud_warned(event: FraudWarned, seen: Seen, reader: text.ReaderFormat) -> ui.LayoutView:
    """The buyer's bank reports fraud."""
    lines = [
        Sentence("The buyer's bank reported this payment as fraud. Nothing has moved.")
        if _is_untouched(seen)
        else Sentence("The buyer's bank reported this payment as fraud."),
        *_advice(
            seen, Sentence("A refund before it turns into a dispute saves the dispute's fee.")
        ),
        *points_lines(event, seen),
        *ordered_lines(seen),
    ]
    buttons: list[Button] = [EvidenceButton(event.payment)]
    if can_be_refunded(seen):
        buttons.insert(0, RefundButton(event.payment, fraudulent=True))
    return about_payment(
        event, reader, Sentence("An early fraud warning"), lines, Mood.BAD, buttons
    )


def _is_untouched(seen: Seen) -> bool:
    """Whether all of the money is where it was paid to, as far as is known."""
    found = seen.inspection
    if found is None:
        return True
    return not (found.payment.refunded or found.payment.refunding or found.payment.is_disputed)


def _advice(seen: Seen, advice: Sentence) -> list[Sentence]:
    """What a refund would still be good for; nothing once there is nothing to refund."""
    return [advice] if seen.inspection is None or can_be_refunded(seen) else []


def _how_it_stands(event: DisputeEvent, seen: Seen) -> Sentence:
    now = None if seen.inspection is None else seen.inspection.payment.dispute(event.dispute)
    if now is not None and now.status is DisputeStatus.WON:
        return Sentence("The dispute was won: the money stays, and the points are back.")
    if now is not None and now.status is DisputeStatus.LOST:
        return Sentence("The dispute was lost: the money is gone, and so are its points.")
    return Sentence("The buyer's bank took the money back for now. The points are on hold.")


def _claimed(event: DisputeEvent) -> Sentence:
    """What the bank wants, and why."""
    if not event.reason:
        return Sentence("The bank claims **{amount}**.", amount=event.disputed)
    return Sentence(
        "The bank claims **{amount}**. Its reason: {reason}.",
        amount=event.disputed,
        reason=Verbatim(spaced(event.reason)),
    )


def _claim(event: DisputeEvent, seen: Seen) -> list[Sentence]:
    """What the bank wants, why, and until when it can be answered, unless it is over by now."""
    lines = [_claimed(event)]
    if _is_over(event, seen):
        lines.append(Sentence("It is over by now: it can't be answered any more."))
    elif event.due_by is not None:
        lines.append(
            Sentence(
                "Answer it before {moment} ({when}).",
                moment=Moment(event.due_by),
                when=FromNow(event.due_by),
            )
        )
    return lines


def _answering(event: DisputeEvent, seen: Seen) -> list[Button]:
    """The buttons of somebody who answers the bank: until it is over, the provider's page too."""
    evidence = EvidenceButton(event.payment)
    page = None if _is_over(event, seen) else seen.dispute_page(event.dispute)
    if page is None or seen.inspection is None or len(page) > ADDRESS_LENGTH:
        return [evidence]
    title = seen.guide.title(seen.inspection.payment.provider)
    label = Sentence("Respond in {provider} ↗", provider=Verbatim(title))
    return [LinkButton(label, page), evidence]


def _is_over(event: DisputeEvent, seen: Seen) -> bool:
    """Whether it has ended by now, one way or the other."""
    now = None if seen.inspection is None else seen.inspection.payment.dispute(event.dispute)
    return now is not None and now.status in {DisputeStatus.WON, DisputeStatus.LOST}

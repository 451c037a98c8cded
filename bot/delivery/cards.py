"""What moderators read: one card for each kind of event that needs a person."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from discord import ui

from bot.delivery.trouble_cards import Seen, access_refused, stuck, subscriber_disabled
from bot.features.evidence.button import EvidenceButton
from bot.features.purchase_ban.button import LiftPurchaseBanButton, purchase_ban_line
from bot.features.refunds.quote import where
from bot.features.refunds.views import RefundButton
from bot.ui.card import Mood, card
from bot.wording import text
from bot.wording.refund_pending import spaced, why_pending
from bot.wording.refund_too_late import where_it_went
from payments.domain.sentences.parts import (
    Code,
    FromNow,
    Moment,
    Person,
    Points,
    Verbatim,
)
from payments.domain.sentences.sentence import Sentence
from payments.domain.values.events import (
    DisputeEvent,
    DisputeWon,
    Event,
    FraudWarned,
    PaymentChargedBack,
    PaymentDisputed,
    PaymentEvent,
    PaymentInquired,
    PaymentMismatch,
    PaymentRefunded,
    ProviderAccessRefused,
    ProviderCallFailed,
    ProviderEventStuck,
    RefundFailed,
    RefundPending,
    SubscriberDisabled,
)
from payments.domain.values.ids import MemberId
from payments.domain.values.provider_updates import DisputeStatus
from payments.domain.values.time import MINUTE

Button = ui.Item[Any]

SHOWN_ANYWAY = MINUTE
"""A refund that took longer has no card any more that shows its end. Microseconds."""


def _needs_a_look(event: PaymentMismatch, seen: Seen, reader: text.ReaderFormat) -> ui.LayoutView:
    del seen
    why = Sentence("{reason}", reason=Verbatim(event.reason))
    return _about(event, reader, Sentence("A payment needs a look"), [why], Mood.BAD)


def _inquired(event: PaymentInquired, seen: Seen, reader: text.ReaderFormat) -> ui.LayoutView:
    lines = [
        Sentence("The buyer's bank asks about it. Nothing has moved."),
        Sentence(
            "A refund now, or a good answer at the provider, can keep it from becoming a dispute."
        ),
        *_claim(event, seen),
        *_points(event, seen),
    ]
    buttons: list[Button] = [EvidenceButton(event.payment)]
    if _can_be_refunded(seen):
        buttons.insert(0, RefundButton(event.payment))
    return _about(event, reader, Sentence("A bank asks about a payment"), lines, Mood.WAIT, buttons)


def _disputed(event: PaymentDisputed, seen: Seen, reader: text.ReaderFormat) -> ui.LayoutView:
    lines = [
        Sentence("The buyer's bank took the money back for now. The points are on hold."),
        *_claim(event, seen),
        *_points(event, seen),
    ]
    buttons: list[Button] = [EvidenceButton(event.payment)]
    return _about(event, reader, Sentence("A payment is disputed"), lines, Mood.BAD, buttons)


def _charged_back(
    event: PaymentChargedBack, seen: Seen, reader: text.ReaderFormat
) -> ui.LayoutView:
    lines = [
        Sentence("The dispute was lost: the money is gone, and so are its points."),
        _claimed(event),
        *_points(event, seen),
    ]
    buttons: list[Button] = [EvidenceButton(event.payment)]
    if seen is not None and seen.is_banned:
        lines.append(purchase_ban_line(event.member))
        buttons.append(LiftPurchaseBanButton(event.member))
    return _about(event, reader, Sentence("A dispute was lost"), lines, Mood.BAD, buttons)


def _won(event: DisputeWon, seen: Seen, reader: text.ReaderFormat) -> ui.LayoutView:
    lines = [Sentence("The money stays, and the points are back."), *_points(event, seen)]
    return _about(event, reader, Sentence("A dispute was won"), lines, Mood.GOOD)


def _fraud_warned(event: FraudWarned, seen: Seen, reader: text.ReaderFormat) -> ui.LayoutView:
    lines = [
        Sentence("The buyer's bank reported this payment as fraud. Nothing has moved."),
        Sentence("A refund before it turns into a dispute saves the dispute's fee."),
        *_points(event, seen),
    ]
    buttons: list[Button] = [EvidenceButton(event.payment)]
    if _can_be_refunded(seen):
        buttons.insert(0, RefundButton(event.payment, fraudulent=True))
    return _about(event, reader, Sentence("An early fraud warning"), lines, Mood.BAD, buttons)


def _refunded(
    event: PaymentRefunded, seen: Seen, reader: text.ReaderFormat
) -> ui.LayoutView | None:
    """Nothing if the card of the refund itself has just shown it."""
    if event.asked_at is not None and event.at - event.asked_at < SHOWN_ANYWAY:
        return None
    lines = [
        _asked_by(event.asked_by),
        Sentence("Refunded in all: {amount}.", amount=event.refunded),
        *_points(event, seen),
    ]
    buttons = _as_fraud(event, seen, lines)
    title = Sentence("Refunded: {amount}", amount=event.amount)
    return _about(event, reader, title, lines, Mood.PLAIN, buttons)


def _refund_pending(
    event: RefundPending, seen: Seen, reader: text.ReaderFormat
) -> ui.LayoutView | None:
    """Nothing if the card of the refund itself has just shown it, or it has ended by now."""
    refunding = seen is not None and seen.payment.refunding
    if not refunding or (event.asked_by is not None and not event.again and not _needs(event)):
        return None
    cause = why_pending(event.reason)
    lines = [
        _asked_by(event.asked_by),
        Sentence("Its points are on hold until it has arrived or failed."),
        *([] if cause is None else [cause]),
        *_points(event, seen),
    ]
    buttons = _as_fraud(event, seen, lines)
    mood = Mood.BAD if _needs(event) else Mood.WAIT
    title = Sentence("Refund of {amount} is on its way", amount=event.amount)
    return _about(event, reader, title, lines, mood, buttons)


def _as_fraud(event: PaymentEvent, seen: Seen, lines: list[Sentence]) -> list[Button]:
    """Say that a payment was refunded as fraud; the button if the buyer has a purchase ban."""
    if seen is None or not any(
        each.id in seen.payment.banning_claims for each in seen.payment.refunds
    ):
        return []
    lines.append(
        Sentence("It counts as fraud: its points are taken back wherever they were passed on to.")
    )
    if not seen.is_banned:
        return []
    lines.append(purchase_ban_line(event.member))
    return [LiftPurchaseBanButton(event.member)]


def _needs(event: RefundPending) -> bool:
    """Whether a person has to do something before it goes on."""
    return event.reason in {"insufficient_funds", "requires_action"}


def _refund_failed(event: RefundFailed, seen: Seen, reader: text.ReaderFormat) -> ui.LayoutView:
    gone = [] if seen is None else where_it_went(seen.payment, event.amount)
    lines = [Sentence("The money did not reach the buyer. The points were given back.")]
    if gone:
        lines = [Sentence("The money did not reach the buyer by this refund."), *gone]
    if event.asked_by is not None:
        lines.append(_asked_by(event.asked_by))
    buttons: list[Button] = [RefundButton(event.payment)] if _can_be_refunded(seen) else []
    title = Sentence("A refund of {amount} has failed", amount=event.amount)
    return _about(event, reader, title, lines, Mood.WAIT, buttons)


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
    now = None if seen is None else seen.payment.dispute(event.dispute)
    if now is not None and now.status in {DisputeStatus.WON, DisputeStatus.LOST}:
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


def _points(event: PaymentEvent, seen: Seen) -> list[Sentence]:
    """Where the payment's points are, and what the buyer has."""
    if seen is None or seen.payment.credited_at is None:
        return []
    return [
        where(event.points, seen.now),
        Sentence("The buyer's balance is **{balance}**.", balance=Points(seen.balance)),
    ]


def _asked_by(moderator: MemberId | None) -> Sentence:
    if moderator is None:
        return Sentence("Made at the provider.")
    return Sentence("Asked for by {moderator}.", moderator=Person(moderator))


def _can_be_refunded(seen: Seen) -> bool:
    return seen is not None and seen.payment.why_not_refundable is None


def _about(
    event: PaymentEvent,
    reader: text.ReaderFormat,
    title: Sentence,
    lines: list[Sentence],
    mood: Mood,
    buttons: list[Button] | None = None,
) -> ui.LayoutView:
    return card(
        title,
        Sentence(
            "{member} · {package} · {points} for {price}",
            member=Person(event.member),
            package=event.package,
            points=Points(event.points),
            price=event.price,
        ),
        *lines,
        reader=reader,
        mood=mood,
        footer=Sentence("Payment {id} · {moment}", id=Code(event.payment), moment=Moment(event.at)),
        buttons=buttons or [],
    )


def _call_failed(event: ProviderCallFailed, seen: Seen, reader: text.ReaderFormat) -> ui.LayoutView:
    del seen
    asked = Sentence(
        "{provider} was asked for {call} of {object}, which has not been done. {reason}",
        provider=Verbatim(event.provider),
        call=Code(event.call),
        object=Code(event.object),
        reason=Verbatim(event.reason),
    )
    what_next = Sentence("The person who runs the bot can do it at the provider.")
    title = Sentence("A payment provider did not do its part")
    return _about(event, reader, title, [asked, what_next], Mood.BAD)


CARDS: Final[
    Mapping[type[Event], Callable[[Any, Seen, text.ReaderFormat], ui.LayoutView | None]]
] = {
    PaymentMismatch: _needs_a_look,
    PaymentInquired: _inquired,
    PaymentDisputed: _disputed,
    PaymentChargedBack: _charged_back,
    DisputeWon: _won,
    FraudWarned: _fraud_warned,
    PaymentRefunded: _refunded,
    RefundPending: _refund_pending,
    RefundFailed: _refund_failed,
    ProviderEventStuck: stuck,
    ProviderAccessRefused: access_refused,
    ProviderCallFailed: _call_failed,
    SubscriberDisabled: subscriber_disabled,
}
"""What the guild's moderators read; none where there is nothing to say any more."""

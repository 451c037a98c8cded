"""What moderators read: one card for each kind of event that needs a person."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from discord import ui

from bot.features.evidence.button import EvidenceButton
from bot.features.purchase_ban.button import LiftPurchaseBanButton, purchase_ban_line
from bot.features.refunds.quote import where
from bot.features.refunds.views import RefundButton
from bot.ui.card import Mood, card
from bot.wording import text
from bot.wording.refund_pending import why_pending
from bot.wording.refund_too_late import where_it_went
from payments.commands.payments.inspect import Inspection
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
    ProviderEventStuck,
    RefundFailed,
    RefundPending,
    SubscriberDisabled,
)
from payments.domain.values.ids import MemberId
from payments.domain.values.time import MINUTE

Seen = Inspection | None
"""The payment as it is when the card is written; None if the event is about none."""

Button = ui.Item[Any]

SHOWN_ANYWAY = MINUTE
"""A refund that took longer has no card any more that shows its end. Microseconds."""


def _needs_a_look(event: PaymentMismatch, seen: Seen, reader: text.ReaderFormat) -> ui.LayoutView:
    del seen
    return _about(event, reader, "A payment needs a look", [text.safe(event.reason)], Mood.BAD)


def _inquired(event: PaymentInquired, seen: Seen, reader: text.ReaderFormat) -> ui.LayoutView:
    lines = [
        "The buyer's bank asks about it; nothing has moved.",
        "A refund now, or a good answer at the provider, can keep it from becoming a dispute.",
        *_claim(event),
        *_points(event, seen, reader),
    ]
    buttons: list[Button] = [EvidenceButton(event.payment)]
    if _can_be_refunded(seen):
        buttons.insert(0, RefundButton(event.payment))
    return _about(event, reader, "A bank asks about a payment", lines, Mood.WAIT, buttons)


def _disputed(event: PaymentDisputed, seen: Seen, reader: text.ReaderFormat) -> ui.LayoutView:
    lines = [
        "The buyer's bank took the money back for now. The points are on hold.",
        *_claim(event),
        *_points(event, seen, reader),
    ]
    buttons: list[Button] = [EvidenceButton(event.payment)]
    return _about(event, reader, "A payment is disputed", lines, Mood.BAD, buttons)


def _charged_back(
    event: PaymentChargedBack, seen: Seen, reader: text.ReaderFormat
) -> ui.LayoutView:
    lines = [
        "The dispute was lost: the money is gone, and so are its points.",
        *_claim(event, open_=False),
        *_points(event, seen, reader),
    ]
    buttons: list[Button] = [EvidenceButton(event.payment)]
    if seen is not None and seen.is_banned:
        lines.append(purchase_ban_line(event.member))
        buttons.append(LiftPurchaseBanButton(event.member))
    return _about(event, reader, "A dispute was lost", lines, Mood.BAD, buttons)


def _won(event: DisputeWon, seen: Seen, reader: text.ReaderFormat) -> ui.LayoutView:
    lines = ["The money stays, and the points are back.", *_points(event, seen, reader)]
    return _about(event, reader, "A dispute was won", lines, Mood.GOOD)


def _fraud_warned(event: FraudWarned, seen: Seen, reader: text.ReaderFormat) -> ui.LayoutView:
    lines = [
        "The buyer's bank reported this payment as fraud; nothing has moved.",
        "A refund before it turns into a dispute saves the dispute's fee.",
        *_points(event, seen, reader),
    ]
    buttons: list[Button] = [EvidenceButton(event.payment)]
    if _can_be_refunded(seen):
        buttons.insert(0, RefundButton(event.payment, fraudulent=True))
    return _about(event, reader, "An early fraud warning", lines, Mood.BAD, buttons)


def _refunded(
    event: PaymentRefunded, seen: Seen, reader: text.ReaderFormat
) -> ui.LayoutView | None:
    """Nothing if the card of the refund itself has just shown it."""
    if event.asked_at is not None and event.at - event.asked_at < SHOWN_ANYWAY:
        return None
    who = "Made at the provider." if event.asked_by is None else _asked_by(event.asked_by)
    back = text.money(event.amount)
    lines = [
        f"{who} {text.money(event.refunded)} have gone back in all.",
        *_points(event, seen, reader),
    ]
    buttons = _as_fraud(event, seen, lines)
    return _about(event, reader, f"Refunded: {back}", lines, Mood.PLAIN, buttons)


def _refund_pending(
    event: RefundPending, seen: Seen, reader: text.ReaderFormat
) -> ui.LayoutView | None:
    """Nothing if the card of the refund itself has just shown it, or it has ended by now."""
    refunding = seen is not None and seen.payment.refunding
    if not refunding or (event.asked_by is not None and not event.again and not _needs(event)):
        return None
    who = "Made at the provider." if event.asked_by is None else _asked_by(event.asked_by)
    cause = why_pending(event.reason)
    lines = [
        f"{who} Its points are on hold until it has arrived, or has failed.",
        *([] if cause is None else [f"It takes a while: {cause}."]),
        *_points(event, seen, reader),
    ]
    buttons = _as_fraud(event, seen, lines)
    mood = Mood.BAD if _needs(event) else Mood.WAIT
    title = f"On its way back: {text.money(event.amount)}"
    return _about(event, reader, title, lines, mood, buttons)


def _as_fraud(event: PaymentEvent, seen: Seen, lines: list[str]) -> list[Button]:
    """Say that a payment was refunded as fraud; the button if the buyer has a purchase ban."""
    if seen is None or not any(
        each.id in seen.payment.banning_claims for each in seen.payment.refunds
    ):
        return []
    lines.append("It counts as fraud: its points are taken back wherever they were passed on to.")
    if not seen.is_banned:
        return []
    lines.append(purchase_ban_line(event.member))
    return [LiftPurchaseBanButton(event.member)]


def _needs(event: RefundPending) -> bool:
    """Whether a person has to do something before it goes on."""
    return event.reason in {"insufficient_funds", "requires_action"}


def _refund_failed(event: RefundFailed, seen: Seen, reader: text.ReaderFormat) -> ui.LayoutView:
    gone = [] if seen is None else where_it_went(seen.payment, event.amount)
    lines = ["The money did not reach the buyer. The points were given back."]
    if gone:
        lines = ["The money did not reach the buyer by this refund.", *gone]
    if event.asked_by is not None:
        lines.append(_asked_by(event.asked_by))
    buttons: list[Button] = [RefundButton(event.payment)] if _can_be_refunded(seen) else []
    title = f"A refund of {text.money(event.amount)} has failed"
    return _about(event, reader, title, lines, Mood.WAIT, buttons)


def _stuck(event: ProviderEventStuck, seen: Seen, reader: text.ReaderFormat) -> ui.LayoutView:
    del seen, reader
    shown = f"`guildbank events show {event.event}`"
    lines = [
        f"`{event.kind}` could not be handled: {text.safe(event.reason)}",
        f"Nothing was changed by it. Whoever runs the bot sees it with {shown}.",
    ]
    if event.count > 1:
        lines.append(f"{event.count:,} messages could not be handled for this reason so far.")
    return card(
        "A message of the payment provider needs a look",
        *lines,
        mood=Mood.WAIT,
        footer=f"{text.safe(event.provider)} · {text.moment(event.at)}",
    )


def _access_refused(
    event: ProviderAccessRefused, seen: Seen, reader: text.ReaderFormat
) -> ui.LayoutView:
    del seen, reader
    return card(
        "The payment provider refuses the bot",
        text.safe(event.reason),
        "What needs that waits, and is done by itself once it is mended: nothing is lost. Whoever "
        "runs the bot sees with `guildbank doctor` what to do.",
        mood=Mood.BAD,
        footer=f"{text.safe(event.provider)} · {text.moment(event.at)}",
    )


def _subscriber_disabled(
    event: SubscriberDisabled, seen: Seen, reader: text.ReaderFormat
) -> ui.LayoutView:
    del seen, reader
    return card(
        "A subscriber was switched off",
        f"Nothing has reached {text.safe(event.host)} for days: {text.safe(event.reason)}.",
        "Once it is mended, those who may manage the server add it again with `/subscriber add`.",
        mood=Mood.WAIT,
        footer=text.moment(event.at),
    )


def _claim(event: DisputeEvent, *, open_: bool = True) -> list[str]:
    """What the bank wants, why, and until when it can be answered."""
    line = f"It claims **{text.money(event.disputed)}**"
    if event.reason:
        line += f", reason: {text.safe(event.reason.replace('_', ' '))}"
    lines = [f"{line}."]
    if open_ and event.due_by is not None:
        lines.append(f"It can be answered until {text.moment(event.due_by)}.")
    return lines


def _points(event: PaymentEvent, seen: Seen, reader: text.ReaderFormat) -> list[str]:
    """Where the payment's points are, and what the buyer has."""
    if seen is None or seen.payment.credited_at is None:
        return []
    return [
        f"Of its {reader.points(event.points)} now: {where(seen.now, reader)}.",
        f"The buyer's balance is **{reader.points(seen.balance)}**.",
    ]


def _asked_by(moderator: MemberId) -> str:
    return f"Asked for by <@{moderator}>."


def _can_be_refunded(seen: Seen) -> bool:
    return seen is not None and seen.payment.why_not_refundable is None


def _about(
    event: PaymentEvent,
    reader: text.ReaderFormat,
    title: str,
    lines: list[str],
    mood: Mood,
    buttons: list[Button] | None = None,
) -> ui.LayoutView:
    what = f"{reader.points(event.points)} for {text.money(event.price)}"
    return card(
        title,
        f"<@{event.member}> · {text.quoted(event.package)} · {what}",
        *lines,
        mood=mood,
        footer=f"Payment `{event.payment}` · {text.moment(event.at)}",
        buttons=buttons or [],
    )


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
    ProviderEventStuck: _stuck,
    ProviderAccessRefused: _access_refused,
    SubscriberDisabled: _subscriber_disabled,
}
"""What the guild's moderators read; none where there is nothing to say any more."""

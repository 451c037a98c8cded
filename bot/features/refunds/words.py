"""What the card of a refund says: who asked for it, what became of it, or what it waits for."""

from typing import Final, NamedTuple

from babel import Locale

from bot.features.purchase_ban.button import purchase_ban_line
from bot.features.refunds.quote import NAME_LENGTH
from bot.ui.card import Mood
from bot.wording import text
from bot.wording.refund_pending import why_pending
from bot.wording.refund_too_late import is_refunded_elsewhere, where_it_went
from payments.domain.rules.refundable import why_not
from payments.domain.values.claims import Refund, RefundOrder
from payments.domain.values.payment import Payment
from payments.domain.values.provider_updates import RefundStatus
from payments.providers.protocol import Refusal
from payments.services.refund_sending import Refunded

_NOT_KNOWN_HERE: Final = {
    Refusal.DISPUTED: (
        "The provider says that the buyer's bank has disputed this payment. Its points are set "
        "aside as soon as that is known here."
    ),
    Refusal.REFUNDED: (
        "The provider says that all of this payment has gone back already. Its points are taken "
        "back as soon as that is known here."
    ),
}
"""What the provider knows of the money, where nothing of it is in the books yet."""


class Words(NamedTuple):
    """What a card says.

    Attributes:
        title: One short line.
        mood: Its colour.
        lines: In Discord's markup.
    """

    title: str
    mood: Mood
    lines: list[str]


def outcome(done: Refunded, locale: Locale) -> Words:
    """What became of a refund after a moderator's word, if it does not wait for another one."""
    title, mood, lines = _end(done, locale)
    banned = (
        [purchase_ban_line(done.payment.member)]
        if done.refund.id in done.payment.banning_claims
        else []
    )
    return Words(title, mood, [*_about(done.payment, done.refund), *banned, *lines])


def proposed(payment: Payment, refund: Refund, locale: Locale) -> Words:
    """A refund that waits for a second moderator, or why it cannot be approved now."""
    money = text.money(refund.amount, locale)
    lines = _about(payment, refund)
    if (why := why_not(payment, refund.amount)) is None:
        waits = "Another moderator must approve it."
        return Words(f"{money} wait for approval", Mood.WAIT, [*lines, waits])
    gone = where_it_went(payment, refund.amount, locale) or [why]
    end = "So it cannot be approved now. Nothing has moved by it."
    return Words(f"{money} cannot be refunded now", Mood.PLAIN, [*lines, *gone, end])


def _about(payment: Payment, refund: Refund) -> list[str]:
    """Whose refund it is, of what, and who asked for it."""
    name = text.safe_within(payment.package_name, NAME_LENGTH)
    lines = [f"To <@{payment.member}> for “{name}”."]
    if refund.order is not None:
        lines += _who(refund.order)
        if payment.member in {refund.order.by, refund.order.approved_by}:
            lines.append("⚠️ It is their own purchase.")
    return lines


def _who(order: RefundOrder) -> list[str]:
    words = f"Asked for by <@{order.by}>"
    if order.approved_by is not None:
        words += f", approved by <@{order.approved_by}>"
    lines = [f"{words}."]
    if order.reason:
        lines.append(f"Reason: {text.safe(order.reason)}")
    return lines


def _end(done: Refunded, locale: Locale) -> Words:
    money = text.money(done.refund.amount, locale)
    match done.refund.status:
        case RefundStatus.PENDING:
            aside = "The points are set aside. What becomes of it is looked up until it is known."
            cause = why_pending(done.refund.pending_reason)
            lines = [aside] if cause is None else [aside, f"It takes a while: {cause}."]
            return Words(f"{money} are on their way back", Mood.WAIT, lines)
        case RefundStatus.SUCCEEDED:
            back = "The points for it were taken back."
            return Words(f"Refunded: {money}", Mood.GOOD, [back])
        case RefundStatus.WITHDRAWN if not done.problem:
            return Words(f"Declined: {money}", Mood.PLAIN, ["Nothing has moved."])
    lines = _not_made(done, locale)
    if is_refunded_elsewhere(done.payment):
        return Words(f"Refunded already: {money}", Mood.PLAIN, lines)
    return Words(f"Not refunded: {money}", Mood.BAD, lines)


def _not_made(done: Refunded, locale: Locale) -> list[str]:
    """Why the provider did not make a refund, and where money and points are now."""
    if gone := where_it_went(done.payment, done.refund.amount, locale):
        return [*gone, "This refund moved no more money."]
    if done.why in _NOT_KNOWN_HERE:
        return [_NOT_KNOWN_HERE[done.why]]
    why = f" ({text.safe(done.problem)})" if done.problem else ""
    return [
        f"The provider did not make this refund{why}. It moved no money, and its points are back."
    ]

"""What the card of a refund says: who asked for it, what became of it, or what it waits for."""

from typing import Final, NamedTuple

from bot.features.purchase_ban.button import purchase_ban_line
from bot.features.refunds.quote import has_done, would_do
from bot.ui.card import Mood
from bot.wording.refund_too_late import is_refunded_elsewhere, where_it_went
from payments.commands.payments.refund_quote import Quote
from payments.domain.rules.refundable import why_not
from payments.domain.sentences.parts import FromNow, Person, Verbatim
from payments.domain.sentences.sentence import Sentence
from payments.domain.values.claims import Refund, RefundOrder
from payments.domain.values.payment import Payment
from payments.domain.values.provider_updates import RefundStatus
from payments.providers.protocol import Refusal
from payments.services.refund_sending import Refunded

_NOT_KNOWN_HERE: Final = {
    Refusal.DISPUTED: Sentence(
        "The provider says that the buyer's bank has disputed this payment. Its points are put on "
        "hold as soon as that is known here."
    ),
    Refusal.REFUNDED: Sentence(
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
        lines: One paragraph each.
    """

    title: Sentence
    mood: Mood
    lines: list[Sentence]


def outcome(done: Refunded) -> Words:
    """What became of a refund after a moderator's word, if it does not wait for another one."""
    title, mood, lines = _end(done)
    banned = (
        [purchase_ban_line(done.payment.member)]
        if done.refund.id in done.payment.banning_claims
        else []
    )
    return Words(title, mood, [*_about(done.payment, done.refund), *banned, *lines])


def proposed(payment: Payment, refund: Refund, quote: Quote | None) -> Words:
    """A refund that waits for a second moderator, or why it cannot be approved now.

    Args:
        payment: As it is now.
        refund: Proposed.
        quote: What it would do, if that is known.
    """
    amount = refund.amount
    lines = _about(payment, refund)
    if (why := why_not(payment, amount)) is None:
        effect = [] if quote is None else [*would_do(quote), _as_it_stood(quote)]
        waits = Sentence("**Another moderator must approve it.**")
        title = Sentence("Refund of {amount} needs approval", amount=amount)
        return Words(title, Mood.WAIT, [*lines, *effect, waits])
    gone = where_it_went(payment, amount) or [why]
    end = Sentence("So it can't be approved now. It has moved nothing.")
    title = Sentence("Refund of {amount} can't be made now", amount=amount)
    return Words(title, Mood.PLAIN, [*lines, *gone, end])


def _as_it_stood(quote: Quote) -> Sentence:
    """A proposal may wait for days, and its card does not follow each movement of points."""
    return Sentence(
        "Calculated {when}. Points that move after that change it.",
        when=FromNow(quote.at),
    )


def _about(payment: Payment, refund: Refund) -> list[Sentence]:
    """Whose refund it is, of what, and who asked for it."""
    lines = [
        Sentence(
            "To {member} for {package}.",
            member=Person(payment.member),
            package=payment.package_name,
        )
    ]
    if refund.order is not None:
        lines += _who(refund.order)
        if payment.member in {refund.order.by, refund.order.approved_by}:
            lines.append(Sentence("⚠️ It is their own purchase."))
    return lines


def _who(order: RefundOrder) -> list[Sentence]:
    if order.moderator is None:
        return [Sentence("Made automatically, because the purchase was paid twice.")]
    asked = Person(order.by)
    if order.approved_by is None:
        lines = [Sentence("Requested by {moderator}.", moderator=asked)]
    else:
        lines = [
            Sentence(
                "Requested by {moderator}, approved by {second}.",
                moderator=asked,
                second=Person(order.approved_by),
            )
        ]
    if order.reason:
        lines.append(Sentence("Reason: {reason}", reason=Verbatim(order.reason)))
    return lines


def _end(done: Refunded) -> Words:
    amount = done.refund.amount
    match done.refund.status:
        case RefundStatus.PENDING:
            held = (
                [Sentence("The points are on hold.")]
                if done.seen is None
                else has_done(done.seen, arrived=False)
            )
            lines = [
                *held,
                *([] if done.cause is None else [done.cause]),
                Sentence("The bot asks the provider again until the outcome is known."),
            ]
            return Words(
                Sentence("Refund of {amount} is on its way", amount=amount), Mood.WAIT, lines
            )
        case RefundStatus.SUCCEEDED:
            lines = (
                [Sentence("The points for it were taken back.")]
                if done.seen is None
                else has_done(done.seen, arrived=True)
            )
            return Words(Sentence("Refunded: {amount}", amount=amount), Mood.GOOD, lines)
        case RefundStatus.WITHDRAWN if not done.problem:
            title = Sentence("Refund of {amount} declined", amount=amount)
            return Words(title, Mood.PLAIN, [Sentence("Nothing has moved.")])
    lines = _not_made(done)
    if is_refunded_elsewhere(done.payment):
        return Words(Sentence("Refunded already: {amount}", amount=amount), Mood.PLAIN, lines)
    return Words(Sentence("Not refunded: {amount}", amount=amount), Mood.BAD, lines)


def _not_made(done: Refunded) -> list[Sentence]:
    """Why the provider did not make a refund, and where money and points are now."""
    if gone := where_it_went(done.payment, done.refund.amount):
        return [*gone, Sentence("This refund moved no more money.")]
    if done.why in _NOT_KNOWN_HERE:
        return [_NOT_KNOWN_HERE[done.why]]
    if not done.problem:
        return [
            Sentence(
                "The provider did not make this refund. No money moved, and the points are back."
            )
        ]
    if done.refusal is not None:
        moved = Sentence("No money moved, and the points are back.")
        return [Sentence("The provider did not make this refund."), done.refusal, moved]
    return [
        Sentence(
            "The provider did not make this refund: {problem}. No money moved, and the points are "
            "back.",
            problem=Verbatim(done.problem),
        )
    ]

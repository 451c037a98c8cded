"""What all cards about a payment have in common."""

from typing import Any

from discord import ui

from bot.delivery.seen import Seen
from bot.features.refunds.quote import where
from bot.ui.card import Mood, card
from bot.wording import text
from payments.domain.sentences.parts import Code, Moment, Person, Points
from payments.domain.sentences.sentence import Sentence
from payments.domain.values.events import PaymentEvent
from payments.domain.values.ids import MemberId

Button = ui.Item[Any]


def about_payment(
    event: PaymentEvent,
    reader: text.ReaderFormat,
    title: Sentence,
    lines: list[Sentence],
    mood: Mood,
    buttons: list[Button] | None = None,
) -> ui.LayoutView:
    """A card about a payment: its title, whose payment it is of what, and more lines."""
    return card(
        title,
        _what(event),
        *lines,
        reader=reader,
        mood=mood,
        footer=Sentence("Payment {id} · {moment}", id=Code(event.payment), moment=Moment(event.at)),
        buttons=buttons or [],
    )


def _what(event: PaymentEvent) -> Sentence:
    """Whose payment it is of what; without a price where nobody knows it."""
    member, points = Person(event.member), Points(event.points)
    if not event.price.has_currency:
        return Sentence(
            "{member} · {package} · {points}", member=member, package=event.package, points=points
        )
    return Sentence(
        "{member} · {package} · {points} for {price}",
        member=member,
        package=event.package,
        points=points,
        price=event.price,
    )


def points_lines(event: PaymentEvent, seen: Seen) -> list[Sentence]:
    """Where the payment's points are, and what the buyer has."""
    found = seen.inspection
    if found is None or found.payment.credited_at is None:
        return []
    return [
        where(event.points, found.now),
        Sentence("The buyer's balance is **{balance}**.", balance=Points(found.balance)),
    ]


def asked_by(moderator: MemberId | None) -> Sentence:
    """Who wanted a refund: a moderator, or somebody at the provider."""
    if moderator is None:
        return Sentence("Made at the provider.")
    return Sentence("Requested by {moderator}.", moderator=Person(moderator))


def can_be_refunded(seen: Seen) -> bool:
    """Whether any of it can go back now."""
    found = seen.inspection
    return found is not None and found.payment.why_not_refundable is None

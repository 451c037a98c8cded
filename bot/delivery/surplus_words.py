"""What members and moderators read of a purchase that was paid twice, by two ways."""

from discord import ui

from bot.delivery.payment_card import about_payment
from bot.delivery.seen import Seen
from bot.delivery.standing import CardStanding
from bot.ui.card import Mood
from bot.wording import text
from payments.domain.sentences.parts import Code, Verbatim
from payments.domain.sentences.sentence import Sentence
from payments.domain.values.events import PaymentSurplus
from payments.domain.values.payment import Payment


def paid_twice(event: PaymentSurplus, now: CardStanding) -> list[Sentence]:
    """What the member reads."""
    if now.payment.is_disputed:
        return [
            Sentence(
                "You paid for {package} twice. Your points came with the first payment. Your bank "
                "decides about the second one, {paid}.",
                package=event.package,
                paid=event.paid,
            )
        ]
    return [
        Sentence(
            "You paid for {package} twice. Your points came with the first payment. The second "
            "one, {paid}, goes back to you; you don't have to do anything.",
            package=event.package,
            paid=event.paid,
        )
    ]


def paid_twice_card(
    event: PaymentSurplus, seen: Seen, reader: text.ReaderFormat
) -> ui.LayoutView | None:
    """What moderators read."""
    found = None if seen.inspection is None else seen.inspection.payment
    came = Sentence(
        "{paid} came by {provider}, after payment {counted} had paid for the same purchase. It "
        "gave no points.",
        paid=event.paid,
        provider=Verbatim("" if found is None else seen.guide.title(found.provider)),
        counted=Code(event.counted),
    )
    title = Sentence("A purchase was paid twice")
    return about_payment(event, reader, title, [came, _what_next(found)], Mood.WAIT)


def _what_next(payment: Payment | None) -> Sentence:
    """What becomes of the money, as things stand."""
    settled = payment is None or payment.goes_back or payment.refunding or payment.refunded
    if settled or payment is None or payment.why_not_refundable is None:
        return Sentence("It goes back to the buyer by itself.")
    return Sentence("It does not go back by itself. {why}", why=payment.why_not_refundable)

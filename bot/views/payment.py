"""Cards about one payment: the checkout, and what became of it."""

from babel import Locale
from discord import ui

from bot import text
from bot.views.card import Mood, card, link
from payments.domain.payment import Payment, PaymentState


def checkout_card(payment: Payment, pay_url: str, locale: Locale) -> ui.LayoutView:
    """What a member gets for `/buy`: what they buy, and the button that leads to paying it."""
    price = text.money(payment.price, locale)
    lines = [f"**{text.points(payment.points, locale)}** for **{price}**"]
    if payment.expires_at is not None:
        lines.append(f"The link works until {text.moment(payment.expires_at)}.")
    return card(
        text.safe(payment.package_name),
        *lines,
        footer="Your points come within seconds after you have paid.",
        buttons=[link(f"Pay {price}", pay_url)],
    )


def outcome_card(payment: Payment, locale: Locale = text.ENGLISH) -> ui.LayoutView | None:
    """What the checkout's card turns into, as the payment stands now; none while it is open."""
    name = text.safe(payment.package_name)
    if payment.credited_at is not None:
        return _credited(payment, name, locale)
    if payment.doubt is not None:
        return card(name, "A moderator is looking at this payment.", mood=Mood.BAD)
    if payment.state is PaymentState.PROCESSING:
        return card(
            name,
            "Your payment is on its way. This method takes a while;",
            "the points come as soon as it has arrived.",
            mood=Mood.WAIT,
        )
    if payment.state is PaymentState.FAILED:
        return card(
            name,
            "The payment did not go through. You were not charged.",
            mood=Mood.BAD,
            footer="You can try again with /buy.",
        )
    if payment.state is PaymentState.EXPIRED:
        return card(
            name,
            "This checkout has expired. You were not charged.",
            footer="You can start again with /buy.",
        )
    return None


def _credited(payment: Payment, name: str, locale: Locale) -> ui.LayoutView:
    points = text.points(payment.points, locale)
    if payment.state is PaymentState.COMPLETED:
        return card(f"+{points}", f"Thank you! {name} is paid.", mood=Mood.GOOD)
    if payment.state is PaymentState.REFUNDED:
        return card(name, "This payment was refunded, and its points were taken back.")
    return card(name, "This payment is disputed.", mood=Mood.BAD)

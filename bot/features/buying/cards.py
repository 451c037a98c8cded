"""Cards about one payment: the checkout, and what became of it."""

from discord import ui

from bot.ui.card import LinkButton, Mood, card
from bot.wording import text
from payments.domain.values.payment import Payment
from payments.domain.values.payment_state import PaymentState
from payments.domain.values.provider_updates import CheckoutStatus

_WITHOUT_POINTS = {
    PaymentState.PROCESSING: (
        "Your payment is on its way. The points come as soon as it has arrived.",
        Mood.WAIT,
    ),
    PaymentState.FAILED: (
        "The payment did not go through. You were not charged. You can try again with /buy.",
        Mood.BAD,
    ),
    PaymentState.EXPIRED: (
        "This checkout has expired. You were not charged. You can start again with /buy.",
        Mood.PLAIN,
    ),
}


def checkout_card(payment: Payment, pay_url: str, reader: text.ReaderFormat) -> ui.LayoutView:
    """What a member gets for `/buy`: what they buy, and the button that leads to paying it."""
    price = reader.money(payment.price)
    lines = [f"**{reader.points(payment.points)}** for **{price}**"]
    if payment.expires_at is not None:
        lines.append(f"The link stops working {text.ago(payment.expires_at)}.")
    return card(
        text.safe(payment.package_name),
        *lines,
        footer="Your points come within seconds after you have paid: this message changes then, "
        "or a direct message tells you.",
        buttons=[LinkButton(f"Pay {price}", pay_url)],
    )


def outcome_card(payment: Payment, reader: text.ReaderFormat = text.PLAIN) -> ui.LayoutView | None:
    """What the checkout's card turns into, as the payment stands now.

    Returns:
        The card; none while the checkout is open, or if it could not be opened: then the command
        itself has told the member so, and why.
    """
    name = text.safe(payment.package_name)
    if payment.credited_at is not None:
        return _credited(payment, name, reader)
    if payment.mismatch is not None:
        return card(name, "A moderator is looking at this payment.", mood=Mood.BAD)
    words_and_mood = _WITHOUT_POINTS.get(payment.state)
    if words_and_mood is None or payment.checkout is CheckoutStatus.ABANDONED:
        return None
    words, mood = words_and_mood
    return card(name, words, mood=mood)


def _credited(payment: Payment, name: str, reader: text.ReaderFormat) -> ui.LayoutView:
    if payment.state is PaymentState.COMPLETED:
        title = f"+{reader.points(payment.points)}"
        return card(title, f"Thank you! {name} is paid.", mood=Mood.GOOD)
    if payment.state is PaymentState.REFUNDED:
        return card(name, "This payment was refunded, and its points were taken back.")
    words = "This payment is disputed. Its points are on hold or were taken back."
    return card(name, words, mood=Mood.BAD)

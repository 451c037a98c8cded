"""Cards about one payment: the checkout, and what became of it."""

from collections.abc import Mapping
from typing import Final

from discord import ui

from bot.features.buying.debt import paid_debt, pays_debt
from bot.ui.card import LinkButton, Mood, PremiumButton, card
from bot.wording import text
from payments.domain.rules.check_standing import is_settled, standing_of
from payments.domain.sentences.parts import FromNow, Points, SlashCommand, Verbatim
from payments.domain.sentences.sentence import Sentence
from payments.domain.values.payment import Payment
from payments.domain.values.payment_state import PaymentState
from payments.domain.values.provider_updates import CheckoutStatus
from payments.domain.values.tax import priced
from payments.store.queries import Balance, PaidBack

BUY: Final = SlashCommand("buy")

_WITHOUT_POINTS: Final[Mapping[PaymentState, tuple[Sentence, Mood]]] = {
    PaymentState.PROCESSING: (
        Sentence("Your payment is on its way. Your points arrive as soon as it does."),
        Mood.WAIT,
    ),
    PaymentState.FAILED: (
        Sentence(
            "The payment did not go through. You were not charged. You can try again with {buy}.",
            buy=BUY,
        ),
        Mood.BAD,
    ),
    PaymentState.EXPIRED: (
        Sentence(
            "This checkout has expired. You were not charged. You can start again with {buy}.",
            buy=BUY,
        ),
        Mood.PLAIN,
    ),
}

_TAKEN_BACK: Final[Mapping[PaymentState, tuple[Sentence, Mood]]] = {
    PaymentState.REFUNDED: (
        Sentence("This payment was refunded, and its points were taken back."),
        Mood.PLAIN,
    ),
    PaymentState.DISPUTED: (
        Sentence("Your bank disputes this payment. Its points are on hold."),
        Mood.BAD,
    ),
    PaymentState.CHARGED_BACK: (
        Sentence("This payment was charged back, and its points were taken back."),
        Mood.BAD,
    ),
}


def checkout_card(
    payment: Payment,
    pay_url: str,
    balance: Balance,
    reader: text.ReaderFormat,
    sku: str | None = None,
) -> ui.LayoutView:
    """What a member gets for `/buy`: what they buy, and the button that leads to paying it.

    Args:
        payment: The purchase.
        pay_url: Where it is paid.
        balance: What the member has and owes: that is paid first.
        reader: The member.
        sku: As what it can be bought in Discord's own shop, if it can.
    """
    price = priced(payment.price, None if payment.tax is None else payment.tax.rule)
    lines = [
        Sentence("**{points}** for **{price}**", points=Points(payment.points), price=price),
        *pays_debt(payment.points, balance),
    ]
    if payment.expires_at is not None:
        lines.append(Sentence("This link expires {when}.", when=FromNow(payment.expires_at)))
    shop = [] if sku is None else [PremiumButton(sku)]
    if shop:
        lines.append(Sentence("Or buy it in Discord's own shop, at the price that Discord shows."))
    return card(
        _name(payment),
        *lines,
        reader=reader,
        footer=Sentence(
            "Your points arrive within seconds of paying. This message then says so, and you get a "
            "direct message."
        ),
        buttons=[LinkButton(Sentence("Pay {price}", price=price), pay_url), *shop],
    )


def outcome_card(
    payment: Payment, balance: Balance, paid_back: PaidBack, reader: text.ReaderFormat = text.PLAIN
) -> ui.LayoutView | None:
    """What the checkout's card turns into, as the payment stands now.

    Args:
        payment: The purchase.
        balance: What the buyer has now.
        paid_back: What of its points was not for the buyer.
        reader: The buyer.

    Returns:
        The card; none while the checkout is open, or if it could not be opened: then the command
        itself has told the member so, and why.
    """
    if payment.credited_at is not None:
        return _credited(payment, balance, paid_back, reader)
    if payment.mismatch is not None:
        line = Sentence("A moderator is looking at this payment.")
        return card(_name(payment), line, reader=reader, mood=Mood.BAD)
    standing = standing_of(payment)
    if standing is not None:
        mood = Mood.PLAIN if is_settled(payment) else Mood.WAIT
        return card(_name(payment), standing, reader=reader, mood=mood)
    words_and_mood = _WITHOUT_POINTS.get(payment.state)
    if words_and_mood is None or payment.checkout is CheckoutStatus.ABANDONED:
        return None
    words, mood = words_and_mood
    return card(_name(payment), words, reader=reader, mood=mood)


def _credited(
    payment: Payment, balance: Balance, paid_back: PaidBack, reader: text.ReaderFormat
) -> ui.LayoutView:
    if payment.state in _TAKEN_BACK:
        words, mood = _TAKEN_BACK[payment.state]
        return card(_name(payment), words, reader=reader, mood=mood)
    return card(
        Sentence("{points} added", points=Points(payment.points)),
        Sentence(
            "Payment received. Your balance is **{balance}**.", balance=Points(balance.points)
        ),
        *paid_debt(paid_back, balance.debt),
        reader=reader,
        mood=Mood.GOOD,
        footer=_name(payment),
    )


def _name(payment: Payment) -> Sentence:
    return Sentence("{package}", package=Verbatim(payment.package_name))

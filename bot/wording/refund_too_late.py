"""Where the money of a payment went that a refund wanted: elsewhere, or to the buyer's bank."""

from babel import Locale

from bot.wording import text
from payments.domain.values.money import Money
from payments.domain.values.payment import Payment
from payments.domain.values.payment_state import PaymentState


def where_it_went(payment: Payment, amount: Money, locale: Locale | None = None) -> list[str]:
    """Why an amount of a payment can no longer go back, in sentences; empty if it still can.

    Args:
        payment: As it is now.
        amount: What a refund wanted, in the payment's currency.
        locale: The reader's; none for a reader who is not known.
    """
    if payment.is_disputed:
        gone = "has taken its money back, and its points are gone"
        held = "decides where its money goes, and its points are set aside"
        return [f"The payment is disputed: the buyer's bank {gone if _is_lost(payment) else held}."]
    back = payment.refunded + payment.refunding
    if not back or amount.minor <= payment.refundable:
        return []

    def money(minor: int) -> str:
        of = Money(minor=minor, currency=payment.price.currency)
        return text.money(of) if locale is None else text.money(of, locale)

    went = "are on their way back" if not payment.refunded else "have gone back already"
    if payment.refunded and payment.refunding:
        went += " or are on their way"
    there = "refunds that were made at the provider"
    elsewhere = payment.refunded_elsewhere
    how = f", {money(elsewhere)} of it by {there}" if elsewhere else ""
    if elsewhere == back:
        how = f", by {there}"
    points = "taken back" if not payment.refunding else "taken back or set aside"
    lines = [f"{money(back)} of this payment {went}{how}. The points for that were {points}."]
    if payment.refundable:
        lines.append(f"At most {money(payment.refundable)} more can be refunded.")
    return lines


def is_refunded_elsewhere(payment: Payment) -> bool:
    """Whether all of its money has gone back, and not by refunds that were asked for here alone."""
    return not payment.is_disputed and not payment.refundable and payment.refunded_elsewhere > 0


def _is_lost(payment: Payment) -> bool:
    return payment.state is PaymentState.CHARGED_BACK

"""Where the money of a payment went that a refund wanted: elsewhere, or to the buyer's bank."""

from payments.domain.sentences.sentence import Sentence
from payments.domain.values.money import Money
from payments.domain.values.payment import Payment
from payments.domain.values.payment_state import PaymentState


def where_it_went(payment: Payment, amount: Money) -> list[Sentence]:
    """Why an amount of a payment can no longer go back; empty if it still can.

    Args:
        payment: As it is now.
        amount: What a refund wanted, in the payment's currency.
    """
    if payment.is_disputed:
        if payment.state is PaymentState.CHARGED_BACK:
            return [
                Sentence(
                    "The payment is disputed: the buyer's bank has taken its money back, and its "
                    "points are gone."
                )
            ]
        return [
            Sentence(
                "The payment is disputed: the buyer's bank decides where its money goes. Its "
                "points are on hold."
            )
        ]
    back = payment.refunded + payment.refunding
    if not back or amount.minor <= payment.refundable:
        return []
    currency = payment.price.currency
    lines = [_gone(payment, Money(minor=back, currency=currency))]
    elsewhere = payment.refunded_elsewhere
    if elsewhere == back:
        lines.append(Sentence("It was refunded at the provider."))
    elif elsewhere:
        there = Money(minor=elsewhere, currency=currency)
        lines.append(Sentence("{amount} of that was refunded at the provider.", amount=there))
    lines.append(_points_of(payment))
    if payment.refundable:
        left = Money(minor=payment.refundable, currency=currency)
        lines.append(Sentence("At most {left} more can be refunded.", left=left))
    return lines


def _gone(payment: Payment, back: Money) -> Sentence:
    if not payment.refunding:
        return Sentence("{back} of this payment has gone back already.", back=back)
    if not payment.refunded:
        return Sentence("{back} of this payment is on its way back.", back=back)
    return Sentence("{back} of this payment has gone back already or is on its way.", back=back)


def _points_of(payment: Payment) -> Sentence:
    if not payment.refunding:
        return Sentence("The points for it were taken back.")
    if not payment.refunded:
        return Sentence("The points for it are on hold.")
    return Sentence("The points for it were taken back or are on hold.")


def is_refunded_elsewhere(payment: Payment) -> bool:
    """Whether all of its money has gone back, and not by refunds that were asked for here alone."""
    return not payment.is_disputed and not payment.refundable and payment.refunded_elsewhere > 0

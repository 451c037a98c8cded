"""Whether a payment's money can still go back."""

from payments.domain.sentences.sentence import Sentence
from payments.domain.values.money import Money
from payments.domain.values.payment import Payment


def why_not(payment: Payment, amount: Money) -> Sentence | None:
    """Why an amount of a payment cannot be refunded now, in a sentence; None if it can."""
    if (why := payment.why_not_refundable) is not None:
        return why
    left = Money(minor=payment.refundable, currency=payment.price.currency)
    if not (amount.minor and left.covers(amount)):
        return Sentence("At most {left} of this payment can be refunded.", left=left)
    return None

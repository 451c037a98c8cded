"""How much of a payment is tax, and of what goes back of it."""

from payments.domain.values.payment import Payment
from payments.domain.values.report import tax_within


def tax_paid(payment: Payment) -> int:
    """Minor units of what was paid that are tax; none before it is paid."""
    if payment.paid is None:
        return 0
    known = None if payment.tax is None else payment.tax.taken
    return payment.paid - payment.price.minor if known is None else known


def tax_of_refund(payment: Payment, amount: int) -> int:
    """Minor units of tax in what would go back next: the shares of all parts add up to the tax.

    Args:
        payment: As it is now.
        amount: Minor units that would go back.
    """
    tax, paid = tax_paid(payment), payment.paid or 0
    before = payment.refunded + payment.refunding
    return tax_within(tax, paid, before + amount) - tax_within(tax, paid, before)

"""Whether the amounts of a checkout are those of its payment, with its tax.

Case 28. Where tax is taken, the total says it: the price where the tax is in it, price and tax
where it comes on top (Stripe: a session's `amount_subtotal` has the tax in it that is inclusive).
"""

from typing import Final

from payments.domain.values.payment import Payment
from payments.domain.values.provider_updates import CheckoutUpdate, MoneyStatus
from payments.domain.values.tax import PaymentTax

_PAID: Final = (MoneyStatus.PAID, MoneyStatus.AUTHORIZED)
"""The buyer has paid, whether the money was taken or only set aside: the amounts are known."""


def find_discount(update: CheckoutUpdate) -> str | None:
    """Why the checkout is not at its price, in a sentence for moderators; None if it is."""
    if not update.payment_required or update.discount:
        return "The checkout has a discount that is not ours."
    return None


def find_amount_mismatch(payment: Payment, update: CheckoutUpdate) -> str | None:
    """Why amounts, in the price's currency, do not fit; None if they do."""
    if discount := find_discount(update):
        return discount
    if payment.tax is not None and payment.tax.asked is not None:
        return _other_than_asked(payment, payment.tax, update)
    paid = update.money in _PAID
    if update.subtotal != payment.price.minor and (paid or update.subtotal is not None):
        return f"The checkout's amount is {update.subtotal}, the package's {payment.price.minor}."
    return _other_than_paid(payment, update) if paid else None


def _other_than_paid(payment: Payment, update: CheckoutUpdate) -> str | None:
    if payment.tax is not None:
        return _other_than_taxed(payment, payment.tax, update)
    if update.total is None or update.total < payment.price.minor:
        return f"The checkout's total is {update.total}, the package costs {payment.price.minor}."
    return None


def _other_than_asked(payment: Payment, tax: PaymentTax, update: CheckoutUpdate) -> str | None:
    """We asked for the tax, so the total is known before it is paid."""
    expected = payment.price.minor + (tax.on_top or 0)
    paid = update.money in _PAID
    if update.total != expected and (paid or update.total is not None):
        return (
            f"The checkout's total is {update.total}. With {tax.asked} of tax, which is "
            f"{tax.rule.behavior}, the package costs {expected}."
        )
    return None


def _other_than_taxed(payment: Payment, tax: PaymentTax, update: CheckoutUpdate) -> str | None:
    """The provider has computed the tax: how much it is must be said, and fit the total."""
    if update.tax is None:
        return "The checkout does not say how much of it is tax."
    expected = payment.price.minor + (update.tax if tax.rule.is_on_top else 0)
    if update.total != expected or update.tax > expected:
        return (
            f"The checkout's total is {update.total}. With {update.tax} of tax, which is "
            f"{tax.rule.behavior}, the package costs {expected}."
        )
    return None

"""The tax of a way to pay whose provider computes none: what the buyer sees, and agrees to."""

from dataclasses import dataclass

from payments.domain.errors import Refused
from payments.domain.values.money import Money
from payments.domain.values.payment import Payment
from payments.domain.values.tax import PaymentTax
from payments.domain.values.tax_quotes import TaxQuestion, TaxQuote
from payments.providers.protocol import Checkouts


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreedTax:
    """A tax as it is shown before the button that leads to the provider.

    Attributes:
        tax: How much it is.
        total: What the buyer pays, tax included.
        on_top: Whether it comes on top of the price.
        quote: By which it was computed.
    """

    tax: Money
    total: Money
    on_top: bool
    quote: TaxQuote

    def of(self, asked: PaymentTax) -> PaymentTax:
        """The tax of the payment that is begun with it."""
        return PaymentTax(rule=asked.rule, asked=self.tax.minor, quote=self.quote.name)


def agreed(quote: TaxQuote, asked: TaxQuestion, checkouts: Checkouts) -> AgreedTax:
    """What a buyer is shown of a computed tax.

    Rounded half up to what the provider can charge, such as whole forints at PayPal.

    Raises:
        Refused: Price and tax together cannot be charged there.
    """
    currency = asked.price.currency
    step = checkouts.tax_step(currency)
    tax = (2 * quote.tax + step) // (2 * step) * step
    on_top = asked.rule.is_on_top
    total = Money(minor=asked.price.minor + (tax if on_top else 0), currency=currency)
    checkouts.check_price(total)
    return AgreedTax(
        tax=Money(minor=min(tax, total.minor), currency=currency),
        total=total,
        on_top=on_top,
        quote=quote,
    )


def tax_of_way(began: Payment, checkouts: Checkouts, tax: AgreedTax | None) -> PaymentTax | None:
    """How the payment of a way is taxed; what was agreed for another way does not count.

    Raises:
        Refused: The provider must be given a tax, and nobody has agreed to one.
    """
    if began.tax is None:
        return None
    if checkouts.computes_tax:
        return PaymentTax(rule=began.tax.rule)
    if tax is None:
        raise Refused("The tax of this way to pay is not known yet. Please choose it again.")
    return tax.of(began.tax)

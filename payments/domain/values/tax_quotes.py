"""What a tax service is asked before a sale, and what it answers."""

from dataclasses import dataclass

from payments.domain.values.money import Money
from payments.domain.values.places import Place
from payments.domain.values.tax import TaxRule
from payments.domain.values.time import Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxQuestion:
    """How much tax there is on, or in, a price.

    Attributes:
        price: Before tax, or with it, as the rule says.
        rule: How it is taxed.
        place: Where the buyer is.
    """

    price: Money
    rule: TaxRule
    place: Place

    def wrong(self, tax: int) -> bool:
        """Whether that cannot be its tax: below nothing, or more than the price."""
        return not 0 <= tax <= self.price.minor


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxQuote:
    """How much it is.

    Attributes:
        service: The name of the service that computed it.
        tax: Minor units of the price's currency.
        calculation: The service's id of its computation; None if it keeps none.
        at: When it was computed.
        rate_of: If no service answered: when the rate was found by which this was estimated.
    """

    service: str
    tax: int
    calculation: str | None
    at: Instant
    rate_of: Instant | None = None

    @property
    def name(self) -> str | None:
        """The computation by service and id, as payments keep it; None where none is kept."""
        return None if self.calculation is None else f"{self.service}:{self.calculation}"


def estimated(question: TaxQuestion, price: int, quote: TaxQuote, now: Instant) -> TaxQuote:
    """The tax by the rate of an earlier computation for the same place, code and behaviour.

    Rounded half up to the minor unit; exact where the price is the same.

    Args:
        question: What is asked now.
        price: Minor units that the earlier computation was for, above nothing.
        quote: The earlier one.
        now: The time.
    """
    tax = (2 * question.price.minor * quote.tax + price) // (2 * price)
    return TaxQuote(
        service=quote.service, tax=tax, calculation=None, at=now, rate_of=quote.rate_of or quote.at
    )

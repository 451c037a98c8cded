"""A tax service as simple as can be: a rate for each country, and no server."""

from dataclasses import dataclass, field
from typing import Final

from payments.domain.values.tax import TaxBehavior, TaxRule
from payments.domain.values.tax_quotes import TaxQuestion
from payments.integrations.tax.errors import TaxError, TaxRefused
from payments.integrations.tax.protocol import Computed, TaxRecords
from payments.services.taxes import Taxes

EXCLUSIVE: Final = TaxRule(behavior=TaxBehavior.EXCLUSIVE)


@dataclass(kw_only=True)
class FlatTaxes:
    """Percent by country; what is not known is refused.

    Attributes:
        asked: What it was asked, oldest first.
        trouble: What it raises instead of answering, if anything.
    """

    name: str = "flat"
    title: str = "Flat"
    integration: str = "flat_tax"
    livemode: bool = False
    records: TaxRecords | None = None
    percent: dict[str, int] = field(default_factory=lambda: {"DE": 19, "HU": 27, "JP": 10, "TW": 5})
    asked: list[TaxQuestion] = field(default_factory=list)
    trouble: TaxError | None = None

    async def compute(self, question: TaxQuestion) -> Computed:
        self.asked.append(question)
        if self.trouble is not None:
            raise self.trouble
        percent = self.percent.get(question.place.country)
        if percent is None:
            raise TaxRefused("Flat knows no such place.", about_place=True)
        whole = 100 + (0 if question.rule.is_on_top else percent)
        tax = (2 * question.price.minor * percent + whole) // (2 * whole)
        return Computed(tax=tax, calculation=f"calc_{len(self.asked)}")

    async def ping(self) -> None:
        if self.trouble is not None:
            raise self.trouble

    async def close(self) -> None:
        """It has no connections."""


def taxes_on() -> Taxes:
    """Taxes are set up, for providers that compute them themselves."""
    return Taxes(services={"flat": FlatTaxes()})

"""Tax calculations and transactions (Stripe: Tax API)."""

from dataclasses import dataclass, field

from sandbox.base.common import Json
from sandbox.stripe.objects.common import EMPTY_ADDRESS
from sandbox.stripe.objects.tax_rates import Rate

LIFETIME_SECONDS = 90 * 86_400
"""How long a calculation can be made a transaction."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxLine:
    """One thing of a calculation or transaction; amounts in minor units."""

    id: str
    amount: int
    amount_tax: int
    quantity: int
    reference: str
    behavior: str
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Calculation:
    """What tax there would be; nothing is owed by it."""

    id: str
    created: int
    currency: str
    country: str
    postal_code: str | None
    source: str
    lines: tuple[TaxLine, ...]
    rates: tuple[Rate, ...]

    @property
    def on_top(self) -> int:
        """Tax that comes on top of prices."""
        return sum(each.amount_tax for each in self.lines if each.behavior == "exclusive")

    @property
    def within(self) -> int:
        """Tax that is in prices."""
        return sum(each.amount_tax for each in self.lines if each.behavior == "inclusive")

    @property
    def total(self) -> int:
        """What the buyer pays."""
        return sum(each.amount for each in self.lines) + self.on_top

    def customer(self) -> Json:
        """As `customer_details`."""
        address = EMPTY_ADDRESS | {"country": self.country, "postal_code": self.postal_code}
        return {
            "address": address,
            "address_source": self.source,
            "ip_address": None,
            "tax_ids": [],
            "taxability_override": "none",
        }

    def render(self) -> Json:
        """As the API shows it, without its lines, which are listed elsewhere."""
        return {
            "id": self.id,
            "object": "tax.calculation",
            "amount_total": self.total,
            "currency": self.currency,
            "customer": None,
            "customer_details": self.customer(),
            "expires_at": self.created + LIFETIME_SECONDS,
            "livemode": False,
            "ship_from_details": None,
            "shipping_cost": None,
            "tax_amount_exclusive": self.on_top,
            "tax_amount_inclusive": self.within,
            "tax_breakdown": [
                self._breakdown(line, rate)
                for line, rate in zip(self.lines, self.rates, strict=True)
            ],
            "tax_date": self.created,
        }

    @staticmethod
    def _breakdown(line: TaxLine, rate: Rate) -> Json:
        inclusive = line.behavior == "inclusive"
        net = line.amount - line.amount_tax if inclusive else line.amount
        return {
            "amount": line.amount_tax,
            "inclusive": inclusive,
            "tax_rate_details": {
                "country": rate.country,
                "flat_amount": None,
                "percentage_decimal": rate.percentage,
                "rate_type": "percentage",
                "state": rate.state,
                "tax_type": "sales_tax" if rate.country == "US" else "vat",
            },
            "taxability_reason": rate.reason,
            "taxable_amount": net if rate.thousandths else 0,
        }


@dataclass(slots=True, kw_only=True)
class Transaction:
    """Tax that is owed, or by a reversal owed no more; amounts are negative there.

    Attributes:
        original: What a reversal is of.
        reversed: Minor units, tax included, that reversals have taken off.
    """

    id: str
    created: int
    calculation: Calculation
    reference: str
    amount: int
    tax: int
    metadata: dict[str, str] = field(default_factory=dict)
    original: str | None = None
    reversed: int = 0

    @property
    def total(self) -> int:
        """Minor units, tax included."""
        return self.calculation.total

    def render(self) -> Json:
        """As the API shows it, without its lines."""
        return {
            "id": self.id,
            "object": "tax.transaction",
            "created": self.created,
            "currency": self.calculation.currency,
            "customer": None,
            "customer_details": self.calculation.customer(),
            "livemode": False,
            "metadata": dict(self.metadata),
            "posted_at": self.created,
            "reference": self.reference,
            "reversal": None if self.original is None else {"original_transaction": self.original},
            "ship_from_details": None,
            "shipping_cost": None,
            "tax_date": self.calculation.created,
            "type": "transaction" if self.original is None else "reversal",
        }

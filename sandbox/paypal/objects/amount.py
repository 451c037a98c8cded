"""Money as PayPal writes it (PayPal: Currency codes)."""

from dataclasses import dataclass
from decimal import Decimal

from sandbox.base.common import Json

WHOLE_UNITS = frozenset({"HUF", "JPY", "TWD"})
"""Currencies without decimals at PayPal."""

CURRENCIES = WHOLE_UNITS | {
    *("AUD", "BRL", "CAD", "CNY", "CZK", "DKK", "EUR", "HKD", "ILS", "MYR", "MXN", "NZD"),
    *("NOK", "PHP", "PLN", "GBP", "SGD", "SEK", "CHF", "THB", "USD"),
}

_FEE_RATE = Decimal("0.0349")
_FEE_FIXED = 49


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """An amount in the smallest unit that PayPal counts in its currency."""

    minor: int
    currency: str

    def render(self) -> Json:
        """As the API shows it."""
        digits = 0 if self.currency in WHOLE_UNITS else 2
        value = Decimal(self.minor).scaleb(-digits)
        return {"currency_code": self.currency, "value": f"{value:.{digits}f}"}

    def of(self, minor: int) -> "Amount":
        """Another amount in the same currency."""
        return Amount(minor=minor, currency=self.currency)


def minor_units(value: str, currency: str) -> int:
    """How many of the smallest units a value is, which must have no more decimals than those."""
    return int(Decimal(value).scaleb(0 if currency in WHOLE_UNITS else 2))


def fee_of(amount: Amount) -> Amount:
    """What PayPal keeps of a capture: here 3.49 % and 49 minor units, at most all of it."""
    return amount.of(min(amount.minor, int(amount.minor * _FEE_RATE) + _FEE_FIXED))

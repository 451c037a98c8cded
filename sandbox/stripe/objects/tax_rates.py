"""What the local Stripe knows of taxes: some codes, and some rates by place.

The rates are those of the places in 2026, rounded to what a test can compute by hand; where nothing
is known, the account is not registered and nothing is collected, as at Stripe.
"""

from typing import Final, NamedTuple

NONTAXABLE: Final = "txcd_00000000"
USUAL: Final = "txcd_10000000"

CODES: Final = {
    NONTAXABLE: "Nontaxable",
    USUAL: "General - Electronically Supplied Services",
    "txcd_10201000": "Video Games - downloaded - permanent rights",
    "txcd_10502000": "Gift Card",
    "txcd_92010001": "Shipping",
    "txcd_99999999": "General - Tangible Goods",
}
"""Product tax codes (Stripe: Product tax codes)."""

_COUNTRIES: Final = {
    "AT": 20_000,
    "CH": 8_100,
    "DE": 19_000,
    "FR": 20_000,
    "GB": 20_000,
    "HU": 27_000,
    "IE": 23_000,
    "JP": 10_000,
    "TW": 5_000,
}
"""Thousandths of a percent."""

_US_BY_ZIP: Final = {"100": ("NY", 8_875), "733": ("TX", 8_250), "900": ("CA", 9_500)}
"""State and rate by the first digits."""

_HUNDRED_PERCENT: Final = 100_000


class Rate(NamedTuple):
    """What is collected at a place, in thousandths of a percent.

    Attributes:
        state: Where rates differ within the country.
        reason: Stripe's word for it.
    """

    thousandths: int
    country: str
    state: str | None
    reason: str

    @property
    def percentage(self) -> str:
        """As Stripe writes it, such as `8.875`."""
        whole, rest = divmod(self.thousandths, 1000)
        return f"{whole}.{rest:03}".rstrip("0").rstrip(".") if rest else f"{whole}.0"


def rate_at(country: str, postal_code: str, code: str | None) -> Rate:
    """The rate for something at a place."""
    if code == NONTAXABLE:
        return Rate(0, country, None, "product_exempt")
    if country == "US":
        state, rate = _US_BY_ZIP.get(postal_code[:3], (None, 0))
        return Rate(rate, country, state, "standard_rated" if rate else "not_collecting")
    known = _COUNTRIES.get(country, 0)
    return Rate(known, country, None, "standard_rated" if known else "not_collecting")


def tax_on(amount: int, behavior: str, rate: Rate) -> int:
    """The tax in or on an amount, rounded half up; whole minor units."""
    whole = _HUNDRED_PERCENT + (rate.thousandths if behavior == "inclusive" else 0)
    return (2 * amount * rate.thousandths + whole) // (2 * whole)

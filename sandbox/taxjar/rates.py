"""Where the seller of the local TaxJar has nexus, and what is collected there."""

from decimal import Decimal
from typing import Final, NamedTuple


class Rate(NamedTuple):
    """A place's combined rate.

    Attributes:
        state: Two letters; empty where a country has none here.
        has_nexus: Whether the seller must collect there.
    """

    country: str
    state: str
    rate: Decimal
    has_nexus: bool


_US: Final = {
    "100": Rate("US", "NY", Decimal("0.08875"), has_nexus=True),
    "900": Rate("US", "CA", Decimal("0.095"), has_nexus=True),
    "733": Rate("US", "TX", Decimal("0.0825"), has_nexus=False),
}
_CANADA: Final = {"M5V": Rate("CA", "ON", Decimal("0.13"), has_nexus=True)}
_OTHERS: Final = {
    "DE": Rate("DE", "", Decimal("0.19"), has_nexus=True),
    "FR": Rate("FR", "", Decimal("0.20"), has_nexus=True),
}

EXEMPT: Final = frozenset({"99999", "14111803A0001"})
"""Codes of products upon which nothing is collected here."""

KNOWN_CODES: Final = EXEMPT | {"31000", "30070", "20010"}


def rate_at(country: str, postal_code: str) -> Rate | None:
    """What is known of a place; None if nothing is."""
    if country == "US":
        return _US.get(postal_code[:3])
    if country == "CA":
        return _CANADA.get(postal_code[:3])
    return _OTHERS.get(country)

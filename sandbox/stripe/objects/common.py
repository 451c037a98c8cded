"""What all objects share."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]
"""A JSON object as Stripe sends it."""

ZERO_DECIMAL = frozenset(
    {
        *("bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga"),
        *("pyg", "rwf", "ugx", "vnd", "vuv", "xaf", "xof", "xpf"),
    }
)
"""Currencies without a minor unit (Stripe: Supported currencies)."""

EMPTY_ADDRESS: Json = dict.fromkeys(
    ("city", "country", "line1", "line2", "postal_code", "state"), None
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Presentment:
    """What the buyer saw instead of our price, if adaptive pricing changed the currency."""

    amount: int
    currency: str

    def render(self) -> Json:
        """As `presentment_details` on sessions, intents, charges and refunds."""
        return {"presentment_amount": self.amount, "presentment_currency": self.currency}


def money(amount: int, currency: str) -> str:
    """An amount of minor units as a person reads it, such as `4.99 USD` or `500 JPY`."""
    if currency in ZERO_DECIMAL:
        return f"{amount:,} {currency.upper()}"
    sign = "-" if amount < 0 else ""
    whole, cents = divmod(abs(amount), 100)
    return f"{sign}{whole:,}.{cents:02d} {currency.upper()}"


def changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> Json:
    """What `previous_attributes` of an event says: the old values of all that differs."""
    different: Json = {}
    for name, now in after.items():
        old = before.get(name)
        if old == now:
            continue
        if isinstance(old, dict) and isinstance(now, dict):
            old = changed(old, now)
        different[name] = old
    return different

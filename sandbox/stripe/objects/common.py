"""What all objects share."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sandbox.base.common import Json

ZERO_DECIMAL = frozenset(
    {
        *("bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga"),
        *("pyg", "rwf", "vnd", "vuv", "xaf", "xof", "xpf"),
    }
)
"""Currencies without a minor unit (Stripe: Supported currencies)."""

THREE_DECIMAL = frozenset({"bhd", "jod", "kwd", "omr", "tnd"})
"""Currencies with thousandths (as above)."""

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
    """An amount of minor units as the API's errors write it, such as `4.99 USD` or `500 JPY`."""
    exact = Decimal(amount).scaleb(-digits(currency))
    return f"{exact:,} {currency.upper()}"


def digits(currency: str) -> int:
    """How many decimals the API counts in a currency."""
    if currency in ZERO_DECIMAL:
        return 0
    return 3 if currency in THREE_DECIMAL else 2


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

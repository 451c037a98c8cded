"""Balance transactions and the balance that they add up to."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from sandbox.base.common import Json
from sandbox.stripe.objects.common import ZERO_DECIMAL

SETTLING_SECONDS = 2 * 86_400
"""How long the money of a charge is pending."""

_REPORTING = {
    "charge": "charge",
    "payment": "charge",
    "refund": "refund",
    "payment_refund": "refund",
    "refund_failure": "refund_failure",
    "payment_failure_refund": "refund_failure",
    "adjustment": "dispute",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class BalanceTransaction:
    """Money that came to or left the account, in minor units; `net` is `amount - fee`."""

    id: str
    created: int
    available_on: int
    amount: int
    fee: int
    currency: str
    source: str
    type: str
    description: str | None = None
    reporting_category: str | None = None

    @property
    def net(self) -> int:
        """What the balance gains."""
        return self.amount - self.fee

    def render(self, now: int | None = None) -> Json:
        """The object as the API shows it at a time (Unix seconds; by default when it was made)."""
        fees: list[Json] = []
        if self.fee:
            fees.append(
                {
                    "amount": self.fee,
                    "application": None,
                    "currency": self.currency,
                    "description": "Dispute fee"
                    if self.type == "adjustment"
                    else "Stripe processing fees",
                    "type": "stripe_fee",
                }
            )
        return {
            "id": self.id,
            "object": "balance_transaction",
            "amount": self.amount,
            "available_on": self.available_on,
            "balance_type": "payments",
            "created": self.created,
            "currency": self.currency,
            "description": self.description,
            "exchange_rate": None,
            "fee": self.fee,
            "fee_details": fees,
            "net": self.net,
            "reporting_category": self.reporting_category or _REPORTING[self.type],
            "source": self.source,
            "status": "available" if self.available_on <= (now or self.created) else "pending",
            "type": self.type,
        }


def processing_fee(amount: int, currency: str) -> int:
    """2.9 % and 30 minor units (none where the currency has no minor unit), rounded half up."""
    fixed = 0 if currency in ZERO_DECIMAL else 30
    return min(amount, (amount * 29 + 500) // 1000 + fixed)


def render_balance(transactions: Iterable[BalanceTransaction], now: int) -> Json:
    """The account's balance (Stripe: The Balance object)."""
    available: defaultdict[str, int] = defaultdict(int)
    pending: defaultdict[str, int] = defaultdict(int)
    for each in transactions:
        (available if each.available_on <= now else pending)[each.currency] += each.net
    currencies = sorted({"usd", *available, *pending})

    def amounts(side: dict[str, int]) -> list[Json]:
        return [
            {
                "amount": side.get(currency, 0),
                "currency": currency,
                "source_types": {"card": side.get(currency, 0)},
            }
            for currency in currencies
        ]

    return {
        "object": "balance",
        "available": amounts(available),
        "livemode": False,
        "pending": amounts(pending),
        "refund_and_dispute_prefunding": {"available": [], "pending": []},
    }

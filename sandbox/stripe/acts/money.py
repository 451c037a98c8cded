"""Booking what comes to and leaves the account's balance."""

from sandbox.stripe.objects.money import SETTLING_SECONDS, BalanceTransaction
from sandbox.stripe.state import State


def book(
    state: State,
    source: str,
    kind: str,
    amount: int,
    currency: str,
    *,
    fee: int = 0,
    category: str | None = None,
) -> BalanceTransaction:
    """Add a balance transaction, in minor units; what a charge brings is pending."""
    now = state.now()
    pending = SETTLING_SECONDS if kind in {"charge", "payment"} else 0
    transaction = BalanceTransaction(
        id=state.ids.new("txn"),
        created=now,
        available_on=now + pending,
        amount=amount,
        fee=fee,
        currency=currency,
        source=source,
        type=kind,
        reporting_category=category,
    )
    state.transactions[transaction.id] = transaction
    return transaction

"""Refunds, disputes and movements of the balance as Stripe tells of them."""

from typing import Any

OURS = "0199a3c4-0000-7000-8000-000000000009"


def refund(**changes: Any) -> dict[str, Any]:
    return {
        "id": "re_1",
        "object": "refund",
        "amount": 250,
        "currency": "eur",
        "status": "succeeded",
        "reason": "requested_by_customer",
        "payment_intent": {"id": "pi_1", "currency": "eur"},
        "charge": "ch_1",
        "metadata": {"guildbank_refund": OURS},
    } | changes


def dispute(**changes: Any) -> dict[str, Any]:
    return {
        "id": "du_1",
        "object": "dispute",
        "amount": 499,
        "currency": "eur",
        "status": "needs_response",
        "reason": "fraudulent",
        "payment_intent": "pi_1",
        "charge": {"id": "ch_1", "payment_intent": "pi_other"},
        "evidence_details": {"due_by": 1_790_000_000},
        "balance_transactions": [],
    } | changes


def movement(amount: int, category: str, currency: str = "eur") -> dict[str, Any]:
    return {"amount": amount, "currency": currency, "reporting_category": category}


def moved(*amounts: int, currency: str = "usd", **odd: object) -> list[dict[str, object]]:
    """Movements of a dispute: what is negative was taken, what is positive came back."""
    return [
        {
            "amount": amount,
            "currency": currency,
            "reporting_category": "dispute" if amount < 0 else "dispute_reversal",
        }
        | odd
        for amount in amounts
    ]

"""Square's objects as it writes them (schemas `Order`, `Payment`, …), for tests to change."""

from typing import Any, Final

ORDER: Final = "CAISENgvlJ6jLWAzERDzjyHVybY"
PAYMENT: Final = "bP9mAsEMYPUGjjGNaNO5ZDVyLhSZY"
REFUND: Final = f"{PAYMENT}_KlWP8IC1557ddwc9QWTKrCVU6m0JXDz15R2Qym5eQfR"
DISPUTE: Final = "dts_MY8nQ2kVrJ4"
OURS: Final = "01890000-0000-7000-8000-000000000001"

Json = dict[str, Any]


def eur(amount: Any = 499, currency: str = "EUR") -> Json:
    return {"amount": amount, "currency": currency}


def payment(status: str = "COMPLETED", **changes: Any) -> Json:
    return {
        "id": PAYMENT,
        "status": status,
        "amount_money": eur(),
        "order_id": ORDER,
        "source_type": "CARD",
        **changes,
    }


def order(state: str = "OPEN", **changes: Any) -> Json:
    return {
        "id": ORDER,
        "state": state,
        "total_money": eur(),
        "metadata": {
            "payment": OURS,
            "installation": "inst-1",
            "guild": "900000000000000001",
            "member": "100000000000000001",
            "package": "package-500",
            "expires_at": "1800000000",
        },
        **changes,
    }


def refund(status: str = "COMPLETED", **changes: Any) -> Json:
    return {
        "id": REFUND,
        "status": status,
        "amount_money": eur(100),
        "payment_id": PAYMENT,
        **changes,
    }


def dispute(state: str = "EVIDENCE_REQUIRED", **changes: Any) -> Json:
    return {
        "id": DISPUTE,
        "state": state,
        "amount_money": eur(),
        "reason": "NO_KNOWLEDGE",
        "due_at": "2026-12-14T12:00:00.000Z",
        "disputed_payment": {"payment_id": PAYMENT},
        **changes,
    }

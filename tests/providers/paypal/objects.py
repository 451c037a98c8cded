"""PayPal's objects as it writes them (Orders v2, Payments v2, Disputes v1), for tests to change."""

from typing import Any, Final

ORDER: Final = "5O190127TN364715T"
CAPTURE: Final = "3C679366HH908993F"
REFUND: Final = "1JU08902781691411"
DISPUTE: Final = "PP-D-4012"
CUSTOM: Final = "01890000-0000-7000-8000-000000000001.inst-1"
UNIT: Final = "900000000000000001/100000000000000001/package-500"
MADE: Final = "2026-11-30T12:00:00Z"

Json = dict[str, Any]


def usd(value: str = "4.99", code: str = "USD") -> Json:
    return {"currency_code": code, "value": value}


def links(self_: str, **up: str) -> list[Json]:
    base = "https://api-m.sandbox.paypal.com/v2"
    found = {"self": self_, **up}
    return [{"rel": rel, "href": f"{base}/{path}", "method": "GET"} for rel, path in found.items()]


def capture(status: str = "COMPLETED", **changes: Any) -> Json:
    return {
        "id": CAPTURE,
        "status": status,
        "amount": usd(),
        "final_capture": True,
        "custom_id": CUSTOM,
        "links": links(f"payments/captures/{CAPTURE}", up=f"checkout/orders/{ORDER}"),
        **changes,
    }


def order(status: str = "CREATED", *captures: Json, **changes: Any) -> Json:
    unit: Json = {
        "reference_id": UNIT,
        "custom_id": CUSTOM,
        "invoice_id": CUSTOM.partition(".")[0],
        "amount": usd(),
    }
    if captures:
        unit["payments"] = {"captures": list(captures)}
    return {
        "id": ORDER,
        "intent": "CAPTURE",
        "status": status,
        "purchase_units": [unit],
        "create_time": MADE,
        "links": links(f"checkout/orders/{ORDER}"),
        **changes,
    }


def refund(status: str = "COMPLETED", **changes: Any) -> Json:
    return {
        "id": REFUND,
        "status": status,
        "amount": usd("1.00"),
        "links": links(f"payments/refunds/{REFUND}", up=f"payments/captures/{CAPTURE}"),
        **changes,
    }


def dispute(
    status: str = "OPEN", stage: str = "CHARGEBACK", code: str | None = None, **changes: Any
) -> Json:
    found: Json = {
        "dispute_id": DISPUTE,
        "create_time": MADE,
        "status": status,
        "dispute_life_cycle_stage": stage,
        "dispute_amount": usd(),
        "reason": "UNAUTHORISED",
        "disputed_transactions": [
            {"seller_transaction_id": CAPTURE, "gross_amount": usd(), "custom": CUSTOM}
        ],
    }
    if code is not None:
        found["dispute_outcome"] = {"outcome_code": code}
    return found | changes


def moved(
    kind: str, value: str, *, party: str = "SELLER", reason: str = "DISPUTE_SETTLEMENT"
) -> Json:
    return {"affected_party": party, "type": kind, "amount": usd(value), "reason": reason}

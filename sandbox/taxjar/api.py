"""What TaxJar's API answers (TaxJar: Taxes, Rates, Transactions, Errors)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any, Final

from sandbox.base.common import Json
from sandbox.taxjar.rates import EXEMPT, KNOWN_CODES, Rate, rate_at

_CENT: Final = Decimal("0.01")
_NEED_STATE: Final = frozenset({"US", "CA"})


class ApiError(Exception):
    """A request is refused.

    Attributes:
        status: The HTTP status.
        body: The answer.
    """

    def __init__(self, status: int, error: str, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.body: Json = {"status": status, "error": error, "detail": detail}


@dataclass(slots=True, kw_only=True)
class Ledger:
    """What was reported: orders and refunds by their ids."""

    orders: dict[str, Json] = field(default_factory=dict)
    refunds: dict[str, Json] = field(default_factory=dict)


def categories() -> Json:
    """`GET /v2/categories`."""
    named = {"31000": "Digital Goods", "30070": "Software as a Service", "20010": "Clothing"}
    found = [
        {"name": name, "product_tax_code": code, "description": f"{name}."}
        for code, name in named.items()
    ]
    return {"categories": found}


def rates(postal_code: str, query: Mapping[str, str]) -> Json:
    """`GET /v2/rates/{zip}`."""
    unknown = set(query) - {"country", "state", "city", "street"}
    if unknown:
        raise _bad(f"unknown parameters: {', '.join(sorted(unknown))}")
    country = query.get("country", "US")
    found = rate_at(country, postal_code)
    if found is None:
        raise ApiError(404, "Not Found", f"Resource can not be found: zip {postal_code}")
    return {
        "rate": {
            "zip": postal_code,
            "state": found.state,
            "country": found.country,
            "combined_rate": str(found.rate),
            "freight_taxable": False,
        }
    }


def taxes(body: Json) -> Json:
    """`POST /v2/taxes`: for one line, without shipping costs."""
    _only(body, "to_country", "to_zip", "to_state", "shipping", "line_items", "amount")
    country, postal_code = _text(body, "to_country"), str(body.get("to_zip", ""))
    if "shipping" not in body:
        raise _not_acceptable("shipping is missing")
    found = _place(country, postal_code, body)
    amount, taxable = Decimal(0), Decimal(0)
    for line in body.get("line_items", []):
        _only(line, "id", "quantity", "unit_price", "product_tax_code", "discount")
        price = _decimal(line, "unit_price") * int(line.get("quantity", 1))
        code = line.get("product_tax_code")
        if code is not None and code not in KNOWN_CODES:
            raise _bad(f"line_items include invalid tax codes: {code}")
        amount += price
        taxable += Decimal(0) if code in EXEMPT else price
    has_nexus = found is not None and found.has_nexus
    rate = found.rate if found is not None and has_nexus and taxable else Decimal(0)
    taxable = taxable if has_nexus else Decimal(0)
    collected = (taxable * rate).quantize(_CENT, ROUND_HALF_UP)
    return {
        "tax": {
            "order_total_amount": float(amount),
            "shipping": 0.0,
            "taxable_amount": float(taxable),
            "amount_to_collect": float(collected),
            "rate": float(rate),
            "has_nexus": has_nexus,
            "freight_taxable": False,
            "tax_source": "destination" if has_nexus else None,
        }
    }


def report(ledger: Ledger, body: Json, *, is_refund: bool) -> Json:
    """`POST /v2/transactions/orders` and `/refunds`: an id is taken once."""
    known = ("transaction_id", "transaction_date", "to_country", "to_zip", "to_state")
    of_refund = ("transaction_reference_id",) if is_refund else ()
    _only(body, *known, *of_refund, "amount", "shipping", "sales_tax")
    name = _text(body, "transaction_id")
    kept = ledger.refunds if is_refund else ledger.orders
    if name in ledger.orders or name in ledger.refunds:
        raise ApiError(
            422, "Unprocessable Entity", "Provider tranx already imported for your user account"
        )
    try:
        datetime.fromisoformat(_text(body, "transaction_date"))
    except ValueError:
        raise _not_acceptable("transaction_date is invalid") from None
    country = _text(body, "to_country")
    if country in _NEED_STATE and not (body.get("to_zip") and body.get("to_state")):
        raise _not_acceptable("to_zip and to_state are required")
    amount, tax = _decimal(body, "amount"), _decimal(body, "sales_tax")
    if is_refund and (amount > 0 or tax > 0):
        raise _not_acceptable("refunds must be negative")
    if is_refund and _text(body, "transaction_reference_id") not in ledger.orders:
        raise ApiError(404, "Not Found", "Resource can not be found")
    kept[name] = dict(body)
    return {"refund" if is_refund else "order": {**body, "user_id": 1}}


def _place(country: str, postal_code: str, body: Json) -> Rate | None:
    if country in _NEED_STATE and not (postal_code and body.get("to_state")):
        raise _not_acceptable("to_zip and to_state are required for this country")
    found = rate_at(country, postal_code)
    if found is not None and found.state and found.state != body.get("to_state"):
        raise _bad(f"to_zip {postal_code} is not used within to_state {body.get('to_state')}")
    return found


def _only(body: Mapping[str, Any], *known: str) -> None:
    unknown = set(body) - set(known)
    if unknown:
        raise _bad(f"The local TaxJar does nothing with {', '.join(sorted(unknown))}.")


def _text(body: Mapping[str, Any], name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str) or not value:
        raise _not_acceptable(f"{name} is missing")
    return value


def _decimal(body: Mapping[str, Any], name: str) -> Decimal:
    try:
        return Decimal(str(body[name]))
    except (KeyError, InvalidOperation):
        raise _not_acceptable(f"{name} is no number") from None


def _bad(detail: str) -> ApiError:
    return ApiError(400, "Bad Request", detail)


def _not_acceptable(detail: str) -> ApiError:
    return ApiError(406, "Not Acceptable", detail)

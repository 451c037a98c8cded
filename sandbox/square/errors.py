"""Refusals, as Square words them (Square: Error codes)."""

from sandbox.base.common import Json

STATUSES = {
    "UNAUTHORIZED": (401, "AUTHENTICATION_ERROR"),
    "NOT_FOUND": (404, "INVALID_REQUEST_ERROR"),
    "RATE_LIMITED": (429, "RATE_LIMIT_ERROR"),
    "INTERNAL_SERVER_ERROR": (500, "API_ERROR"),
    "SERVICE_UNAVAILABLE": (503, "API_ERROR"),
    "GATEWAY_TIMEOUT": (504, "API_ERROR"),
    "REFUND_AMOUNT_INVALID": (400, "REFUND_ERROR"),
    "PAYMENT_NOT_REFUNDABLE": (400, "REFUND_ERROR"),
    "PAYMENT_NOT_REFUNDABLE_DUE_TO_DISPUTE": (400, "REFUND_ERROR"),
    "CURRENCY_MISMATCH": (400, "INVALID_REQUEST_ERROR"),
    "CONFLICT": (409, "INVALID_REQUEST_ERROR"),
}
"""The HTTP status and category of each code that is no plain bad request."""

_PLAIN = (400, "INVALID_REQUEST_ERROR")


class ApiError(Exception):
    """A refusal, for one reason or several."""

    def __init__(self, status: int, errors: list[Json]) -> None:
        super().__init__("; ".join(f"{each['code']}: {each.get('detail')}" for each in errors))
        self.status = status
        self.errors = errors


def error(code: str, detail: str, field: str | None = None) -> ApiError:
    """A refusal for one reason.

    Args:
        code: Such as `REFUND_AMOUNT_INVALID`.
        detail: The sentence for developers.
        field: What of the request is wrong, such as `order.line_items[0].quantity`.
    """
    return ApiError(STATUSES.get(code, _PLAIN)[0], [as_json(code, detail, field)])


def as_json(code: str, detail: str, field: str | None = None) -> Json:
    """One reason as the API shows it."""
    shown: Json = {
        "category": STATUSES.get(code, _PLAIN)[1],
        "code": code,
        "detail": detail,
    }
    if field is not None:
        shown["field"] = field
    return shown

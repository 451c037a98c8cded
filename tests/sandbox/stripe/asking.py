"""Requests as they are on the wire, and what a refusal says."""

from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlencode

import aiohttp

KEY = "sk_test_sandbox"

Answer = tuple[int, dict[str, Any]]
"""The status, and the error or object."""

Send = Callable[..., Awaitable[Answer]]
Refusal = tuple[int, str, str | None, str | None]
"""Status, type, code, parameter."""

INVALID = "invalid_request_error"
UNKNOWN, MISSING = "parameter_unknown", "parameter_missing"
NO_INTEGER, EMPTY = "parameter_invalid_integer", "parameter_invalid_empty"
SESSIONS = "/v1/checkout/sessions"
ENDPOINTS = "/v1/webhook_endpoints"
PRICE = "line_items[0][price_data]"
ITEM = {
    f"{PRICE}[currency]": "usd",
    f"{PRICE}[unit_amount]": "499",
    f"{PRICE}[product_data][name]": "500 points",
    "line_items[0][quantity]": "1",
}
GOOD = {"mode": "payment", "success_url": "https://example.com/done", **ITEM}
HOOK = {"url": "https://example.com/hook", "enabled_events[0]": "charge.refunded"}


def sender(address: str) -> Send:
    """What sends a request to a local Stripe as it is; words of header names joined by `_`."""

    async def send(
        method: str, path: str, fields: dict[str, str] | None = None, **headers: str
    ) -> Answer:
        whole = {"Authorization": f"Bearer {KEY}"} | {
            name.replace("_", "-"): value for name, value in headers.items()
        }
        query = f"?{urlencode(fields or {})}" if method == "GET" else ""
        data = None if method == "GET" else fields
        async with (
            aiohttp.ClientSession() as http,
            http.request(method, f"{address}{path}{query}", data=data, headers=whole) as answer,
        ):
            body = await answer.json()
            return answer.status, body.get("error", body)

    return send


def refusal(answer: Answer) -> Refusal:
    """What a refusal says."""
    status, error = answer
    assert error.get("message"), answer
    return status, error["type"], error.get("code"), error.get("param")

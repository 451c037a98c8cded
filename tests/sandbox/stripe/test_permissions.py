"""Restricted keys: each may only what it was given."""

import aiohttp
import pytest

from sandbox.stripe import LocalStripe

RESTRICTED = "rk_test_narrow"


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/v1/refunds", 200),
        ("POST", "/v1/refunds", 400),
        ("GET", "/v1/charges", 200),
        ("GET", "/v1/events", 200),
        ("POST", "/v1/events", 403),
        ("GET", "/v1/disputes", 403),
        ("GET", "/v1/customers", 403),
        ("POST", "/v1/checkout/sessions", 403),
        ("GET", "/v1/radar/early_fraud_warnings", 403),
    ],
)
async def test_a_restricted_key_may_only_what_it_was_given(
    local: LocalStripe, method: str, path: str, status: int
) -> None:
    """400 and 404 come after the permission: such a call shows it, and does nothing."""
    local.add_restricted_key(RESTRICTED, ["charge_write", "event_read"])
    headers = {"Authorization": f"Bearer {RESTRICTED}"}
    async with (
        aiohttp.ClientSession(headers=headers) as http,
        http.request(method, local.url + path) as answer,
    ):
        assert answer.status == status
        if status == 403:
            error = (await answer.json())["error"]
            assert error["type"] == "invalid_request_error"
            assert "'rak_" in error["message"]
            assert RESTRICTED not in error["message"]

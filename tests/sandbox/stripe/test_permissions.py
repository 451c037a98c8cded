"""Restricted keys: each may only what it was given."""

import aiohttp
import pytest
import stripe

from sandbox.stripe import LocalStripe
from tests.sandbox.stripe.buying import open_session

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


async def test_what_is_expanded_must_be_readable_too(
    client: stripe.StripeClient, local: LocalStripe
) -> None:
    session = await open_session(client)
    await local.pay(session.id)
    charge = local.state.charge_of(session.id).id
    local.add_restricted_key(RESTRICTED, ["charge_read"])
    narrow = {"Authorization": f"Bearer {RESTRICTED}"}
    async with aiohttp.ClientSession(headers=narrow) as http:
        address = f"{local.url}/v1/charges/{charge}"
        async with http.get(address) as answer:
            assert answer.status == 200
        async with http.get(f"{address}?expand[]=balance_transaction") as answer:
            assert answer.status == 403
            message = (await answer.json())["error"]["message"]
            assert "'rak_balance_transaction_read'" in message

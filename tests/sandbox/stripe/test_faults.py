"""Faults on request: what a client must survive."""

import asyncio

import pytest
import stripe
from aiohttp import ClientPayloadError, ClientSession, ServerDisconnectedError

from sandbox.stripe import Fault, LocalStripe
from tests.sandbox.stripe.buying import open_session
from tests.sandbox.stripe.conftest import KEY

PATH = "/v1/checkout/sessions"
FORM = {
    "mode": "payment",
    "success_url": "https://example.com",
    "line_items[0][price_data][currency]": "usd",
    "line_items[0][price_data][unit_amount]": "499",
    "line_items[0][price_data][product_data][name]": "points",
}


async def test_an_error_comes_so_often_as_asked(
    client: stripe.StripeClient, local: LocalStripe
) -> None:
    local.faults.add(Fault(kind="error", method="POST", path=PATH, times=2))
    for _ in range(2):
        with pytest.raises(stripe.APIError):
            await open_session(client)
    await open_session(client)
    assert len(local.state.sessions) == 1


async def test_too_many_requests_say_when_to_come_back_and_keep_no_key(
    client: stripe.StripeClient, local: LocalStripe
) -> None:
    local.faults.add(Fault(kind="error", status=429, retry_after=7))
    with pytest.raises(stripe.RateLimitError) as limited:
        await open_session(client, key="k1")
    assert limited.value.headers is not None
    assert limited.value.headers["Retry-After"] == "7"
    assert (await open_session(client, key="k1")).status == "open"


async def test_an_error_may_hide_that_it_was_done(
    client: stripe.StripeClient, local: LocalStripe
) -> None:
    local.faults.add(Fault(kind="error", done=True))
    with pytest.raises(stripe.APIError):
        await open_session(client)
    assert len(local.state.sessions) == 1


async def test_a_conflict(client: stripe.StripeClient, local: LocalStripe) -> None:
    local.faults.add(Fault(kind="error", status=409))
    with pytest.raises(stripe.APIError) as conflict:
        await open_session(client)
    assert conflict.value.http_status == 409


async def test_silence_after_it_was_done(local: LocalStripe) -> None:
    fault = local.faults.add(Fault(kind="timeout", path=PATH))
    headers = {"Authorization": f"Bearer {KEY}", "Idempotency-Key": "k1"}
    async with ClientSession(headers=headers) as http:
        call = asyncio.create_task(http.post(local.url + PATH, data=FORM))
        await fault.reached.wait()
        assert not call.done()
        call.cancel()
        (session_id,) = local.state.sessions
        async with http.post(local.url + PATH, data=FORM) as response:
            assert (await response.json())["id"] == session_id
            assert response.headers["Idempotent-Replayed"] == "true"


@pytest.mark.parametrize("done", [False, True])
async def test_a_dropped_connection(local: LocalStripe, *, done: bool) -> None:
    local.faults.add(Fault(kind="drop", method="POST", done=done))
    async with ClientSession(headers={"Authorization": f"Bearer {KEY}"}) as http:
        with pytest.raises(ServerDisconnectedError):
            await http.post(local.url + PATH, data=FORM)
    assert len(local.state.sessions) == done


async def test_half_a_body(local: LocalStripe) -> None:
    local.faults.add(Fault(kind="half"))
    headers = {"Authorization": f"Bearer {KEY}"}
    address = local.url + PATH
    async with ClientSession(headers=headers) as http, http.post(address, data=FORM) as response:
        assert response.status == 200
        with pytest.raises(ClientPayloadError):
            await response.read()
    assert len(local.state.sessions) == 1


async def test_something_that_is_no_json(client: stripe.StripeClient, local: LocalStripe) -> None:
    local.faults.add(Fault(kind="malformed"))
    with pytest.raises(stripe.APIError, match="Invalid response body"):
        await open_session(client)


async def test_a_held_call_goes_on_even_if_its_client_left(local: LocalStripe) -> None:
    slow = local.faults.add(Fault(kind="slow", path=PATH))
    async with ClientSession(headers={"Authorization": f"Bearer {KEY}"}) as http:
        call = asyncio.create_task(http.post(local.url + PATH, data=FORM))
        await slow.reached.wait()
        call.cancel()
        assert not local.state.sessions
        slow.released.set()
        async with http.get(local.url + "/v1/balance"):
            assert len(local.state.sessions) == 1


async def test_faults_can_be_forgotten(client: stripe.StripeClient, local: LocalStripe) -> None:
    local.faults.add(Fault(kind="error", times=100))
    local.faults.clear()
    await open_session(client)

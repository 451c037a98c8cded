"""Idempotency keys (Stripe: Idempotent requests)."""

import asyncio

import pytest
import stripe
from aiohttp import ClientSession

from sandbox.stripe import Fault, LocalStripe
from tests.sandbox.stripe.buying import open_session
from tests.sandbox.stripe.conftest import KEY, Hands

DAY = 24 * 3600


async def test_the_same_request_gets_the_same_answer(
    client: stripe.StripeClient, local: LocalStripe
) -> None:
    first = await open_session(client, key="k1")
    again = await open_session(client, key="k1")
    assert again.id == first.id
    assert len(local.state.sessions) == 1
    assert again.last_response is not None
    headers = again.last_response.headers
    assert headers["Idempotent-Replayed"] == "true"
    assert first.last_response is not None
    assert headers["Original-Request"] == first.last_response.request_id
    assert again.last_response.request_id != first.last_response.request_id


async def test_other_parameters_under_the_same_key_are_refused(client: stripe.StripeClient) -> None:
    await open_session(client, key="k1")
    with pytest.raises(stripe.IdempotencyError, match="same parameters") as refused:
        await open_session(client, key="k1", metadata={"payment": "another"})
    assert refused.value.http_status == 400


async def test_another_endpoint_under_the_same_key_is_refused(client: stripe.StripeClient) -> None:
    await open_session(client, key="k1")
    with pytest.raises(stripe.IdempotencyError, match="same endpoint"):
        await client.v1.refunds.create_async({"charge": "ch_1"}, {"idempotency_key": "k1"})


async def test_a_saved_500_is_replayed(client: stripe.StripeClient, local: LocalStripe) -> None:
    local.faults.add(Fault(kind="error", path="/v1/checkout/sessions"))
    with pytest.raises(stripe.APIError) as failed:
        await open_session(client, key="k1")
    assert failed.value.http_status == 500
    with pytest.raises(stripe.APIError) as replayed:
        await open_session(client, key="k1")
    assert replayed.value.http_status == 500
    assert replayed.value.headers is not None
    assert replayed.value.headers["Idempotent-Replayed"] == "true"
    assert not local.state.sessions
    assert (await open_session(client, key="k2")).status == "open"


async def test_a_refused_parameter_does_not_use_the_key_up(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.InvalidRequestError):
        await open_session(client, key="k1", success_url=None)
    assert (await open_session(client, key="k1")).status == "open"


async def test_a_key_in_use_is_a_conflict(client: stripe.StripeClient, local: LocalStripe) -> None:
    slow = local.faults.add(Fault(kind="slow", path="/v1/checkout/sessions"))
    first = asyncio.create_task(open_session(client, key="k1"))
    await slow.reached.wait()
    with pytest.raises(stripe.APIError) as conflict:
        await open_session(client, key="k1")
    assert conflict.value.http_status == 409
    assert conflict.value.error is not None
    assert conflict.value.error.code == "idempotency_key_in_use"
    slow.released.set()
    opened = await first
    assert (await open_session(client, key="k1")).id == opened.id


async def test_keys_are_forgotten_after_a_day(client: stripe.StripeClient, clock: Hands) -> None:
    first = await open_session(client, key="k1")
    clock.move(DAY - 1)
    assert (await open_session(client, key="k1")).id == first.id
    clock.move(1)
    assert (await open_session(client, key="k1")).id != first.id


async def test_reading_takes_no_key(client: stripe.StripeClient, local: LocalStripe) -> None:
    opened = await open_session(client)
    address = f"{local.url}/v1/checkout/sessions/{opened.id}"
    headers = {"Authorization": f"Bearer {KEY}", "Idempotency-Key": "k1"}
    async with ClientSession(headers=headers) as http:
        for _ in range(2):
            async with http.get(address) as response:
                assert response.status == 200
                assert "Idempotent-Replayed" not in response.headers
        async with http.post(address, data={"metadata[a]": "b"}) as response:
            assert (await response.json())["metadata"] == {"payment": "payment-1", "a": "b"}

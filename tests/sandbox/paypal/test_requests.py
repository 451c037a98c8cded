"""What PayPal refuses is refused: shapes, tokens, and ids of requests."""

import asyncio
from typing import Any

import aiohttp
import pytest

from sandbox.paypal import Fault, LocalPayPal
from tests.sandbox.paypal.asking import ORDERS, Asking, issues, order
from tests.sandbox.paypal.conftest import Hands

HOUR = 3600


@pytest.mark.parametrize(
    ("body", "issue", "field"),
    [
        ({}, "MISSING_REQUIRED_PARAMETER", "/intent"),
        (order(intent="SALE"), "INVALID_PARAMETER_VALUE", "/intent"),
        (order() | {"purchase_units": []}, "INVALID_ARRAY_MIN_ITEMS", "/purchase_units"),
        (order() | {"colour": "red"}, "INVALID_PARAMETER_SYNTAX", "/colour"),
        (order(custom_id="x" * 128), "INVALID_STRING_LENGTH", "/purchase_units/0/custom_id"),
        (order(invoice_id="x" * 128), "INVALID_STRING_LENGTH", "/purchase_units/0/invoice_id"),
        (order(description=""), "INVALID_STRING_LENGTH", "/purchase_units/0/description"),
        (order("a lot"), "INVALID_PARAMETER_SYNTAX", "/purchase_units/0/amount/value"),
        (order(amount=4.99), "INVALID_PARAMETER_SYNTAX", "/purchase_units/0/amount"),
    ],
)
async def test_a_body_of_another_shape_is_refused(
    ask: Asking, body: dict[str, Any], issue: str, field: str
) -> None:
    status, refused = await ask("POST", ORDERS, body)
    first = refused["details"][0]
    assert (status, first["issue"], first["field"]) == (400, issue, field)


async def test_what_is_no_json_is_refused(local: LocalPayPal, ask: Asking) -> None:
    headers = {"Authorization": f"Bearer {ask.token}", "Content-Type": "application/json"}
    async with aiohttp.ClientSession(local.url) as http:
        async with http.post(ORDERS, data=b"{", headers=headers) as response:
            refused = response.status, await response.json()
        async with http.post(
            ORDERS, data=b"{}", headers=headers | {"Content-Type": "text/plain"}
        ) as response:
            assert (response.status, (await response.json())["name"]) == (
                415,
                "UNSUPPORTED_MEDIA_TYPE",
            )
    assert issues(refused) == (400, ["MALFORMED_REQUEST_JSON"])


async def test_a_repeat_is_answered_with_the_latest_status(local: LocalPayPal, ask: Asking) -> None:
    status, made = await ask("POST", ORDERS, order(), key="one")
    assert status == 201
    await local.approve(made["id"])
    status, again = await ask("POST", ORDERS, order(), key="one")
    assert (status, again["id"], again["status"]) == (200, made["id"], "APPROVED")
    path = f"{ORDERS}/{made['id']}/capture"
    assert (await ask("POST", path, {}, key="two"))[0] == 201
    assert (await ask("POST", path, {}, key="two"))[0] == 200
    assert len(local.state.captures) == 1


async def test_an_id_of_a_request_is_for_one_body(ask: Asking) -> None:
    await ask("POST", ORDERS, order(), key="one")
    refused = await ask("POST", ORDERS, order("5.99"), key="one")
    assert issues(refused) == (422, ["PAYPAL_REQUEST_ID_PREVIOUSLY_USED"])


async def test_two_at_the_same_time_are_not_both_carried_out(
    local: LocalPayPal, ask: Asking
) -> None:
    slow = local.faults.add(Fault(kind="slow"))
    first = asyncio.create_task(ask("POST", ORDERS, order(), key="one"))
    await slow.reached.wait()
    refused = await ask("POST", ORDERS, order(), key="one")
    assert issues(refused) == (409, ["PREVIOUS_REQUEST_IN_PROGRESS"])
    slow.released.set()
    assert (await first)[0] == 201
    assert len(local.state.orders) == 1


async def test_an_order_needs_an_id_of_its_request(local: LocalPayPal, ask: Asking) -> None:
    headers = {"Authorization": f"Bearer {ask.token}"}
    async with (
        aiohttp.ClientSession(local.url) as http,
        http.post(ORDERS, json=order(), headers=headers) as response,
    ):
        refused = response.status, await response.json()
    assert issues(refused) == (400, ["PAYPAL_REQUEST_ID_REQUIRED"])
    assert issues(await ask("POST", ORDERS, order(), key="k" * 109))[0] == 400


async def test_ids_of_orders_are_forgotten_after_six_hours(ask: Asking, clock: Hands) -> None:
    _, made = await ask("POST", ORDERS, order(), key="one")
    clock.move(6 * HOUR)
    status, other = await ask("POST", ORDERS, order(), key="one")
    assert status == 201
    assert other["id"] != made["id"]


async def test_a_refusal_does_not_use_the_id_up(local: LocalPayPal, ask: Asking) -> None:
    made = await ask.ordered()
    path = f"{ORDERS}/{made['id']}/capture"
    assert (await ask("POST", path, {}, key="one"))[0] == 422
    await local.approve(made["id"])
    assert (await ask("POST", path, {}, key="one"))[0] == 201


async def test_a_token_ends(ask: Asking, clock: Hands) -> None:
    clock.move(32_399)
    assert (await ask("POST", ORDERS, order()))[0] == 201
    clock.move(1)
    status, refused = await ask("POST", ORDERS, order())
    assert (status, refused["name"]) == (401, "AUTHENTICATION_FAILURE")
    status, issued = await ask.log_in()
    assert (status, issued["expires_in"], issued["token_type"]) == (200, 32_400, "Bearer")
    assert (await ask("POST", ORDERS, order()))[0] == 201


async def test_a_wrong_secret_gets_no_token(ask: Asking) -> None:
    status, refused = await ask.log_in(secret="guessed")
    assert (status, refused["error"]) == (401, "invalid_client")


async def test_what_is_done_though_the_answer_is_lost_is_done_once(
    local: LocalPayPal, ask: Asking
) -> None:
    local.faults.add(Fault(kind="drop", done=True))
    with pytest.raises(aiohttp.ClientError):
        await ask("POST", ORDERS, order(), key="one")
    (kept,) = local.state.orders
    status, again = await ask("POST", ORDERS, order(), key="one")
    assert (status, again["id"]) == (200, kept)


@pytest.mark.parametrize(
    ("status", "name"), [(500, "INTERNAL_SERVER_ERROR"), (429, "RATE_LIMIT_REACHED")]
)
async def test_an_error_is_as_paypal_has_it(
    local: LocalPayPal, ask: Asking, status: int, name: str
) -> None:
    local.faults.add(Fault(kind="error", status=status))
    answer = await ask("POST", ORDERS, order())
    assert (answer[0], answer[1]["name"]) == (status, name)
    assert not local.state.orders
    local.faults.add(Fault(kind="half"))
    with pytest.raises(aiohttp.ClientError):
        await ask("POST", ORDERS, order())
    assert local.state.orders

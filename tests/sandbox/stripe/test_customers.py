"""Customers of the local Stripe: made, changed, deleted, and on checkouts."""

import json
from typing import Any

import aiohttp
import pytest
import stripe

from sandbox.stripe import LocalStripe
from tests.sandbox.stripe.asking import (
    EMPTY,
    GOOD,
    INVALID,
    SESSIONS,
    UNKNOWN,
    Send,
    refusal,
)
from tests.sandbox.stripe.buying import open_session
from tests.support.stripe_schema import StripeSchema

CUSTOMERS = "/v1/customers"


async def made(client: stripe.StripeClient, **params: Any) -> str:
    return (await client.v1.customers.create_async(params)).id  # type: ignore[arg-type]  # any


async def test_a_customer_is_made_found_changed_and_listed(send: Send) -> None:
    status, customer = await send("POST", CUSTOMERS, {"metadata[member]": "7"})
    assert (status, customer["email"], customer["metadata"]) == (200, None, {"member": "7"})
    path = f"{CUSTOMERS}/{customer['id']}"
    assert (await send("GET", path))[1] == customer
    changed = await send("POST", path, {"email": "a@example.com", "name": "A"})
    assert (changed[1]["email"], changed[1]["name"]) == ("a@example.com", "A")
    assert changed[1]["metadata"] == {"member": "7"}
    blank = await send("POST", path, {"email": ""})
    assert (blank[1]["email"], blank[1]["name"]) == (None, "A")
    assert refusal(await send("POST", CUSTOMERS, {"email": ""}))[2] == EMPTY
    assert [each["id"] for each in (await send("GET", CUSTOMERS))[1]["data"]] == [customer["id"]]


async def test_the_same_key_makes_one_customer(send: Send) -> None:
    fields = {"metadata[member]": "7"}
    first = await send("POST", CUSTOMERS, fields, Idempotency_Key="customer-7")
    again = await send("POST", CUSTOMERS, fields, Idempotency_Key="customer-7")
    assert first == again
    assert len((await send("GET", CUSTOMERS))[1]["data"]) == 1


async def test_what_was_deleted_says_so_and_can_be_used_no_more(
    send: Send, local: LocalStripe
) -> None:
    customer = (await send("POST", CUSTOMERS))[1]["id"]
    path = f"{CUSTOMERS}/{customer}"
    local.delete_customer(customer)
    gone = {"id": customer, "object": "customer", "deleted": True}
    assert await send("GET", path) == (200, gone)
    for method, where in (("POST", path), ("DELETE", path), ("GET", f"{CUSTOMERS}/cus_none")):
        assert refusal(await send(method, where)) == (404, INVALID, "resource_missing", "id")
    opened = await send("POST", SESSIONS, GOOD | {"customer": customer})
    assert refusal(opened) == (400, INVALID, "resource_missing", "customer")
    assert (await send("GET", CUSTOMERS))[1]["data"] == []


@pytest.mark.parametrize(
    ("fields", "code", "param"),
    [
        ({"colour": "red"}, UNKNOWN, "colour"),
        ({"email": "nobody"}, "email_invalid", "email"),
        ({"name": "n" * 257}, None, "name"),
    ],
)
async def test_what_no_customer_can_have_is_refused(
    send: Send, fields: dict[str, str], code: str | None, param: str
) -> None:
    assert refusal(await send("POST", CUSTOMERS, fields)) == (400, INVALID, code, param)


async def test_a_session_takes_only_a_customer_that_is_there(send: Send) -> None:
    unknown = await send("POST", SESSIONS, GOOD | {"customer": "cus_none"})
    assert refusal(unknown) == (400, INVALID, "resource_missing", "customer")
    customer = (await send("POST", CUSTOMERS))[1]["id"]
    both = {"customer": customer, "customer_email": "a@example.com"}
    refused = await send("POST", SESSIONS, GOOD | both)
    assert refusal(refused)[2] == "parameters_exclusive"
    opened = await send("POST", SESSIONS, GOOD | {"customer": customer})
    assert (opened[0], opened[1]["customer"]) == (200, customer)


async def test_checkout_writes_the_address_onto_the_customer_and_shows_it_next_time(
    client: stripe.StripeClient, local: LocalStripe
) -> None:
    """Stripe API, Create a Checkout Session, `customer`; `customer_update` has no say in it."""
    customer = await made(client)
    first = await open_session(client, customer=customer)
    second = await open_session(client, customer=customer)
    await local.pay(first.id, email="mine@example.com")
    assert (await client.v1.customers.retrieve_async(customer)).email == "mine@example.com"
    async with (
        aiohttp.ClientSession() as http,
        http.get(f"{local.url}/c/pay/{second.id}") as answer,
    ):
        page = await answer.text()
    assert 'value="mine@example.com" readonly' in page
    await local.pay(second.id, email="other@example.com")
    paid = await client.v1.checkout.sessions.retrieve_async(second.id)
    assert paid.customer_details is not None
    assert paid.customer_details.email == "mine@example.com"


async def test_the_payment_is_the_customers(
    client: stripe.StripeClient, local: LocalStripe
) -> None:
    customer = await made(client)
    paid = await local.pay((await open_session(client, customer=customer)).id)
    intent = await client.v1.payment_intents.retrieve_async(paid["payment_intent"])
    charge = await client.v1.charges.retrieve_async(str(intent.latest_charge))
    assert (intent.customer, charge.customer) == (customer, customer)


@pytest.mark.parametrize(
    ("held", "read", "write"),
    [([], 403, 403), (["customer_read"], 200, 403), (["customer_write"], 200, 200)],
)
async def test_a_restricted_key_may_only_what_it_was_given(
    send: Send, local: LocalStripe, held: list[str], read: int, write: int
) -> None:
    local.add_restricted_key("rk_test_narrow", held)
    narrow = {"Authorization": "Bearer rk_test_narrow"}
    assert (await send("GET", CUSTOMERS, **narrow))[0] == read
    status, answer = await send("POST", CUSTOMERS, **narrow)
    assert status == write
    assert write == 200 or "'rak_customer_write'" in answer["message"]


async def test_customers_and_their_events_are_as_published(
    client: stripe.StripeClient, local: LocalStripe
) -> None:
    schema = StripeSchema()
    customer = await made(client, metadata={"member": "7"})
    shown = await client.v1.customers.retrieve_async(customer)
    assert schema.violations(json.loads(str(shown))) == []
    await local.pay((await open_session(client, customer=customer)).id)
    await client.v1.customers.delete_async(customer)
    told = [each for each in local.events() if each["type"].startswith("customer.")]
    assert {each["type"] for each in told} == {
        *("customer.created", "customer.updated", "customer.deleted")
    }
    assert [wrong for each in local.events() for wrong in schema.violations(each)] == []

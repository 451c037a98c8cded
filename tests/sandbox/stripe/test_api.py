"""The gate of the API: keys, forms, errors, lists, expanding; and what can only be read."""

import pytest
import stripe
from aiohttp import ClientSession, encode_basic_auth

from sandbox.stripe import LocalStripe
from tests.sandbox.stripe.buying import open_session
from tests.sandbox.stripe.conftest import KEY, Hands


async def test_a_wrong_key_is_refused(local: LocalStripe) -> None:
    http = stripe.AIOHTTPClient()
    client = stripe.StripeClient(
        "sk_test_wrong", base_addresses={"api": local.url}, http_client=http
    )
    with pytest.raises(stripe.AuthenticationError, match=r"Invalid API Key provided: sk_test_\*"):
        await client.v1.balance.retrieve_async()
    await http.close_async()  # type: ignore[no-untyped-call]  # untyped in the SDK


@pytest.mark.parametrize(("key", "status"), [(None, 401), (KEY, 200), ("sk_other", 401)])
async def test_a_key_may_come_as_a_user_name(
    local: LocalStripe, key: str | None, status: int
) -> None:
    headers = {} if key is None else {"Authorization": encode_basic_auth(key, "")}
    address = f"{local.url}/v1/balance"
    async with ClientSession(headers=headers) as http, http.get(address) as response:
        assert response.status == status
        assert response.headers["Request-Id"].startswith("req_")
        assert response.headers["Stripe-Version"] == "2026-10-28.endive"
        body = await response.json()
        assert ("error" in body) == (status == 401)


async def test_an_unknown_address_is_told_as_json(local: LocalStripe) -> None:
    headers = {"Authorization": f"Bearer {KEY}"}
    address = f"{local.url}/v1/products"
    async with ClientSession(headers=headers) as http, http.get(address) as response:
        assert response.status == 404
        body = await response.json()
    assert body["error"]["type"] == "invalid_request_error"
    assert "Unrecognized request URL" in body["error"]["message"]


@pytest.mark.parametrize(
    "body", ["mode[=x", "line_items=1", "metadata=x", "metadata[a][b]=c&mode=x"]
)
async def test_malformed_parameters_are_refused(local: LocalStripe, body: str) -> None:
    headers = {
        "Authorization": f"Bearer {KEY}",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    address = f"{local.url}/v1/checkout/sessions"
    async with ClientSession(headers=headers) as http, http.post(address, data=body) as response:
        assert response.status == 400
        assert (await response.json())["error"]["type"] == "invalid_request_error"


async def test_what_cannot_be_expanded_is_refused(client: stripe.StripeClient) -> None:
    session = await open_session(client)
    with pytest.raises(stripe.InvalidRequestError, match="cannot be expanded"):
        await client.v1.checkout.sessions.retrieve_async(session.id, {"expand": ["colour"]})
    shown = await client.v1.checkout.sessions.retrieve_async(
        session.id, {"expand": ["payment_intent"]}
    )
    assert shown.payment_intent is None


async def test_lists_expand_their_data(client: stripe.StripeClient, local: LocalStripe) -> None:
    session = await open_session(client)
    await local.pay(session.id)
    listed = await client.v1.charges.list_async({"expand": ["data.payment_intent", "data.refunds"]})
    assert isinstance(listed.data[0].payment_intent, stripe.PaymentIntent)
    assert listed.data[0].refunds is not None
    assert listed.data[0].refunds.data == []


@pytest.mark.parametrize("limit", [0, 101])
async def test_pages_have_bounds(client: stripe.StripeClient, limit: int) -> None:
    with pytest.raises(stripe.InvalidRequestError) as refused:
        await client.v1.events.list_async({"limit": limit})
    assert refused.value.param == "limit"


@pytest.mark.parametrize(
    "path",
    [
        *("payment_intents/pi_x", "charges/ch_x", "refunds/re_x", "disputes/du_x", "events/evt_x"),
        *("balance_transactions/txn_x", "accounts/acct_x", "webhook_endpoints/we_x"),
        *("radar/early_fraud_warnings/issfr_x", "checkout/sessions/cs_x/line_items"),
    ],
)
async def test_what_is_not_there_is_missing(local: LocalStripe, path: str) -> None:
    headers = {"Authorization": f"Bearer {KEY}"}
    address = f"{local.url}/v1/{path}"
    async with ClientSession(headers=headers) as http, http.get(address) as response:
        assert response.status == 404
        assert (await response.json())["error"]["code"] == "resource_missing"


async def test_a_page_has_one_cursor_and_it_exists(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.InvalidRequestError, match="only specify one"):
        await client.v1.events.list_async({"starting_after": "evt_1", "ending_before": "evt_1"})
    with pytest.raises(stripe.InvalidRequestError, match="No such"):
        await client.v1.events.list_async({"starting_after": "evt_1"})


async def test_lists_are_filtered_by_time(
    client: stripe.StripeClient, local: LocalStripe, clock: Hands
) -> None:
    start = clock.seconds
    for _ in range(3):
        await local.pay((await open_session(client)).id)
        clock.move(60)
    within = await client.v1.payment_intents.list_async(
        {"created": {"gt": start, "lt": start + 120}}
    )
    assert [each.created for each in within.data] == [start + 60]
    exactly = await client.v1.payment_intents.list_async({"created": start})
    assert len(exactly.data) == 1
    upto = await client.v1.payment_intents.list_async({"created": {"gte": start, "lte": start}})
    assert len(upto.data) == 1


async def test_money_becomes_available_after_two_days(
    client: stripe.StripeClient, local: LocalStripe, clock: Hands
) -> None:
    await local.pay((await open_session(client)).id)
    clock.move(2 * 24 * 3600)
    balance = await client.v1.balance.retrieve_async()
    assert (balance.available[0].amount, balance.pending[0].amount) == (455, 0)
    booked = await client.v1.balance_transactions.list_async({"type": "charge"})
    assert [(each.net, each.status) for each in booked.data] == [(455, "available")]
    one = await client.v1.balance_transactions.retrieve_async(booked.data[0].id)
    assert one.fee_details[0].type == "stripe_fee"


async def test_the_account_can_take_payments(client: stripe.StripeClient) -> None:
    account = await client.v1.accounts.retrieve_current_async()
    assert account.id.startswith("acct_")
    assert account.charges_enabled


async def test_endpoints_are_made_changed_and_deleted(client: stripe.StripeClient) -> None:
    made = await client.v1.webhook_endpoints.create_async(
        {"url": "https://example.com/webhooks/stripe", "enabled_events": ["refund.created"]}
    )
    assert made.secret is not None
    assert made.secret.startswith("whsec_")
    changed = await client.v1.webhook_endpoints.update_async(
        made.id, {"enabled_events": ["*"], "disabled": True}
    )
    assert (changed.enabled_events, changed.status) == (["*"], "disabled")
    assert "secret" not in changed.to_dict()
    listed = await client.v1.webhook_endpoints.list_async()
    assert listed.data[0].url == "https://example.com/webhooks/stripe"
    deleted = await client.v1.webhook_endpoints.delete_async(made.id)
    assert deleted.deleted
    with pytest.raises(stripe.InvalidRequestError):
        await client.v1.webhook_endpoints.retrieve_async(made.id)
    with pytest.raises(stripe.InvalidRequestError, match="scheme"):
        await client.v1.webhook_endpoints.create_async({"url": "x", "enabled_events": ["*"]})

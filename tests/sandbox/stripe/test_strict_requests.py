"""Other requests that Stripe refuses, the local Stripe refuses in the same way."""

import pytest
import stripe
from stripe.params import WebhookEndpointCreateParams

from sandbox.stripe import LocalStripe
from tests.sandbox.stripe.asking import (
    EMPTY,
    ENDPOINTS,
    GOOD,
    HOOK,
    INVALID,
    MISSING,
    NO_INTEGER,
    SESSIONS,
    UNKNOWN,
    Refusal,
    Send,
    refusal,
)
from tests.sandbox.stripe.buying import open_session


@pytest.mark.parametrize(
    ("changes", "code", "param"),
    [
        ({"url": "example.com/hook"}, None, "url"),
        ({"url": ""}, EMPTY, "url"),
        ({"enabled_events[0]": "points.sold"}, None, "enabled_events[0]"),
        ({"enabled_events[0]": "charge.*"}, None, "enabled_events[0]"),
        ({"enabled_events": "charge.refunded"}, None, "enabled_events"),
        ({"api_version": "2026-10-28"}, None, "api_version"),
        ({"description": "x" * 5001}, None, "description"),
        ({"secret": "whsec_1"}, UNKNOWN, "secret"),
    ],
)
async def test_an_endpoint_that_stripe_refuses(
    send: Send, local: LocalStripe, changes: dict[str, str], code: str | None, param: str
) -> None:
    before = set(local.state.endpoints)
    fields = HOOK | changes
    if "enabled_events" in changes:
        del fields["enabled_events[0]"]
    assert refusal(await send("POST", ENDPOINTS, fields)) == (400, INVALID, code, param)
    assert set(local.state.endpoints) == before


@pytest.mark.parametrize("missing", sorted(WebhookEndpointCreateParams.__required_keys__))
async def test_an_endpoint_needs_an_address_and_events(send: Send, missing: str) -> None:
    fields = {name: value for name, value in HOOK.items() if not name.startswith(missing)}
    assert refusal(await send("POST", ENDPOINTS, fields)) == (400, INVALID, MISSING, missing)


async def test_a_live_endpoint_is_reached_by_https(send: Send, local: LocalStripe) -> None:
    local.add_restricted_key("rk_live_1", ["webhook_write"])
    live = {"Authorization": "Bearer rk_live_1"}
    plain = HOOK | {"url": "http://example.com/hook"}
    status, made = await send("POST", ENDPOINTS, plain)
    assert (status, made["livemode"]) == (200, False)
    assert refusal(await send("POST", ENDPOINTS, plain, **live)) == (400, INVALID, None, "url")
    status, made = await send("POST", ENDPOINTS, HOOK, **live)
    assert (status, made["livemode"]) == (200, True)
    update = await send("POST", f"{ENDPOINTS}/{made['id']}", {"url": plain["url"]}, **live)
    assert refusal(update) == (400, INVALID, None, "url")


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({"Authorization": ""}, (401, INVALID, None, None)),
        ({"Authorization": "Bearer sk_test_other"}, (401, INVALID, None, None)),
        ({"Authorization": "Bearer pk_test_1"}, (401, INVALID, "secret_key_required", None)),
        ({"Stripe_Version": "2026-10-29.endive"}, (400, INVALID, None, None)),
        ({"Stripe_Version": "today"}, (400, INVALID, None, None)),
        ({"Stripe_Version": "2024-06-20"}, (400, INVALID, None, None)),
        ({"Idempotency_Key": "k" * 256}, (400, "idempotency_error", None, None)),
    ],
)
async def test_headers_that_stripe_refuses(
    send: Send, headers: dict[str, str], expected: Refusal
) -> None:
    assert refusal(await send("POST", SESSIONS, GOOD, **headers)) == expected


async def test_a_key_goes_with_one_request(send: Send) -> None:
    good = {"Idempotency_Key": "one"}
    assert (await send("POST", SESSIONS, GOOD, **good))[0] == 200
    other = GOOD | {"client_reference_id": "other"}
    answer = await send("POST", SESSIONS, other, **good)
    assert refusal(answer) == (400, "idempotency_error", None, None)


@pytest.mark.parametrize(
    ("path", "fields", "code", "param"),
    [
        ("/v1/refunds", {"limit": "0"}, NO_INTEGER, "limit"),
        ("/v1/refunds", {"limit": "101"}, NO_INTEGER, "limit"),
        ("/v1/refunds", {"limit": "many"}, NO_INTEGER, "limit"),
        ("/v1/refunds", {"starting_after": "re_none"}, "resource_missing", "starting_after"),
        ("/v1/events", {"ending_before": "evt_none"}, "resource_missing", "ending_before"),
        (
            "/v1/events",
            {"starting_after": "evt_1", "ending_before": "evt_2"},
            "parameters_exclusive",
            None,
        ),
        ("/v1/events", {"type": "a", "types[0]": "b"}, "parameters_exclusive", None),
        ("/v1/events", {"created[since]": "1"}, UNKNOWN, "created[since]"),
        ("/v1/events", {"created": "yesterday"}, NO_INTEGER, "created"),
        ("/v1/events", {"delivery_success": "no"}, None, "delivery_success"),
        ("/v1/events", {f"types[{n}]": "charge.failed" for n in range(21)}, None, "types"),
        ("/v1/refunds", {"expand[0]": "payment_intent"}, None, "expand"),
        ("/v1/refunds", {"expand[0]": "data"}, None, "expand"),
        ("/v1/refunds", {"expand[0]": "data.amount"}, None, "expand"),
        ("/v1/balance", {"limit": "1"}, UNKNOWN, "limit"),
        (SESSIONS, {"status": "lost"}, None, "status"),
    ],
)
async def test_a_list_that_stripe_refuses(
    send: Send, path: str, fields: dict[str, str], code: str | None, param: str | None
) -> None:
    assert refusal(await send("GET", path, fields)) == (400, INVALID, code, param)


async def test_a_cursor_is_named_by_its_kind(send: Send) -> None:
    _, error = await send("GET", SESSIONS, {"starting_after": "cs_test_none"})
    assert error["message"] == "No such checkout.session: 'cs_test_none'"


async def test_refunds_that_stripe_refuses(
    send: Send, local: LocalStripe, client: stripe.StripeClient
) -> None:
    paid = await local.pay((await open_session(client)).id)
    refund = {"payment_intent": paid["payment_intent"]}
    charge = local.state.charge_of(paid["id"])

    async def refused(**fields: str) -> Refusal:
        return refusal(await send("POST", "/v1/refunds", refund | fields))

    assert await refused(amount="500") == (400, INVALID, None, "amount")
    assert await refused(amount="0") == (400, INVALID, NO_INTEGER, "amount")
    assert await refused(amount="1.5") == (400, INVALID, NO_INTEGER, "amount")
    assert await refused(reason="regret") == (400, INVALID, None, "reason")
    assert await refused(charge=charge.id) == (400, INVALID, "parameters_exclusive", None)
    assert await refused(**{"expand[0]": "nothing"}) == (400, INVALID, None, "expand")
    assert not local.state.refunds, "what is refused was not done either"
    missing = await send("POST", "/v1/refunds", {"payment_intent": "pi_none"})
    assert refusal(missing) == (400, INVALID, "resource_missing", "payment_intent")
    assert (await send("POST", "/v1/refunds", refund | {"amount": "400"}))[0] == 200
    assert await refused(amount="100") == (400, INVALID, None, "amount")
    assert (await send("POST", "/v1/refunds", refund))[0] == 200
    assert await refused() == (400, INVALID, "charge_already_refunded", None)
    disputed = await local.pay((await open_session(client)).id)
    await local.open_dispute(disputed["id"])
    answer = await send("POST", "/v1/refunds", {"payment_intent": disputed["payment_intent"]})
    assert refusal(answer) == (400, INVALID, "charge_disputed", None)


async def test_what_is_over_is_over(
    send: Send, local: LocalStripe, client: stripe.StripeClient
) -> None:
    paid = await local.pay((await open_session(client)).id)
    expired = await send("POST", f"{SESSIONS}/{paid['id']}/expire")
    assert refusal(expired) == (400, INVALID, None, None)
    refund = await local.refund(paid["id"], 1)
    cancelled = await send("POST", f"/v1/refunds/{refund['id']}/cancel")
    assert refusal(cancelled) == (400, INVALID, None, None)
    dispute = await local.open_dispute(paid["id"])
    await local.lose_dispute(dispute["id"])
    for path in (f"/v1/disputes/{dispute['id']}/close", f"/v1/disputes/{dispute['id']}"):
        assert refusal(await send("POST", path)) == (400, INVALID, None, None)


async def test_metadata_stays_within_its_limits_when_it_grows(
    send: Send, client: stripe.StripeClient
) -> None:
    session = await open_session(client)
    path = f"{SESSIONS}/{session.id}"
    more = {f"metadata[k{n}]": "v" for n in range(49)}
    status, shown = await send("POST", path, more)
    assert (status, len(shown["metadata"])) == (200, 50)
    assert refusal(await send("POST", path, {"metadata[x]": "v"})) == (
        400,
        INVALID,
        None,
        "metadata",
    )
    _, shown = await send("POST", path, {"metadata[k0]": "", "metadata[x]": "v"})
    assert (len(shown["metadata"]), "k0" in shown["metadata"]) == (50, False)
    _, shown = await send("POST", path, {"metadata": ""})
    assert shown["metadata"] == {}


async def test_evidence_has_an_end(
    send: Send, local: LocalStripe, client: stripe.StripeClient
) -> None:
    paid = await local.pay((await open_session(client)).id)
    dispute = await local.open_dispute(paid["id"])
    path = f"/v1/disputes/{dispute['id']}"
    long = {"evidence[uncategorized_text]": "x" * 150_000, "submit": "false"}
    assert (await send("POST", path, long))[0] == 200
    more = await send("POST", path, {"evidence[customer_name]": "x", "submit": "false"})
    assert refusal(more) == (400, INVALID, None, "evidence")
    unknown = await send("POST", path, {"evidence[bribe]": "x"})
    assert refusal(unknown) == (400, INVALID, UNKNOWN, "evidence[bribe]")


async def test_what_the_account_has_none_of_is_an_empty_list(send: Send) -> None:
    for path in ("/v1/payouts", "/v1/transfers", "/v1/invoices"):
        status, shown = await send("GET", path, {"limit": "1"})
        assert (status, shown["data"], shown["url"]) == (200, [], path)

"""Every object, event and error of the local Stripe is as the pinned version publishes it."""

import json
from typing import Any

import aiohttp
import pytest
import stripe

from sandbox.stripe import LocalStripe
from sandbox.stripe.play import Play
from tests.sandbox.stripe.buying import open_session
from tests.sandbox.stripe.conftest import KEY
from tests.support.stripe_schema import StripeSchema


@pytest.fixture(scope="module")
def schema() -> StripeSchema:
    return StripeSchema()


async def fetch(local: LocalStripe, path: str, **params: str) -> Any:
    """An answer as it is on the wire."""
    headers = {"Authorization": f"Bearer {KEY}"}
    async with (
        aiohttp.ClientSession(headers=headers) as http,
        http.get(f"{local.url}{path}", params=params) as answer,
    ):
        return await answer.json()


async def every_checkout(client: stripe.StripeClient, local: LocalStripe) -> list[str]:
    """One checkout of each end; returns the ids of the payments that came through."""
    ids = [(await open_session(client)).id for _ in range(8)]
    await local.decline(ids[0])
    await local.pay(ids[0], presentment=(780, "jpy"))
    await local.fail_later((await local.pay_later(ids[1]))["id"])
    await local.succeed_later((await local.pay_later(ids[2]))["id"])
    await local.expire(ids[3])
    await local.adjust(ids[4], discount=499)
    await local.pay(ids[4])
    recovering = await open_session(client, after_expiration={"recovery": {"enabled": True}})
    await local.decline(recovering.id)
    await local.expire(recovering.id)
    copy = await local.recover(recovering.id)
    await local.pay(copy["id"])
    for each in ids[5:]:
        await local.pay(each)
    return [ids[0], ids[2], *ids[5:], copy["id"]]


async def every_refund(play: Play, paid: list[str]) -> None:
    """One refund of each end."""
    for target in paid[:2]:
        await play.refund(target, 1)
        await play.fail_refund((await play.refund(target, 2, status="pending"))["id"])
        await play.succeed_refund((await play.refund(target, 3, status="pending"))["id"])
        await play.cancel_refund((await play.refund(target, 4, status="requires_action"))["id"])
        explained = await play.refund(target, 5, status="pending", reason="fraudulent")
        await play.explain_refund(explained["id"], "insufficient_funds")
        await play.hang_refund((await play.refund(target, 6, status="succeeded"))["id"])


async def every_dispute(play: Play, paid: list[str]) -> None:
    """Disputes in all turns."""
    await play.warn_of_fraud(paid[2])
    won = (await play.open_dispute(paid[2]))["id"]
    await play.answer_dispute(won)
    await play.win_dispute(won)
    await play.reopen_dispute(won)
    await play.lose_dispute(won)
    await play.appeal_dispute(won)
    await play.answer_dispute(won)
    await play.lose_dispute(won)
    await play.reinstate(won, 1)
    await play.correct_dispute(won, -1)
    asked = (await play.open_inquiry(paid[3]))["id"]
    await play.escalate_inquiry(asked)
    await play.win_dispute((await play.open_inquiry(paid[4]))["id"])
    await play.open_dispute(paid[4], status="prevented")
    await play.open_dispute(paid[4], status="lost", reason="product_not_received")
    await play.open_dispute(paid[1], currency="eur", withdrawal=400)


async def test_every_object_and_event_is_as_published(
    client: stripe.StripeClient, local: LocalStripe, schema: StripeSchema
) -> None:
    paid = await every_checkout(client, local)
    await every_refund(local, paid)
    await every_dispute(local, paid)
    events = local.events()
    sent = {event["type"] for event in events}
    assert len(sent) > 20, sent
    assert [wrong for event in events for wrong in schema.violations(event)] == []


LISTS = (
    *("/v1/checkout/sessions", "/v1/payment_intents", "/v1/charges", "/v1/refunds"),
    *("/v1/disputes", "/v1/radar/early_fraud_warnings", "/v1/balance_transactions"),
    *("/v1/events", "/v1/webhook_endpoints"),
)


async def test_every_answer_is_as_published(
    client: stripe.StripeClient, local: LocalStripe, schema: StripeSchema
) -> None:
    paid = await every_checkout(client, local)
    await every_refund(local, paid)
    await every_dispute(local, paid)
    answers = [await fetch(local, path, limit="100") for path in LISTS]
    assert all(answer["data"] for answer in answers)
    answers += [await fetch(local, path) for path in ("/v1/balance", "/v1/account")]
    session = f"/v1/checkout/sessions/{paid[0]}"
    answers.append(await fetch(local, f"{session}/line_items"))
    whole = {"expand[0]": "line_items", "expand[1]": "payment_intent.latest_charge.refunds"}
    answers.append(await fetch(local, session, **whole))
    assert answers[-1]["payment_intent"]["latest_charge"]["refunds"]["data"]
    for path in LISTS[:-2]:
        first = (await fetch(local, path))["data"][0]
        answers.append(await fetch(local, f"{path}/{first['id']}"))
    assert [wrong for answer in answers for wrong in schema.violations(answer)] == []


async def test_a_refusal_is_as_published(
    local: LocalStripe, schema: StripeSchema, client: stripe.StripeClient
) -> None:
    session = await open_session(client)
    refused = [
        await fetch(local, "/v1/nowhere"),
        await fetch(local, "/v1/refunds/re_none"),
        await fetch(local, "/v1/refunds", limit="101"),
        await fetch(local, "/v1/refunds", colour="red"),
        await fetch(local, f"/v1/checkout/sessions/{session.id}", **{"expand[]": "id"}),
    ]
    for options in ({}, {"Authorization": "Bearer sk_test_other"}):
        async with (
            aiohttp.ClientSession(headers=options) as http,
            http.get(f"{local.url}/v1/refunds") as answer,
        ):
            assert answer.status == 401
            refused.append(await answer.json())
    assert all("error" in each for each in refused), refused
    assert [wrong for each in refused for wrong in schema.violations(each)] == []


async def test_a_new_endpoint_tells_its_secret_once(
    local: LocalStripe, client: stripe.StripeClient, schema: StripeSchema
) -> None:
    made = await client.v1.webhook_endpoints.create_async(
        {"url": "https://example.com/hook", "enabled_events": ["charge.refunded"]}
    )
    shown = await fetch(local, f"/v1/webhook_endpoints/{made.id}")
    assert "secret" not in shown
    gone = await client.v1.webhook_endpoints.delete_async(made.id)
    wrong = [schema.violations(json.loads(str(each))) for each in (made, gone)]
    assert [*wrong, schema.violations(shown)] == [[], [], []]


async def test_what_is_not_as_published_is_noticed(
    client: stripe.StripeClient, local: LocalStripe, schema: StripeSchema
) -> None:
    await local.pay((await open_session(client)).id)
    (event,) = local.events("checkout.session.completed")
    session: dict[str, Any] = event["data"]["object"]
    assert schema.violations(event) == []
    assert schema.violations({key: value for key, value in session.items() if key != "mode"})
    assert schema.violations(session | {"colour": "red"})
    assert schema.violations(session | {"status": "lost"})
    assert schema.violations(event | {"data": {"object": session | {"amount_total": "4.99"}}})
    changed = {"object": session, "previous_attributes": {"colour": "blue"}}
    assert schema.violations(event | {"data": changed})
    assert schema.violations({"error": {"message": "No.", "type": "mood_error"}})


def test_a_request_that_is_not_as_published_is_noticed(schema: StripeSchema) -> None:
    asked = schema.asked
    good = {"limit": "100", "types": {"0": "charge.failed"}, "created": {"gte": "1"}}
    assert asked("GET", "/v1/events", good) == []
    assert asked("GET", "/v1/events", good | {"colour": "red"})
    assert asked("GET", "/v1/events", good | {"limit": "many"})
    assert asked("GET", "/v1/events", good | {"created": {"since": "1"}})
    assert asked("POST", "/v1/refunds", {"reason": "regret"})
    assert asked("POST", "/v1/refunds", {"metadata": {"a": "1"}, "amount": "1"}) == []
    assert asked("GET", "/v1/refunds/re_1Ab", {"expand": {"0": "charge"}}) == []
    assert asked("GET", "/v1/orders", {})

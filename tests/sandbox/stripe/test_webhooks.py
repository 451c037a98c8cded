"""Events on their way: signatures, retries, and bad luck."""

import asyncio

import pytest
import stripe

from sandbox.stripe import LocalStripe
from tests.sandbox.stripe.buying import open_session
from tests.sandbox.stripe.conftest import KEY, Hands
from tests.sandbox.stripe.inbox import SECRET, WebhookInbox


async def test_an_event_has_the_real_envelope(
    client: stripe.StripeClient, local: LocalStripe, inbox: WebhookInbox, clock: Hands
) -> None:
    session = await open_session(client)
    await client.v1.checkout.sessions.expire_async(session.id, None, {"idempotency_key": "k1"})
    await local.drain()
    (event,) = inbox.events
    assert event["id"].startswith("evt_")
    assert event["object"] == "event"
    assert event["api_version"] == "2026-10-28.endive"
    assert event["created"] == clock.seconds
    assert event["livemode"] is False
    assert event["pending_webhooks"] == 1
    assert event["request"]["id"].startswith("req_")
    assert event["request"]["idempotency_key"] == "k1"
    assert event["data"]["object"]["id"] == session.id
    assert inbox.headers[0]["Content-Type"] == "application/json; charset=utf-8"
    kept = await client.v1.events.retrieve_async(event["id"])
    assert kept.pending_webhooks == 0
    assert kept.to_dict()["data"] == event["data"]


async def test_a_refused_event_is_sent_again_with_a_new_signature(
    client: stripe.StripeClient, local: LocalStripe, inbox: WebhookInbox, clock: Hands
) -> None:
    inbox.statuses = [500, 302]
    session = await open_session(client)
    await local.expire(session.id)
    for attempts in (1, 2):
        await local.drain()
        assert len(inbox.events) == attempts
        undelivered = await client.v1.events.list_async({"delivery_success": False})
        assert [each.id for each in undelivered.data] == [inbox.events[0]["id"]]
        clock.move(3600)
        assert local.release()
    await local.drain()
    assert [event["id"] for event in inbox.events] == [inbox.events[0]["id"]] * 3
    assert len({header["Stripe-Signature"].partition(",")[0] for header in inbox.headers}) == 3
    (delivery,) = local.dispatcher.of(inbox.events[0]["id"])
    assert delivery.state == "delivered"
    assert [attempt.status for attempt in delivery.attempts] == [500, 302, 200]
    assert not (await client.v1.events.list_async({"delivery_success": False})).data


async def test_pauses_pass_by_themselves_and_end(clock: Hands, inbox: WebhookInbox) -> None:
    inbox.statuses = [500, 500, 500]
    async with LocalStripe(
        secret_key=KEY,
        clock=clock,
        webhook_endpoints=[(inbox.url, SECRET, ["refund.created"])],
        retry_pauses=[0.001, 0.001],
    ) as local:
        event = local.forge("refund.created", {"id": "re_1", "object": "refund"})
        local.forge("refund.updated", {"id": "re_1", "object": "refund"})
        while len(inbox.events) < 3:
            await inbox.arrived.wait()
            inbox.arrived.clear()
        await local.drain()
        (delivery,) = local.dispatcher.of(event["id"])
        assert (delivery.state, len(delivery.attempts)) == ("failed", 3)
        assert inbox.types() == ["refund.created"] * 3, "only what it asked for"


async def test_an_endpoint_that_is_not_there_is_an_error(clock: Hands) -> None:
    dead = [("http://127.0.0.1:9/", SECRET, ())]
    async with LocalStripe(secret_key=KEY, clock=clock, webhook_endpoints=dead) as local:
        event = local.forge("refund.created", {"id": "re_1", "object": "refund"})
        await local.drain()
        (delivery,) = local.dispatcher.of(event["id"])
        assert delivery.state == "waiting"
        assert "ClientConnectorError" in (delivery.attempts[0].error or "")


async def test_a_lost_event_is_only_in_the_list(
    client: stripe.StripeClient, local: LocalStripe, inbox: WebhookInbox
) -> None:
    local.plan("lose", "checkout.session.completed")
    session = await open_session(client)
    await local.pay(session.id)
    await local.drain()
    assert "checkout.session.completed" not in inbox.types()
    lost = await client.v1.events.list_async(
        {"delivery_success": False, "types": ["checkout.session.completed"]}
    )
    assert [each.pending_webhooks for each in lost.data] == [1]
    await local.deliver(lost.data[0].id)
    assert inbox.types()[-1] == "checkout.session.completed"
    assert not (await client.v1.events.list_async({"delivery_success": False})).data


async def test_an_event_may_never_be_made(
    client: stripe.StripeClient, local: LocalStripe, inbox: WebhookInbox
) -> None:
    local.plan("never", "checkout.session.*")
    session = await open_session(client)
    paid = await local.pay(session.id)
    await local.drain()
    assert paid["payment_status"] == "paid"
    assert not [each for each in inbox.types() if each.startswith("checkout.")]
    assert not local.events("checkout.session.completed")


async def test_held_events_are_delivered_in_any_order(
    client: stripe.StripeClient, local: LocalStripe, inbox: WebhookInbox
) -> None:
    plan = local.plan("hold", times=None)
    session = await open_session(client)
    await local.pay(session.id)
    local.dispatcher.plans.cancel(plan)
    await local.drain()
    assert not inbox.events
    for event in reversed(local.events()):
        await local.deliver(event["id"])
    assert inbox.types() == [event["type"] for event in reversed(local.events())]


async def test_an_event_may_come_twice_at_once_and_again(
    client: stripe.StripeClient, local: LocalStripe, inbox: WebhookInbox
) -> None:
    local.plan("twice")
    session = await open_session(client)
    await local.expire(session.id)
    await local.drain()
    local.resend(inbox.events[0]["id"])
    await local.drain()
    assert [event["id"] for event in inbox.events] == [inbox.events[0]["id"]] * 3


async def test_a_delayed_event_can_be_lost_on_the_way(
    client: stripe.StripeClient, local: LocalStripe, inbox: WebhookInbox
) -> None:
    local.plan("delay", seconds=3600)
    session = await open_session(client)
    await local.expire(session.id)
    (event,) = local.events()
    local.lose(event["id"])
    await local.drain()
    assert not inbox.events
    assert local.dispatcher.of(event["id"])[0].state == "lost"


async def test_after_a_roll_both_secrets_sign(local: LocalStripe, inbox: WebhookInbox) -> None:
    (endpoint,) = local.state.endpoints.values()
    endpoint.secrets = ("whsec_old", "whsec_new")
    for secret in endpoint.secrets:
        inbox.secret = secret
        local.forge("refund.created", {"id": "re_1", "object": "refund"})
        await local.drain()
    assert inbox.headers[0]["Stripe-Signature"].count("v1=") == 2
    assert len(inbox.events) == 2


async def test_paying_waits_for_the_answer_of_the_endpoint(
    client: stripe.StripeClient, local: LocalStripe, inbox: WebhookInbox
) -> None:
    session = await open_session(client)
    inbox.gate.clear()
    paying = asyncio.create_task(local.pay(session.id))
    while "checkout.session.completed" not in inbox.types():
        await inbox.arrived.wait()
        inbox.arrived.clear()
    assert not paying.done()
    inbox.gate.set()
    assert (await paying)["payment_status"] == "paid"


async def test_anything_can_be_forged(local: LocalStripe, inbox: WebhookInbox) -> None:
    local.forge("x.y", {"id": "x"}, livemode=True, account="acct_other", api_version="2020-08-27")
    await local.drain()
    (event,) = inbox.events
    assert (event["livemode"], event["account"], event["api_version"]) == (
        True,
        "acct_other",
        "2020-08-27",
    )


async def test_events_are_listed_for_thirty_days(
    client: stripe.StripeClient, local: LocalStripe, clock: Hands
) -> None:
    old = await open_session(client)
    await local.expire(old.id)
    clock.move(20 * 24 * 3600)
    new = await open_session(client)
    await local.pay(new.id)
    listed = await client.v1.events.list_async({"created": {"gte": clock.seconds}})
    assert len(listed.data) == 5
    assert len((await client.v1.events.list_async()).data) == 6
    by_pattern = await client.v1.events.list_async({"type": "charge.*"})
    assert [each.type for each in by_pattern.data] == ["charge.updated", "charge.succeeded"]
    oldest = local.events()[0]["id"]
    clock.move(11 * 24 * 3600)
    assert len((await client.v1.events.list_async()).data) == 5
    with pytest.raises(stripe.InvalidRequestError, match="No such event"):
        await client.v1.events.retrieve_async(oldest)

"""Checkout Sessions: opening, reading, paying, expiry."""

import pytest
import stripe

from sandbox.stripe import LocalStripe, NotPossible
from tests.sandbox.stripe.buying import PARAMS, open_session
from tests.sandbox.stripe.conftest import Hands
from tests.sandbox.stripe.inbox import WebhookInbox

DAY = 24 * 3600


async def test_a_new_session_is_open_and_unpaid(
    client: stripe.StripeClient, local: LocalStripe, clock: Hands
) -> None:
    session = await open_session(client)
    assert session.id.startswith("cs_test_")
    assert (session.status, session.payment_status) == ("open", "unpaid")
    assert (session.amount_subtotal, session.amount_total, session.currency) == (499, 499, "usd")
    assert session.created == clock.seconds
    assert session.expires_at == clock.seconds + DAY
    assert session.livemode is False
    assert session.payment_intent is None
    assert session.url is not None
    assert session.url.startswith(f"{local.url}/c/pay/{session.id}#")
    assert len(session.url) > 512, "as long as Stripe's: Discord's buttons cannot hold it"
    assert session.metadata is not None
    assert session.metadata["payment"] == "payment-1"
    assert session.client_reference_id == "payment-1"


async def test_a_paid_session_names_its_payment(
    client: stripe.StripeClient, local: LocalStripe
) -> None:
    opened = await open_session(client)
    await local.pay(opened.id, email="someone@example.com")
    session = await client.v1.checkout.sessions.retrieve_async(
        opened.id,
        {"expand": ["line_items", "payment_intent.latest_charge.balance_transaction"]},
    )
    assert (session.status, session.payment_status, session.url) == ("complete", "paid", None)
    assert session.customer_details is not None
    assert session.customer_details.email == "someone@example.com"
    assert session.line_items is not None
    assert session.line_items.data[0].description == "500 points"
    intent = session.payment_intent
    assert isinstance(intent, stripe.PaymentIntent)
    assert (intent.status, intent.amount_received) == ("succeeded", 499)
    assert intent.metadata["payment"] == "payment-1"
    charge = intent.latest_charge
    assert isinstance(charge, stripe.Charge)
    assert (charge.paid, charge.amount, charge.refunded) == (True, 499, False)
    booked = charge.balance_transaction
    assert isinstance(booked, stripe.BalanceTransaction)
    assert (booked.amount, booked.fee, booked.net) == (499, 44, 455)


async def test_paying_tells_it_in_the_order_of_the_real_thing(
    client: stripe.StripeClient, local: LocalStripe, inbox: WebhookInbox
) -> None:
    session = await open_session(client)
    await local.pay(session.id)
    await local.drain()
    assert [event["type"] for event in local.events()] == [
        "payment_intent.created",
        "charge.succeeded",
        "payment_intent.succeeded",
        "checkout.session.completed",
        "charge.updated",
    ]
    assert sorted(inbox.types()) == sorted(event["type"] for event in local.events())
    (completed,) = inbox.of("checkout.session.completed")
    assert (completed["status"], completed["payment_status"]) == ("complete", "paid")
    (updated,) = local.events("charge.updated")
    assert updated["data"]["previous_attributes"] == {"balance_transaction": None}


async def test_a_declined_card_leaves_the_session_open(
    client: stripe.StripeClient, local: LocalStripe
) -> None:
    session = await open_session(client)
    shown = await local.decline(session.id, code="insufficient_funds")
    assert (shown["status"], shown["payment_status"]) == ("open", "unpaid")
    intent = await client.v1.payment_intents.retrieve_async(shown["payment_intent"])
    assert intent.status == "requires_payment_method"
    assert intent.last_payment_error is not None
    assert intent.last_payment_error.decline_code == "insufficient_funds"
    paid = await local.pay(session.id)
    assert paid["payment_intent"] == intent.id, "the same intent takes the second try"
    charges = await client.v1.charges.list_async({"payment_intent": intent.id})
    assert [charge.status for charge in charges.data] == ["succeeded", "failed"]


@pytest.mark.parametrize(
    ("arrives", "payment_status", "events"),
    [
        (True, "paid", "checkout.session.async_payment_succeeded"),
        (False, "unpaid", "checkout.session.async_payment_failed"),
    ],
)
async def test_a_delayed_payment_completes_unpaid_and_ends_later(
    client: stripe.StripeClient,
    local: LocalStripe,
    inbox: WebhookInbox,
    *,
    arrives: bool,
    payment_status: str,
    events: str,
) -> None:
    session = await open_session(client)
    shown = await local.pay_later(session.id)
    assert (shown["status"], shown["payment_status"]) == ("complete", "unpaid")
    assert inbox.of("checkout.session.completed")[0]["payment_status"] == "unpaid"
    intent = await client.v1.payment_intents.retrieve_async(shown["payment_intent"])
    assert intent.status == "processing"
    ended = await (local.succeed_later if arrives else local.fail_later)(session.id)
    assert (ended["status"], ended["payment_status"]) == ("complete", payment_status)
    await local.drain()
    assert inbox.of(events)[0]["id"] == session.id
    with pytest.raises(NotPossible):
        await local.succeed_later(session.id)


async def test_a_session_lapses_by_the_clock(
    client: stripe.StripeClient, local: LocalStripe, clock: Hands, inbox: WebhookInbox
) -> None:
    session = await open_session(client, expires_at=clock.seconds + 1800)
    clock.move(1799)
    assert (await client.v1.checkout.sessions.retrieve_async(session.id)).status == "open"
    clock.move(1)
    expired = await client.v1.checkout.sessions.retrieve_async(session.id)
    assert (expired.status, expired.url) == ("expired", None)
    await local.drain()
    assert inbox.types() == ["checkout.session.expired"]
    with pytest.raises(NotPossible):
        await local.pay(session.id)


async def test_a_session_lapses_without_anybody_looking(
    client: stripe.StripeClient, clock: Hands, inbox: WebhookInbox
) -> None:
    await open_session(client)
    clock.move(DAY)
    await inbox.arrived.wait()
    assert inbox.types() == ["checkout.session.expired"]


async def test_a_session_can_be_expired_once(
    client: stripe.StripeClient, local: LocalStripe, inbox: WebhookInbox
) -> None:
    session = await open_session(client)
    expired = await client.v1.checkout.sessions.expire_async(session.id)
    assert expired.status == "expired"
    await local.drain()
    assert inbox.types() == ["checkout.session.expired"]
    with pytest.raises(stripe.InvalidRequestError, match="can be expired"):
        await client.v1.checkout.sessions.expire_async(session.id)


async def test_a_payment_on_its_way_may_arrive_after_expiry(
    client: stripe.StripeClient, local: LocalStripe
) -> None:
    session = await open_session(client)
    await local.expire(session.id)
    paid = await local.pay(session.id, after_expiry=True)
    assert (paid["status"], paid["payment_status"]) == ("complete", "paid")


async def test_an_expired_session_comes_back_as_a_copy(
    client: stripe.StripeClient, local: LocalStripe
) -> None:
    session = await open_session(client, after_expiration={"recovery": {"enabled": True}})
    expired = await client.v1.checkout.sessions.expire_async(session.id)
    assert expired.after_expiration is not None
    assert expired.after_expiration.recovery is not None
    assert expired.after_expiration.recovery.url == f"{local.url}/c/pay/{session.id}/recover"
    copy = await local.recover(session.id)
    assert copy["recovered_from"] == session.id
    assert copy["metadata"] == {"payment": "payment-1"}
    assert (await local.pay(copy["id"]))["payment_status"] == "paid"


async def test_a_full_discount_needs_no_payment(
    client: stripe.StripeClient, local: LocalStripe
) -> None:
    session = await open_session(client)
    shown = await local.adjust(session.id, discount=499)
    assert (shown["amount_subtotal"], shown["amount_total"]) == (499, 0)
    paid = await local.pay(session.id)
    assert (paid["payment_status"], paid["payment_intent"]) == ("no_payment_required", None)


async def test_the_buyer_may_see_another_currency(
    client: stripe.StripeClient, local: LocalStripe
) -> None:
    session = await open_session(client)
    shown = await local.pay(session.id, presentment=(780, "jpy"))
    assert (shown["amount_total"], shown["currency"]) == (499, "usd")
    assert shown["presentment_details"] == {
        "presentment_amount": 780,
        "presentment_currency": "jpy",
    }


async def test_the_intent_of_a_lapsed_session_is_cancelled(
    client: stripe.StripeClient, local: LocalStripe
) -> None:
    session = await open_session(client)
    await local.decline(session.id)
    await local.expire(session.id)
    assert [event["type"] for event in local.events()][-2:] == [
        "payment_intent.canceled",
        "checkout.session.expired",
    ]


async def test_what_costs_nothing_cannot_be_declined(
    client: stripe.StripeClient, local: LocalStripe
) -> None:
    session = await open_session(client)
    await local.adjust(session.id, discount=499)
    for act in (local.decline, local.pay_later):
        with pytest.raises(NotPossible, match="costs nothing"):
            await act(session.id)
    with pytest.raises(NotPossible):
        await local.adjust(session.id, discount=500)


async def test_tax_is_paid_on_top(client: stripe.StripeClient, local: LocalStripe) -> None:
    session = await open_session(client)
    await local.adjust(session.id, tax=100)
    paid = await local.pay(session.id)
    assert (paid["amount_subtotal"], paid["amount_total"]) == (499, 599)
    intent = await client.v1.payment_intents.retrieve_async(paid["payment_intent"])
    assert intent.amount_received == 599


async def test_an_unknown_session_is_missing(client: stripe.StripeClient) -> None:
    with pytest.raises(stripe.InvalidRequestError, match=r"No such checkout\.session") as refused:
        await client.v1.checkout.sessions.retrieve_async("cs_test_none")
    assert (refused.value.http_status, refused.value.code) == (404, "resource_missing")


async def test_sessions_are_listed_newest_first_and_by_payment_intent(
    client: stripe.StripeClient, local: LocalStripe
) -> None:
    ids = [(await open_session(client)).id for _ in range(5)]
    first = await client.v1.checkout.sessions.list_async({"limit": 2})
    assert [each.id for each in first.data] == [ids[4], ids[3]]
    assert first.has_more
    assert [each.id async for each in first.auto_paging_iter()] == ids[::-1]
    newer = await client.v1.checkout.sessions.list_async({"ending_before": ids[1], "limit": 2})
    assert [each.id for each in newer.data] == [ids[3], ids[2]]
    paid = await local.pay(ids[2])
    found = await client.v1.checkout.sessions.list_async({"payment_intent": paid["payment_intent"]})
    assert [each.id for each in found.data] == [ids[2]]
    still_open = await client.v1.checkout.sessions.list_async({"status": "open"})
    assert len(still_open.data) == 4
    items = await client.v1.checkout.sessions.line_items.list_async(ids[0])
    assert items.data[0].amount_total == PARAMS["line_items"][0]["price_data"]["unit_amount"]

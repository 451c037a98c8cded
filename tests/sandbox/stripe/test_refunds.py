"""Refunds: by the API, in the dashboard, pending, failing."""

import pytest
import stripe

from sandbox.stripe import LocalStripe, NotPossible
from tests.sandbox.stripe.buying import open_session
from tests.sandbox.stripe.inbox import WebhookInbox


async def paid_intent(client: stripe.StripeClient, local: LocalStripe) -> str:
    session = await open_session(client)
    return str((await local.pay(session.id))["payment_intent"])


async def amount_refunded(client: stripe.StripeClient, intent: str) -> int:
    charges = await client.v1.charges.list_async({"payment_intent": intent})
    return charges.data[0].amount_refunded


async def test_partial_refunds_add_up_to_the_whole(
    client: stripe.StripeClient, local: LocalStripe, inbox: WebhookInbox
) -> None:
    intent = await paid_intent(client, local)
    first = await client.v1.refunds.create_async(
        {"payment_intent": intent, "amount": 99, "metadata": {"refund": "1"}},
        {"idempotency_key": "k1"},
    )
    assert (first.status, first.amount, first.currency) == ("succeeded", 99, "usd")
    assert first.id.startswith("re_")
    again = await client.v1.refunds.create_async(
        {"payment_intent": intent, "amount": 99, "metadata": {"refund": "1"}},
        {"idempotency_key": "k1"},
    )
    assert again.id == first.id
    with pytest.raises(stripe.InvalidRequestError, match="greater than unrefunded") as refused:
        await client.v1.refunds.create_async({"payment_intent": intent, "amount": 401})
    assert refused.value.param == "amount"
    rest = await client.v1.refunds.create_async({"payment_intent": intent})
    assert rest.amount == 400
    with pytest.raises(stripe.InvalidRequestError) as done:
        await client.v1.refunds.create_async({"payment_intent": intent})
    assert done.value.code == "charge_already_refunded"
    await local.drain()
    events = [event["data"] for event in local.events("charge.refunded")]
    assert [each["object"]["amount_refunded"] for each in events] == [99, 499]
    assert [each["object"]["refunded"] for each in events] == [False, True]
    assert events[1]["previous_attributes"] == {"amount_refunded": 99, "refunded": False}
    assert "refunds" not in events[0]["object"]
    assert sorted(each["id"] for each in inbox.of("refund.created")) == sorted([first.id, rest.id])
    listed = await client.v1.refunds.list_async({"payment_intent": intent})
    assert [each.id for each in listed.data] == [rest.id, first.id]
    kept = await client.v1.refunds.retrieve_async(first.id)
    assert kept.to_dict()["metadata"] == {"refund": "1"}


async def test_a_planned_refund_hangs_and_then_arrives(
    client: stripe.StripeClient, local: LocalStripe
) -> None:
    intent = await paid_intent(client, local)
    local.plan_refund("pending")
    made = await client.v1.refunds.create_async({"payment_intent": intent})
    assert (made.status, made.pending_reason) == ("pending", "processing")
    assert await amount_refunded(client, intent) == 499
    assert (await local.succeed_refund(made.id))["status"] == "succeeded"
    updated = local.events("refund.updated")[-1]
    assert updated["data"]["previous_attributes"]["status"] == "pending"


async def test_a_refund_that_succeeded_may_hang_and_fail(
    client: stripe.StripeClient, local: LocalStripe
) -> None:
    intent = await paid_intent(client, local)
    made = await client.v1.refunds.create_async({"payment_intent": intent})
    assert (await local.hang_refund(made.id))["status"] == "pending"
    failed = await local.fail_refund(made.id, reason="lost_or_stolen_card")
    assert (failed["status"], failed["failure_reason"]) == ("failed", "lost_or_stolen_card")
    assert await amount_refunded(client, intent) == 0
    assert [event["type"] for event in local.events()][-3:] == [
        "refund.updated",
        "charge.refund.updated",
        "refund.failed",
    ]
    balance = await client.v1.balance.retrieve_async()
    assert (balance.pending[0].amount, balance.available[0].amount) == (455, 0)
    with pytest.raises(NotPossible):
        await local.fail_refund(made.id)


async def test_a_refund_that_failed_may_arrive_after_all(
    client: stripe.StripeClient, local: LocalStripe
) -> None:
    intent = await paid_intent(client, local)
    made = await client.v1.refunds.create_async({"payment_intent": intent})
    await local.fail_refund(made.id)
    arrived = await local.succeed_refund(made.id)
    assert (arrived["status"], "failure_reason" in arrived) == ("succeeded", False)
    assert await amount_refunded(client, intent) == 499
    balance = await client.v1.balance.retrieve_async()
    assert (balance.pending[0].amount, balance.available[0].amount) == (455, -499)
    with pytest.raises(NotPossible):
        await local.succeed_refund(made.id)
    assert (await local.say_of_refund(made.id, "in_limbo"))["status"] == "in_limbo"
    with pytest.raises(NotPossible):
        await local.say_of_refund("re_none", "in_limbo")


async def test_only_a_refund_that_waits_for_the_buyer_can_be_cancelled(
    client: stripe.StripeClient, local: LocalStripe
) -> None:
    intent = await paid_intent(client, local)
    local.plan_refund("requires_action")
    made = await client.v1.refunds.create_async({"payment_intent": intent, "amount": 100})
    assert made.instructions_email == "buyer@example.com"
    canceled = await client.v1.refunds.cancel_async(made.id)
    assert canceled.status == "canceled"
    assert await amount_refunded(client, intent) == 0
    with pytest.raises(stripe.InvalidRequestError, match="cannot cancel"):
        await client.v1.refunds.cancel_async(made.id)


async def test_a_debit_is_refunded_slowly_and_without_the_cards_events(
    client: stripe.StripeClient, local: LocalStripe
) -> None:
    session = await open_session(client)
    shown = await local.pay_later(session.id)
    with pytest.raises(stripe.InvalidRequestError, match="successful charge"):
        await client.v1.refunds.create_async({"payment_intent": shown["payment_intent"]})
    await local.succeed_later(session.id)
    made = await client.v1.refunds.create_async({"payment_intent": shown["payment_intent"]})
    assert (made.status, made.id.partition("_")[0]) == ("pending", "pyr")
    await local.succeed_refund(made.id)
    assert not local.events("charge.refund.updated")


async def test_a_refund_in_the_dashboard_is_told_like_any_other(
    client: stripe.StripeClient, local: LocalStripe, inbox: WebhookInbox
) -> None:
    session = await open_session(client)
    await local.pay(session.id)
    made = await local.refund(session.id, 120)
    await local.drain()
    assert inbox.of("refund.created")[0]["id"] == made["id"]
    assert local.events("refund.created")[0]["request"] == {"id": None, "idempotency_key": None}
    with pytest.raises(NotPossible):
        await local.refund(session.id, 380)


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({}, "payment_intent or charge"),
        ({"payment_intent": "pi_none"}, "No such payment_intent"),
        ({"charge": "ch_none"}, "No such charge"),
        ({"charge": "ch_none", "amount": 0}, "greater than or equal to 1"),
        ({"charge": "ch_none", "reason": "whim"}, "must be one of"),
    ],
)
async def test_wrong_refunds_are_refused(
    client: stripe.StripeClient, params: stripe.params.RefundCreateParams, message: str
) -> None:
    with pytest.raises(stripe.InvalidRequestError, match=message) as refused:
        await client.v1.refunds.create_async(params)
    assert refused.value.http_status == 400


async def test_metadata_of_a_refund_can_change(
    client: stripe.StripeClient, local: LocalStripe
) -> None:
    intent = await paid_intent(client, local)
    made = await client.v1.refunds.create_async({"payment_intent": intent, "metadata": {"a": "1"}})
    changed = await client.v1.refunds.update_async(made.id, {"metadata": {"a": "", "b": "2"}})
    assert changed.to_dict()["metadata"] == {"b": "2"}

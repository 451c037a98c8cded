"""Disputes, inquiries, fraud warnings (Stripe: How disputes work)."""

from typing import Any

import pytest
import stripe

from sandbox.stripe import LocalStripe, NotPossible
from tests.sandbox.stripe.buying import open_session
from tests.sandbox.stripe.inbox import WebhookInbox


async def paid_session(client: stripe.StripeClient, local: LocalStripe) -> str:
    session = await open_session(client)
    await local.pay(session.id)
    return session.id


def events(local: LocalStripe, prefix: str) -> list[str]:
    return [each["type"] for each in local.events() if each["type"].startswith(prefix)]


def moved(dispute: dict[str, Any]) -> list[int]:
    return [each["amount"] for each in dispute["balance_transactions"]]


async def test_a_dispute_takes_the_money_and_winning_brings_it_back(
    client: stripe.StripeClient, local: LocalStripe, inbox: WebhookInbox
) -> None:
    session = await paid_session(client, local)
    opened = await local.open_dispute(session, reason="product_not_received")
    assert opened["id"].startswith("du_")
    assert (opened["status"], opened["amount"]) == ("needs_response", 499)
    assert (moved(opened), opened["balance_transactions"][0]["fee"]) == ([-499], 1500)
    answered = await client.v1.disputes.update_async(
        opened["id"], {"evidence": {"uncategorized_text": "They got it."}}
    )
    assert (answered.status, answered.evidence_details.submission_count) == ("under_review", 1)
    won = await local.win_dispute(opened["id"])
    assert (won["status"], moved(won)) == ("won", [-499, 499])
    assert events(local, "charge.dispute") == [
        "charge.dispute.created",
        "charge.dispute.funds_withdrawn",
        "charge.dispute.updated",
        "charge.dispute.closed",
        "charge.dispute.funds_reinstated",
    ]
    closed = local.events("charge.dispute.closed")[0]
    assert closed["data"]["previous_attributes"]["status"] == "under_review"
    await local.drain()
    assert inbox.of("charge.dispute.created")[0]["charge"] == opened["charge"]
    charge = await client.v1.charges.retrieve_async(opened["charge"])
    assert charge.disputed
    listed = await client.v1.disputes.list_async({"payment_intent": opened["payment_intent"]})
    assert [each.id for each in listed.data] == [opened["id"]]
    with pytest.raises(NotPossible):
        await local.win_dispute(opened["id"])


async def test_a_lost_dispute_may_still_be_won(
    client: stripe.StripeClient, local: LocalStripe
) -> None:
    session = await paid_session(client, local)
    opened = await local.open_dispute(session)
    closed = await client.v1.disputes.close_async(opened["id"])
    assert closed.status == "lost"
    with pytest.raises(stripe.InvalidRequestError, match="already closed"):
        await client.v1.disputes.close_async(opened["id"])
    with pytest.raises(stripe.InvalidRequestError, match="already closed"):
        await client.v1.disputes.update_async(opened["id"], {"evidence": {}, "submit": True})
    late = await local.win_dispute(opened["id"])
    assert (late["status"], moved(late)) == ("won", [-499, 499])


async def test_part_of_a_lost_dispute_may_come_back(
    client: stripe.StripeClient, local: LocalStripe
) -> None:
    session = await paid_session(client, local)
    await local.refund(session, 99)
    opened = await local.open_dispute(session)
    await local.lose_dispute(opened["id"])
    back = await local.reinstate(opened["id"], 99)
    assert (back["status"], moved(back)) == ("lost", [-499, 99])
    assert events(local, "charge.dispute")[-1] == "charge.dispute.funds_reinstated"
    with pytest.raises(NotPossible):
        await local.reinstate(opened["id"], 401)


async def test_an_inquiry_moves_no_money_until_it_escalates(
    client: stripe.StripeClient, local: LocalStripe
) -> None:
    session = await paid_session(client, local)
    asked = await local.open_inquiry(session)
    assert (asked["status"], moved(asked)) == ("warning_needs_response", [])
    assert asked["is_charge_refundable"] is True
    assert (await local.answer_dispute(asked["id"]))["status"] == "warning_under_review"
    grown = await local.escalate_inquiry(asked["id"])
    assert (grown["status"], moved(grown)) == ("needs_response", [-499])
    other = await local.open_inquiry(session)
    assert (await local.win_dispute(other["id"]))["status"] == "warning_closed"
    assert events(local, "charge.dispute") == [
        "charge.dispute.created",
        "charge.dispute.updated",
        "charge.dispute.updated",
        "charge.dispute.funds_withdrawn",
        "charge.dispute.created",
        "charge.dispute.closed",
    ]


@pytest.mark.parametrize(("status", "moves"), [("lost", [-499]), ("prevented", [])])
async def test_a_dispute_may_be_over_when_it_opens(
    client: stripe.StripeClient, local: LocalStripe, status: str, moves: list[int]
) -> None:
    session = await paid_session(client, local)
    opened = await local.open_dispute(session, status=status)
    assert (opened["status"], moved(opened)) == (status, moves)
    assert not any(each["fee"] for each in opened["balance_transactions"])
    assert events(local, "charge.dispute")[-1] == "charge.dispute.closed"


async def test_more_than_the_charge_may_be_disputed_and_more_than_once(
    client: stripe.StripeClient, local: LocalStripe
) -> None:
    session = await paid_session(client, local)
    first = await local.open_dispute(session, amount=520)
    second = await local.open_dispute(session, amount=100)
    assert (first["amount"], second["amount"]) == (520, 100)


async def test_a_disputed_charge_is_not_refunded_and_pending_refunds_fail(
    client: stripe.StripeClient, local: LocalStripe
) -> None:
    session = await paid_session(client, local)
    hanging = await local.refund(session, 99, status="pending")
    opened = await local.open_dispute(session)
    failed = await client.v1.refunds.retrieve_async(hanging["id"])
    assert failed.status == "failed"
    assert failed.failure_reason == "charge_for_pending_refund_disputed"
    with pytest.raises(stripe.InvalidRequestError) as refused:
        await client.v1.refunds.create_async({"charge": opened["charge"]})
    assert refused.value.code == "charge_disputed"


async def test_an_issuer_may_warn_of_fraud(client: stripe.StripeClient, local: LocalStripe) -> None:
    session = await paid_session(client, local)
    warning = await local.warn_of_fraud(session)
    assert events(local, "radar") == ["radar.early_fraud_warning.created"]
    listed = await client.v1.radar.early_fraud_warnings.list_async({"charge": warning["charge"]})
    assert [each.id for each in listed.data] == [warning["id"]]
    assert listed.data[0].actionable


async def test_nothing_paid_nothing_disputed(
    client: stripe.StripeClient, local: LocalStripe
) -> None:
    session = await open_session(client)
    with pytest.raises(NotPossible):
        await local.open_dispute(session.id)
    await local.pay_later(session.id)
    with pytest.raises(NotPossible):
        await local.open_dispute(session.id)


async def test_a_dispute_turns_round_as_often_as_the_bank_likes(
    client: stripe.StripeClient, local: LocalStripe
) -> None:
    session = await paid_session(client, local)
    opened = await local.open_dispute(session)
    with pytest.raises(NotPossible):
        await local.reopen_dispute(opened["id"])
    await local.win_dispute(opened["id"])
    again = await local.reopen_dispute(opened["id"])
    assert (again["status"], moved(again)) == ("needs_response", [-499, 499, -499])
    lost = await local.lose_dispute(opened["id"])
    assert (lost["status"], moved(lost)) == ("lost", [-499, 499, -499])
    await local.win_dispute(opened["id"])
    turned = await local.lose_dispute(opened["id"])
    assert (turned["status"], moved(turned)) == ("lost", [-499, 499, -499, 499, -499])
    with pytest.raises(NotPossible):
        await local.lose_dispute(opened["id"])
    withdrawn = local.events("charge.dispute.funds_withdrawn")
    assert len(withdrawn) == 3
    assert turned["balance_transactions"][2]["fee"] == 0
    assert turned["balance_transactions"][1]["reporting_category"] == "dispute_reversal"


async def test_an_appeal_has_statuses_of_its_own(
    client: stripe.StripeClient, local: LocalStripe
) -> None:
    session = await paid_session(client, local)
    opened = await local.open_dispute(session)
    await local.lose_dispute(opened["id"])
    asked = await local.appeal_dispute(opened["id"])
    assert (asked["status"], moved(asked)) == ("appeal_needs_response", [-499])
    answered = await client.v1.disputes.update_async(
        opened["id"], {"evidence": {"uncategorized_text": "Once more."}}
    )
    assert answered.status == "appeal_under_review"
    won = await local.win_dispute(opened["id"])
    assert (won["status"], moved(won)) == ("won", [-499, 499])


async def test_a_bank_may_count_in_a_currency_of_its_own(
    client: stripe.StripeClient, local: LocalStripe
) -> None:
    session = await paid_session(client, local)
    opened = await local.open_dispute(session, amount=300, currency="jpy")
    assert (opened["amount"], opened["currency"]) == (300, "jpy")
    assert [(each["amount"], each["currency"]) for each in opened["balance_transactions"]] == [
        (-499, "usd")
    ]
    corrected = await local.correct_dispute(opened["id"], 3)
    assert corrected["balance_transactions"][1]["reporting_category"] == "other_adjustment"
    won = await local.win_dispute(opened["id"])
    assert moved(won) == [-499, 3, 499]


async def test_a_status_may_be_any_word(client: stripe.StripeClient, local: LocalStripe) -> None:
    session = await paid_session(client, local)
    opened = await local.open_dispute(session, status="in_mediation")
    assert (opened["status"], moved(opened)) == ("in_mediation", [-499])
    said = await local.say_of_dispute(opened["id"], "in_arbitration")
    assert said["status"] == "in_arbitration"
    event = local.events("charge.dispute.updated")[0]
    assert event["data"]["previous_attributes"] == {"status": "in_mediation"}

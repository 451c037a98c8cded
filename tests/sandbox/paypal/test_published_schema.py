"""Every answer and event of the local PayPal is as PayPal's documents have it."""

from typing import Any

import pytest

from sandbox.paypal import LocalPayPal
from tests.sandbox.paypal.asking import CAPTURES, DISPUTES, EVENTS, ORDERS, WEBHOOKS, Asking, order
from tests.sandbox.paypal.conftest import Inbox
from tests.support.paypal_schema import PayPalSchema


@pytest.fixture(scope="session")
def schema() -> PayPalSchema:
    return PayPalSchema()


async def every_payment(local: LocalPayPal, ask: Asking) -> list[str]:
    """Captures of each end; returns the ids of three that came through."""
    paid = []
    for at in range(3):
        made = await ask.ordered(order(invoice_id=f"invoice-{at}"))
        await local.approve(made["id"])
        paid.append((await ask.captured(made["id"]))["id"])
    waits = await ask.ordered()
    await local.approve(waits["id"], funding="echeck")
    await local.deny_capture((await ask.captured(waits["id"]))["id"])
    aside = await ask.ordered(order(intent="AUTHORIZE"))
    await local.approve(aside["id"])
    await ask("POST", f"{ORDERS}/{aside['id']}/authorize", {})
    dropped = await ask.ordered()
    await local.approve(dropped["id"])
    await local.reverse_approval(dropped["id"])
    return paid


async def every_claim(local: LocalPayPal, ask: Asking, paid: list[str]) -> None:
    """Refunds and disputes in all turns."""
    part = {"amount": {"currency_code": "USD", "value": "1.00"}, "note_to_payer": "Sorry"}
    await ask("POST", f"{CAPTURES}/{paid[0]}/refund", part)
    local.plan_refund("PENDING")
    _, pending = await ask("POST", f"{CAPTURES}/{paid[0]}/refund", {})
    await local.complete_refund(pending["id"])
    inquiry = await local.dispute(paid[1], reason="MERCHANDISE_OR_SERVICE_NOT_RECEIVED")
    await local.escalate(inquiry["dispute_id"])
    await local.answer_dispute(inquiry["dispute_id"])
    await local.resolve_dispute(inquiry["dispute_id"])
    await local.appeal(inquiry["dispute_id"])
    await local.resolve_dispute(inquiry["dispute_id"], "RESOLVED_SELLER_FAVOUR")
    bank = await local.dispute(paid[2], amount=100, channel="EXTERNAL")
    await local.resolve_dispute(bank["dispute_id"], "RESOLVED_WITH_PAYOUT", seller_pays=False)


async def test_every_event_is_as_published(
    local: LocalPayPal, ask: Asking, inbox: Inbox, schema: PayPalSchema
) -> None:
    await every_claim(local, ask, await every_payment(local, ask))
    await local.drain()
    assert len(set(inbox.types())) >= 12
    assert [wrong for event in inbox.events for wrong in schema.told(event)] == []
    for path in (f"{EVENTS}?page_size=100", DISPUTES, WEBHOOKS, f"{WEBHOOKS}-event-types"):
        assert (await ask("GET", path))[0] == 200
    for kept in (local.state.captures, local.state.refunds, local.state.authorizations):
        kind = type(next(iter(kept.values()))).__name__.lower()
        for each in kept:
            assert (await ask("GET", f"/v2/payments/{kind}s/{each}"))[0] == 200


async def test_what_is_not_as_published_is_noticed(
    local: LocalPayPal, ask: Asking, schema: PayPalSchema
) -> None:
    (paid, *_) = await every_payment(local, ask)
    (event, *_) = local.events("PAYMENT.CAPTURE.COMPLETED")
    assert schema.told(event) == []
    capture: dict[str, Any] = event["resource"]
    for wrong in (
        {"colour": "red"},
        {"status": "PAID"},
        {"amount": {"currency_code": "USD", "value": 4.99}},
        {"amount": {"value": "4.99"}},
        {"create_time": "yesterday"},
        {"supplementary_data": {"related_ids": {"order_id": "5", "colour": "red"}}},
    ):
        assert schema.told(event | {"resource": capture | wrong}), wrong
    path = f"{CAPTURES}/{paid}"
    assert schema.answered("GET", path, 200, capture) == []
    assert schema.answered("GET", path, 201, capture)
    assert schema.answered("PUT", path, 200, capture)
    assert schema.answered("POST", f"{path}/refund", 422, {"name": "NO"})
    refusal = {"name": "UNPROCESSABLE_ENTITY", "details": [{"issue": "BAD_MOOD"}]}
    assert schema.answered("POST", f"{path}/refund", 422, refusal)

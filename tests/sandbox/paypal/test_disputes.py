"""Disputes go through their stages, and the money with them."""

from typing import Any

import pytest

from sandbox.paypal import LocalPayPal, NotPossible
from tests.sandbox.paypal.asking import CAPTURES, DISPUTES, Asking, issues, order
from tests.sandbox.paypal.conftest import Hands, Inbox

INQUIRY = "MERCHANDISE_OR_SERVICE_NOT_RECEIVED"


@pytest.fixture
async def paid(local: LocalPayPal, ask: Asking) -> str:
    """A capture of $4.99."""
    made = await ask.ordered(order(invoice_id="invoice"))
    await local.approve(made["id"])
    capture_id: str = (await ask.captured(made["id"]))["id"]
    return capture_id


async def read(ask: Asking, dispute: str) -> Any:
    status, shown = await ask("GET", f"{DISPUTES}/{dispute}")
    assert status == 200
    return shown


async def test_an_inquiry_becomes_a_claim_and_is_lost_and_won(
    local: LocalPayPal, ask: Asking, inbox: Inbox, paid: str
) -> None:
    opened = await local.dispute(paid, reason=INQUIRY)
    dispute = opened["dispute_id"]
    assert (opened["dispute_life_cycle_stage"], opened["status"]) == ("INQUIRY", "OPEN")
    (transaction,) = opened["disputed_transactions"]
    assert (transaction["seller_transaction_id"], transaction["custom"]) == (paid, "payment-1")
    assert (await local.escalate(dispute))["dispute_life_cycle_stage"] == "CHARGEBACK"
    refused = await ask(
        "POST", f"{DISPUTES}/{dispute}/adjudicate", {"adjudication_outcome": "BUYER_FAVOR"}
    )
    assert refused[0] == 422
    await local.answer_dispute(dispute)
    assert (
        await ask(
            "POST", f"{DISPUTES}/{dispute}/adjudicate", {"adjudication_outcome": "BUYER_FAVOR"}
        )
    )[0] == 200
    lost = await read(ask, dispute)
    assert lost["dispute_outcome"]["outcome_code"] == "RESOLVED_BUYER_FAVOUR"
    assert [each["type"] for each in lost["money_movements"]] == ["DEBIT"]
    assert (await ask("GET", f"{CAPTURES}/{paid}"))[1]["status"] == "REFUNDED"
    appealed = await local.appeal(dispute)
    assert "dispute_outcome" not in appealed
    won = await local.resolve_dispute(dispute, "RESOLVED_SELLER_FAVOUR")
    assert [each["type"] for each in won["money_movements"]] == ["DEBIT", "CREDIT"]
    assert (await ask("GET", f"{CAPTURES}/{paid}"))[1]["status"] == "COMPLETED"
    await local.drain()
    told = [each for each in inbox.types() if each.startswith("CUSTOMER.") or "REVERSED" in each]
    assert told.count("CUSTOMER.DISPUTE.CREATED") == 1
    assert told.count("CUSTOMER.DISPUTE.UPDATED") == 3
    assert told.count("CUSTOMER.DISPUTE.RESOLVED") == 2
    assert told.count("PAYMENT.CAPTURE.REVERSED") == 1


async def test_a_bank_takes_the_money_at_once(local: LocalPayPal, ask: Asking, paid: str) -> None:
    dispute = await local.dispute(paid, amount=100, channel="EXTERNAL")
    assert dispute["dispute_amount"]["value"] == "1.00"
    assert dispute["money_movements"][0]["amount"]["value"] == "1.00"
    refused = await ask("POST", f"{CAPTURES}/{paid}/refund", {})
    assert issues(refused) == (422, ["REFUND_NOT_PERMITTED_DUE_TO_CHARGEBACK"])
    assert (await ask("GET", f"{CAPTURES}/{paid}"))[1]["status"] == "PARTIALLY_REFUNDED"
    done = await local.resolve_dispute(dispute["dispute_id"], "CANCELED_BY_BUYER")
    assert done["money_movements"][-1]["type"] == "CREDIT"
    assert (await ask("GET", f"{CAPTURES}/{paid}"))[1]["status"] == "COMPLETED"


async def test_paypal_may_pay_the_buyer_itself(local: LocalPayPal, paid: str) -> None:
    first = await local.dispute(paid)
    done = await local.resolve_dispute(
        first["dispute_id"], "RESOLVED_WITH_PAYOUT", seller_pays=False
    )
    assert "money_movements" not in done
    second = await local.dispute(paid)
    done = await local.resolve_dispute(second["dispute_id"], "RESOLVED_WITH_PAYOUT")
    assert done["money_movements"][0]["type"] == "DEBIT"


async def test_while_a_case_is_open_only_all_of_it_is_refunded(
    local: LocalPayPal, ask: Asking, paid: str
) -> None:
    await local.dispute(paid, reason=INQUIRY)
    part = {"amount": {"currency_code": "USD", "value": "1.00"}}
    refused = await ask("POST", f"{CAPTURES}/{paid}/refund", part)
    assert issues(refused) == (422, ["TRANSACTION_DISPUTED"])
    assert (await ask("POST", f"{CAPTURES}/{paid}/refund", {}))[0] == 201


async def test_disputes_are_listed_by_what_was_updated(
    local: LocalPayPal, ask: Asking, clock: Hands, paid: str
) -> None:
    first = (await local.dispute(paid, reason=INQUIRY))["dispute_id"]
    clock.move(60)
    second = (await local.dispute(paid))["dispute_id"]

    async def listed(query: str) -> list[str]:
        _, shown = await ask("GET", f"{DISPUTES}?{query}")
        return [each["dispute_id"] for each in shown.get("items", [])]

    assert await listed("") == [second, first]
    assert await listed("page_size=1") == [second]
    assert await listed("page_size=1&next_page_token=1") == [first]
    assert await listed("update_time_after=2027-01-15T08:00:30Z") == [second]
    assert await listed("dispute_state=OPEN_INQUIRIES") == [first]
    assert await listed(f"disputed_transaction_id={paid}") == [second, first]
    assert await listed("disputed_transaction_id=NONE") == []
    assert (await ask("GET", f"{DISPUTES}?page_size=51"))[0] == 400
    assert (await ask("GET", f"{DISPUTES}?start_time=2026-01-15T08:00:00Z"))[0] == 400
    assert (await ask("GET", f"{DISPUTES}/PP-0"))[0] == 404


async def test_what_does_not_go_together_is_told(local: LocalPayPal, paid: str) -> None:
    for wrong in (
        {"reason": "BAD_MOOD"},
        {"stage": "INQUIRY", "reason": "UNAUTHORISED"},
        {"amount": 500},
        {"channel": "PIGEON"},
    ):
        with pytest.raises(NotPossible):
            await local.dispute(paid, **wrong)
    dispute = (await local.dispute(paid))["dispute_id"]
    with pytest.raises(NotPossible, match="stage CHARGEBACK"):
        await local.escalate(dispute)
    with pytest.raises(NotPossible, match="nothing to appeal"):
        await local.appeal(dispute)
    with pytest.raises(NotPossible, match="none of"):
        await local.resolve_dispute(dispute, "WHO_KNOWS")

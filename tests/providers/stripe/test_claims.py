"""What Stripe's refunds, disputes and fraud warnings tell: each whole, and what is left out."""

from typing import Any

import pytest

from payments.domain.values.money import Money
from payments.domain.values.provider_updates import (
    UNNAMED,
    DisputeStatus,
    DisputeUpdate,
    FraudWarningUpdate,
    RefundStatus,
    RefundUpdate,
)
from payments.domain.values.share import ALL, NOTHING, Share
from payments.domain.values.time import from_seconds
from payments.providers.stripe.reversal_updates import (
    charge_to_measure,
    read_dispute,
    read_fee,
    read_fraud_warning,
    read_refund,
)
from tests.support.claim_objects import OURS, dispute, movement, refund


def refund_update(**changes: Any) -> RefundUpdate:
    facts: dict[str, Any] = {
        "payment": UNNAMED,
        "refund": OURS,
        "status": RefundStatus.SUCCEEDED,
        "amount": Money(minor=250, currency="EUR"),
        "provider_id": "re_1",
        "intent": "pi_1",
    }
    return RefundUpdate(**(facts | changes))


def dispute_update(**changes: Any) -> DisputeUpdate:
    facts: dict[str, Any] = {
        "payment": UNNAMED,
        "dispute": "du_1",
        "status": DisputeStatus.OPEN,
        "amount": Money(minor=499, currency="EUR"),
        "reason": "fraudulent",
        "due_by": from_seconds(1_790_000_000),
        "intent": "pi_1",
    }
    return DisputeUpdate(**(facts | changes))


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, {}),
        ({"reason": "fraudulent"}, {"is_fraud": True}),
        ({"payment_intent": "pi_2"}, {"intent": "pi_2"}),
        ({"payment_intent": None}, {"intent": None}),
        ({"metadata": None}, {"refund": "re_1"}),
        ({"metadata": {}}, {"refund": "re_1"}),
        ({"metadata": {"guildbank_refund": "mine"}}, {"refund": "re_1"}),
        ({"status": "pending"}, {"status": RefundStatus.PENDING}),
        (
            {"status": "pending", "pending_reason": "charge_pending"},
            {"status": RefundStatus.PENDING, "pending_reason": "charge_pending"},
        ),
        (
            {"status": "requires_action", "pending_reason": "charge_pending"},
            {"status": RefundStatus.PENDING, "pending_reason": "requires_action"},
        ),
        ({"pending_reason": "charge_pending"}, {}),
        ({"status": "failed"}, {"status": RefundStatus.FAILED}),
        ({"status": "canceled"}, {"status": RefundStatus.FAILED}),
        ({"status": "magic"}, {"status": RefundStatus.PENDING, "unknown": "magic"}),
        ({"status": None}, {"status": RefundStatus.PENDING, "unknown": "(none)"}),
        ({"status": "a\nb"}, {"status": RefundStatus.PENDING, "unknown": "a?b"}),
        ({"status": "x" * 61}, {"status": RefundStatus.PENDING, "unknown": "x" * 60}),
        ({"currency": "jpy", "amount": 0}, {"amount": Money(minor=0, currency="JPY")}),
    ],
)
def test_what_a_refund_tells(changes: dict[str, Any], expected: dict[str, Any]) -> None:
    reading = read_refund(refund(**changes))
    assert (reading.update, reading.wrong, reading.ignored) == (
        refund_update(**expected),
        None,
        None,
    )


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, {}),
        ({"payment_intent": None}, {"intent": "pi_other"}),
        ({"payment_intent": None, "charge": "ch_1"}, {"intent": None}),
        ({"payment_intent": {"id": "pi_3"}}, {"intent": "pi_3"}),
        ({"reason": None}, {"reason": ""}),
        ({"evidence_details": None}, {"due_by": None}),
        ({"evidence_details": {"due_by": None}}, {"due_by": None}),
        ({"evidence_details": {"due_by": 0}}, {"due_by": None}),
        ({"status": "magic"}, {"unknown": "magic"}),
        ({"status": "lost"}, {"status": DisputeStatus.LOST}),
        ({"status": "won"}, {"status": DisputeStatus.WON}),
        ({"status": "prevented"}, {"status": DisputeStatus.WON}),
        ({"status": "charge_refunded"}, {"status": DisputeStatus.WON}),
        ({"status": "appeal_under_review"}, {}),
        ({"status": "warning_closed"}, {"status": DisputeStatus.INQUIRY}),
    ],
)
def test_what_a_dispute_tells(changes: dict[str, Any], expected: dict[str, Any]) -> None:
    reading = read_dispute(dispute(**changes))
    assert (reading.update, reading.wrong, reading.ignored) == (
        dispute_update(**expected),
        None,
        None,
    )


@pytest.mark.parametrize(("status", "back"), [("lost", ALL), ("needs_response", NOTHING)])
def test_what_came_back_counts_only_of_a_dispute_that_was_lost(status: str, back: Share) -> None:
    moved = [movement(-499, "dispute"), movement(499, "dispute_reversal")]
    update = read_dispute(dispute(status=status, balance_transactions=moved)).update
    assert isinstance(update, DisputeUpdate)
    assert update.returned.of(None) == back.of(None)


def warning(**changes: Any) -> dict[str, Any]:
    return {
        "id": "issfr_1",
        "object": "radar.early_fraud_warning",
        "actionable": True,
        "payment_intent": "pi_1",
        "charge": "ch_1",
    } | changes


@pytest.mark.parametrize(
    ("changes", "actionable", "intent"),
    [
        ({}, True, "pi_1"),
        ({"actionable": False}, False, "pi_1"),
        ({"actionable": None}, False, "pi_1"),
        (
            {"payment_intent": None, "charge": {"id": "ch_1", "payment_intent": {"id": "pi_2"}}},
            True,
            "pi_2",
        ),
        ({"payment_intent": None}, True, None),
    ],
)
def test_what_a_fraud_warning_tells(
    changes: dict[str, Any],
    actionable: bool,  # noqa: FBT001 - a case
    intent: str | None,
) -> None:
    assert read_fraud_warning(warning(**changes)).update == FraudWarningUpdate(
        payment=UNNAMED, warning="issfr_1", actionable=actionable, intent=intent
    )


@pytest.mark.parametrize(
    ("reading", "sentence"),
    [
        (read_refund(refund(amount=-1)), "The refund makes no sense: amount."),
        (
            read_refund(refund(id=7, currency="EUR")),
            "The refund makes no sense: id, currency.",
        ),
        (read_refund(dispute()), "The refund makes no sense: object."),
        (read_dispute(dispute(amount="499")), "The dispute makes no sense: amount."),
        (read_dispute(refund()), "The dispute makes no sense: object."),
        (read_fraud_warning(warning(id="")), "The fraud warning makes no sense: id."),
        (read_fraud_warning(refund()), "The fraud warning makes no sense: object."),
    ],
)
def test_what_makes_no_sense_is_named_by_its_fields(reading: Any, sentence: str) -> None:
    assert (reading.update, reading.wrong) == (None, sentence)


def charged(currency: str = "eur", of_balance: str = "eur", fee: object = 32) -> dict[str, Any]:
    balance = {"fee": fee, "currency": of_balance}
    return {
        "id": "pi_1",
        "currency": currency,
        "latest_charge": {"id": "ch_1", "balance_transaction": balance},
    }


def test_a_fee_counts_in_the_payments_own_currency_alone() -> None:
    assert read_fee(charged()) == Money(minor=32, currency="EUR")
    assert read_fee(charged(of_balance="usd")) is None
    assert read_fee(charged(currency="usd")) is None


@pytest.mark.parametrize(
    "found",
    [
        {"id": "pi_1", "currency": "eur", "latest_charge": None},
        {"id": "pi_1", "currency": "eur", "latest_charge": "ch_1"},
        {"currency": "eur", "latest_charge": {"balance_transaction": None}},
        {"currency": "eur", "latest_charge": {"balance_transaction": "txn_1"}},
        charged(fee=-1),
        charged(fee="32"),
        {},
    ],
)
def test_a_fee_that_is_not_there_yet_is_none(found: dict[str, Any]) -> None:
    assert read_fee(found) is None


@pytest.mark.parametrize(
    ("found", "charge"),
    [
        (refund(), None),
        (refund(currency="usd"), "ch_1"),
        (refund(currency="usd", charge={"id": "ch_2", "more": 1}), "ch_2"),
        (refund(currency="usd", charge=None), None),
        (refund(currency="usd", payment_intent="pi_1"), None),
        (refund(currency="usd", payment_intent={"id": "pi_1"}), None),
        (refund(currency="usd", payment_intent=None), None),
        (refund(currency="US"), None),
        (dispute(currency="usd", payment_intent={"id": "pi_1", "currency": "eur"}), "ch_1"),
        ({}, None),
    ],
)
def test_a_charge_is_fetched_only_to_measure_a_claim_in_another_currency(
    found: dict[str, Any], charge: str | None
) -> None:
    assert charge_to_measure(found) == charge

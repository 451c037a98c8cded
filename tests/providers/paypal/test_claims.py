"""What refunds, reversals and disputes tell."""

import json
import re
from typing import Any

import pytest

from payments.domain.values.ids import PaymentId
from payments.domain.values.money import Money
from payments.domain.values.provider_updates import (
    DisputeStatus,
    DisputeUpdate,
    RefundStatus,
    RefundUpdate,
)
from payments.domain.values.share import ALL, NOTHING, Share
from payments.providers.paypal import dispute_updates, refund_updates
from payments.providers.paypal.dispute_updates import read_dispute, taken_by
from payments.providers.paypal.ownership import CUSTOM_LENGTH
from payments.providers.paypal.pending import PENDING, REFUSED
from payments.providers.paypal.refund_updates import read_refund, read_reversals
from payments.providers.paypal.reversals import PayPalDisputes, PayPalRefunds
from payments.providers.requests import RefundRequest
from tests.providers.paypal.objects import (
    CAPTURE,
    CUSTOM,
    DISPUTE,
    REFUND,
    dispute,
    moved,
    refund,
    usd,
)
from tests.support.schemas import Schemas, published

INQUIRY, OPEN = DisputeStatus.INQUIRY, DisputeStatus.OPEN
LOST, WON = DisputeStatus.LOST, DisputeStatus.WON


def refunded(found: dict[str, Any]) -> RefundUpdate:
    update = read_refund(found).update
    assert isinstance(update, RefundUpdate)
    return update


def disputed(found: dict[str, Any]) -> DisputeUpdate:
    update = read_dispute(found).update
    assert isinstance(update, DisputeUpdate), read_dispute(found)
    return update


@pytest.mark.parametrize(
    ("status", "means"),
    [
        ("PENDING", RefundStatus.PENDING),
        ("COMPLETED", RefundStatus.SUCCEEDED),
        ("FAILED", RefundStatus.FAILED),
        ("CANCELLED", RefundStatus.FAILED),
    ],
)
def test_refunds(status: str, means: RefundStatus) -> None:
    update = refunded(refund(status))
    assert (update.status, update.unknown) == (means, "")
    assert (update.refund, update.provider_id, update.intent) == (REFUND, REFUND, CAPTURE)
    assert update.amount == Money(minor=100, currency="USD")


def test_a_refund_that_was_asked_for_here_has_our_id() -> None:
    """A shop counted each partial refund twice: by its answer, and by its message."""
    update = refunded(refund(custom_id=f"{CUSTOM}.r-1"))
    assert (update.refund, update.provider_id) == ("r-1", REFUND)
    assert refunded(refund(custom_id=CUSTOM)).refund == REFUND, "the payment's own id is none of it"


def test_an_unknown_status_holds_the_points_and_tells_its_word() -> None:
    update = refunded(refund("ON_THE_MOON", status_details={"reason": "ECHECK"}))
    assert (update.status, update.unknown) == (RefundStatus.PENDING, "ON_THE_MOON")
    assert (update.pending_reason, PENDING[update.pending_reason].words is None) == (
        "ECHECK",
        False,
    )
    assert read_refund(refund(amount=usd("0.001"))).wrong
    assert read_refund({}).wrong


def counted(taken: list[int], *amounts: str) -> list[tuple[RefundStatus, Share | None]]:
    """How reversals are counted beside disputes that took so much."""
    found = [refund(id=f"R{n}", amount=usd(each)) for n, each in enumerate(amounts)]
    disputed = [Money(minor=each, currency="USD") for each in taken]
    updates = [reading.update for _, reading in read_reversals(found, disputed)]
    return [(each.status, each.share) for each in updates if isinstance(each, RefundUpdate)]


def test_a_reversal_is_counted_as_far_as_no_dispute_took_it() -> None:
    whole, none = (RefundStatus.SUCCEEDED, None), (RefundStatus.WITHDRAWN, None)
    assert counted([], "1.00", "2.00") == [whole, whole]
    assert counted([100], "1.00") == [none]
    assert counted([100], "1.00", "2.00") == [none, whole]
    assert counted([499], "1.00", "2.00") == [none, none]
    assert counted([100, 50], "1.00", "2.00") == [none, (RefundStatus.SUCCEEDED, Share(part=150))]
    back, counts = refund("CANCELLED", id="R0"), refund(id="R1")
    (_, failed), (_, absorbed) = read_reversals([back, counts], [Money(minor=100, currency="USD")])
    assert isinstance(failed.update, RefundUpdate)
    assert isinstance(absorbed.update, RefundUpdate)
    assert failed.update.status is RefundStatus.FAILED, "it took nothing"
    assert absorbed.update.status is RefundStatus.WITHDRAWN
    [(_, odd)] = read_reversals([{}], [])
    assert odd.wrong
    [(_, foreign)] = read_reversals([refund()], [Money(minor=100, currency="EUR")])
    assert isinstance(foreign.update, RefundUpdate)
    assert foreign.update.status is RefundStatus.SUCCEEDED


@pytest.mark.parametrize(
    ("status", "stage", "code", "means"),
    [
        ("OPEN", "INQUIRY", None, INQUIRY),
        ("WAITING_FOR_SELLER_RESPONSE", "INQUIRY", None, INQUIRY),
        ("OTHER", "CHARGEBACK", None, OPEN),
        ("OPEN", "CHARGEBACK", None, OPEN),
        ("WAITING_FOR_SELLER_RESPONSE", "CHARGEBACK", None, OPEN),
        ("UNDER_REVIEW", "PRE_ARBITRATION", None, OPEN),
        ("UNDER_REVIEW", "ARBITRATION", "RESOLVED_BUYER_FAVOUR", OPEN),
        ("RESOLVED", "CHARGEBACK", "RESOLVED_BUYER_FAVOUR", LOST),
        ("RESOLVED", "CHARGEBACK", "ACCEPTED", LOST),
        ("RESOLVED", "ARBITRATION", "RESOLVED_SELLER_FAVOUR", WON),
        ("RESOLVED", "CHARGEBACK", "CANCELED_BY_BUYER", WON),
        ("RESOLVED", "CHARGEBACK", "DENIED", WON),
        ("RESOLVED", "INQUIRY", "CANCELED_BY_BUYER", WON),
        ("RESOLVED", "INQUIRY", "ACCEPTED", WON),
        ("RESOLVED", "CHARGEBACK", "RESOLVED_WITH_PAYOUT", WON),
    ],
)
def test_disputes(status: str, stage: str, code: str | None, means: DisputeStatus) -> None:
    update = disputed(dispute(status, stage, code))
    assert (update.status, update.unknown) == (means, "")
    assert (update.dispute, update.intent, update.reason) == (DISPUTE, CAPTURE, "unauthorised")
    assert (update.amount, update.share) == (
        Money(minor=499, currency="USD"),
        Share(part=499, whole=499),
    )


@pytest.mark.parametrize(
    ("movements", "means", "back"),
    [
        (
            [
                moved("DEBIT", "4.99", party="PAYMENT_PROCESSOR"),
                moved("CREDIT", "4.99", party="BUYER"),
            ],
            WON,
            NOTHING,
        ),
        ([moved("DEBIT", "4.99")], LOST, Share(part=0, whole=499)),
        ([moved("DEBIT", "2.00")], LOST, Share(part=299, whole=499)),
        ([moved("DEBIT", "4.99"), moved("CREDIT", "4.99")], WON, NOTHING),
        ([moved("DEBIT", "4.99"), moved("CREDIT", "1.99")], LOST, Share(part=199, whole=499)),
        ([moved("DEBIT", "20.00", reason="DISPUTE_FEE")], WON, NOTHING),
    ],
)
def test_with_a_payout_the_money_decides(
    movements: list[dict[str, Any]], means: DisputeStatus, back: Share
) -> None:
    found = dispute("RESOLVED", "CHARGEBACK", "RESOLVED_WITH_PAYOUT", money_movements=movements)
    update = disputed(found)
    assert (update.status, update.returned) == (means, back)


def test_a_part_that_the_outcome_names_is_all_that_was_lost() -> None:
    outcome = {"outcome_code": "ACCEPTED", "amount_refunded": usd("1.99")}
    update = disputed(dispute("RESOLVED", dispute_outcome=outcome))
    assert (update.status, update.returned) == (LOST, Share(part=300, whole=499))
    foreign = {"outcome_code": "ACCEPTED", "amount_refunded": usd("1.99", "EUR")}
    assert disputed(dispute("RESOLVED", dispute_outcome=foreign)).returned == NOTHING


def test_part_of_a_payment_and_other_currencies() -> None:
    assert disputed(dispute(dispute_amount=usd("1.00"))).share == Share(part=100, whole=499)
    assert disputed(dispute(dispute_amount=usd("1.00", "EUR"))).share is None
    two = [{"seller_transaction_id": each, "gross_amount": usd()} for each in ("A1", "A2")]
    update = disputed(dispute(disputed_transactions=two))
    assert (update.share, update.intent) == (ALL, None)


@pytest.mark.parametrize(
    "found",
    [
        dispute("NEW_WORD"),
        dispute(stage="NEW_WORD"),
        dispute("RESOLVED", code="NEW_WORD"),
        dispute("RESOLVED", code="NONE"),
        dispute("RESOLVED"),
    ],
)
def test_what_is_not_known_holds_the_points(found: dict[str, Any]) -> None:
    update = disputed(found)
    assert update.status is OPEN
    assert update.unknown


def test_an_inquiry_moves_nothing_and_a_refund_in_it_has_its_own_update() -> None:
    assert taken_by(dispute(stage="INQUIRY")) is None
    assert taken_by(dispute("RESOLVED", "INQUIRY", "ACCEPTED")) is None
    taken = dispute("RESOLVED", "INQUIRY", "ACCEPTED", money_movements=[moved("DEBIT", "2.00")])
    assert taken_by(taken) == Money(minor=200, currency="USD")
    assert disputed(taken).status is LOST
    won = dispute("RESOLVED", "CHARGEBACK", "RESOLVED_SELLER_FAVOUR")
    assert taken_by(won) == Money(minor=499, currency="USD")
    assert taken_by({}) is None


def test_the_refund_is_as_paypal_publishes_it() -> None:
    calls: Any = None  # nothing is sent
    refunds = PayPalRefunds(calls, disputes=PayPalDisputes(calls, api_url=""))
    schemas = Schemas(published("paypal-payments_payment_v2.json"), openapi=True)
    for amount in (Money(minor=499, currency="USD"), Money(minor=50_000, currency="HUF")):
        asked = RefundRequest(
            refund="01890000-0000-7000-8000-000000000002",
            payment=PaymentId("01890000-0000-7000-8000-000000000001"),
            installation="01890000-0000-7000-8000-0000000000ff",
            intent=CAPTURE,
            amount=amount,
        )
        written = json.loads(refunds.request(asked))
        assert written["capture"] == CAPTURE
        body = written["refund"]
        assert schemas.violations(body, "components", "schemas", "refund_request") == []
        assert re.fullmatch(r"[A-Za-z0-9-_.,]*", body["custom_id"]), "as refunds show it"
        assert len(body["custom_id"]) <= CUSTOM_LENGTH


def test_every_published_word_has_a_meaning() -> None:
    cases = published("paypal-customer_disputes_v1.json")["components"]["schemas"]
    codes = cases["dispute_outcome"]["properties"]["outcome_code"]["enum"]
    assert set(codes) - {"NONE", dispute_updates.PAYOUT} == set(dispute_updates.OUTCOMES)
    assert set(cases["status"]["enum"]) == dispute_updates.STATUSES
    assert set(cases["dispute_lifecycle_stage"]["enum"]) == dispute_updates.STAGES
    payments = published("paypal-payments_payment_v2.json")["components"]["schemas"]
    assert set(payments["refund_status"]["properties"]["status"]["enum"]) == set(
        refund_updates.REFUND_STATUS
    )
    reasons = payments["refund_status_details"]["properties"]["reason"]["enum"]
    assert set(reasons) <= set(PENDING)
    listed = payments["captures.refund-422"]["properties"]["details"]["items"]["anyOf"]
    issues = {word for each in listed for word in each["properties"]["issue"]["enum"]}
    assert set(REFUSED) <= issues

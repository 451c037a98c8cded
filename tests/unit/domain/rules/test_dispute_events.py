"""Events about disputes and warnings of fraud, each whole."""

from dataclasses import replace
from typing import Any

from payments.domain.values.events import (
    DisputeWon,
    FraudWarned,
    InquiryClosed,
    PaymentChargedBack,
    PaymentDisputed,
    PaymentInquired,
    PointsAwarded,
    PointsReverted,
    PurchaseBanLifted,
    PurchaseBanned,
)
from payments.domain.values.ids import PaymentId
from payments.domain.values.money import Money
from payments.domain.values.provider_updates import DisputeStatus, FraudWarningUpdate
from payments.domain.values.time import DAY, later
from tests.support.make import ADA, GUILD, START, dispute_update, euros, refund_update
from tests.support.memory_ledger import MemoryLedger
from tests.support.payment_events import ledger, of, paid, whole

__all__ = ["ledger", "paid"]  # fixtures

DISPUTE: dict[str, Any] = {
    "dispute": "dp_1",
    "disputed": Money(minor=700, currency="EUR"),
    "reason": "fraudulent",
    "due_by": later(START, 7 * DAY),
}


def disputed(status: DisputeStatus, **more: Any) -> list[Any]:
    facts = {"reason": "fraudulent", "due_by": DISPUTE["due_by"]} | more
    return [replace(dispute_update("one", "dp_1", 700, status), **facts)]


def test_a_dispute_from_the_first_question_to_a_late_win(paid: MemoryLedger) -> None:
    """700 of 1200 cents: 291 of 500 points, rounded down."""
    (asked,), (opened,) = disputed(DisputeStatus.INQUIRY), disputed(DisputeStatus.OPEN)
    assert of(paid, asked) == [PaymentInquired(**whole(), **DISPUTE)]
    assert of(paid, asked) == []
    assert of(paid, opened) == [
        PaymentDisputed(**whole(), **DISPUTE),
        PointsReverted(**whole(), reverted=291, balance=409),
    ]
    (lost,) = disputed(DisputeStatus.LOST, reason="", due_by=None)
    banned = PurchaseBanned(guild=GUILD, member=ADA, at=whole()["at"])
    charged_back = PaymentChargedBack(**whole(), **DISPUTE)
    assert of(paid, lost) == [charged_back, banned], "what is left out stays"
    (won,) = disputed(DisputeStatus.WON)
    assert of(paid, won) == [
        DisputeWon(**whole(), **DISPUTE),
        PointsAwarded(**whole(), awarded=291, balance=700),
        PurchaseBanLifted(guild=GUILD, member=ADA, at=whole()["at"]),
    ]


def test_a_dispute_that_ended_before_anything_moved_is_no_win(paid: MemoryLedger) -> None:
    assert of(paid, *disputed(DisputeStatus.WON)) == []


def test_a_question_that_ends_before_anything_moved_is_closed_once(paid: MemoryLedger) -> None:
    of(paid, *disputed(DisputeStatus.INQUIRY))
    assert of(paid, *disputed(DisputeStatus.WON)) == [InquiryClosed(**whole(), **DISPUTE)]
    assert of(paid, *disputed(DisputeStatus.WON)) == []


def test_of_two_disputes_each_is_told_by_itself(paid: MemoryLedger) -> None:
    of(paid, *disputed(DisputeStatus.OPEN))
    other = dispute_update("one", "dp_2", 100, DisputeStatus.INQUIRY)
    assert of(paid, other) == [
        PaymentInquired(**whole(), dispute="dp_2", disputed=euros(100), reason="", due_by=None)
    ]


def warning(*, actionable: bool = True) -> FraudWarningUpdate:
    return FraudWarningUpdate(payment=PaymentId("one"), warning="issfr_1", actionable=actionable)


def test_a_warning_of_fraud_is_told_once_while_something_can_be_done(paid: MemoryLedger) -> None:
    assert of(paid, warning()) == [FraudWarned(**whole())]
    assert of(paid, replace(warning(), warning="issfr_2")) == []


def test_a_warning_of_fraud_about_which_nothing_can_be_done_is_not_told(
    paid: MemoryLedger,
) -> None:
    assert of(paid, warning(actionable=False)) == []


def test_a_warning_of_fraud_about_what_went_back_already_is_not_told(paid: MemoryLedger) -> None:
    of(paid, refund_update("one", "re_1", 1200))
    told = of(paid, warning())
    assert [type(each) for each in told] == [PurchaseBanned], "its refund was for fraud"


def test_a_warning_of_fraud_that_comes_before_the_money_is_told(ledger: MemoryLedger) -> None:
    assert of(ledger, warning()) == [FraudWarned(**whole())]

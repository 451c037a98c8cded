"""What a claim stands for, and under which key it is asked for."""

import pytest

from payments.commands.base import SYSTEM
from payments.commands.payments.refund_outcome import RetryRefund
from payments.domain.values.claims import Refund
from payments.domain.values.ids import PaymentId
from payments.domain.values.payment import Payment
from tests.support.make import (
    GUILD,
    START,
    checkout_update,
    event,
    initiate,
    key,
    package,
    refund_update,
)
from tests.support.memory_ledger import MemoryLedger

OURS = PaymentId("one")
BOUGHT = package(500, 1000)


def ledger_of(*, paid: bool = True) -> MemoryLedger:
    """Somebody bought 500 points for 10 euros; three euros of it went back by the dashboard."""
    ledger = MemoryLedger()
    ledger.put_up(GUILD, [BOUGHT])
    ledger.run(initiate("one", of=BOUGHT))
    if paid:
        ledger.run(event(checkout_update("one", of=BOUGHT)))
    ledger.run(event(refund_update("one", "re_1", 300)))
    return ledger


def the_refund(payment: Payment) -> Refund:
    (refund,) = payment.refunds
    return refund


def test_claims_stand_for_no_points_before_the_payment_is_credited() -> None:
    paid, unpaid = ledger_of().payments[OURS], ledger_of(paid=False).payments[OURS]
    assert (paid.target, paid.burn_target) == (150, 150)
    assert (unpaid.target, unpaid.burn_target) == (0, 0)


def test_what_was_not_asked_for_by_us_has_the_key_of_a_first_attempt() -> None:
    refund = the_refund(ledger_of().payments[OURS])
    assert refund.order is None
    assert refund.idempotency_key == f"{refund.id}:refund:1"


@pytest.mark.parametrize("refund", ["re_1", "unknown"])
def test_what_was_not_asked_for_here_is_not_tried_again_here(refund: str) -> None:
    ledger = ledger_of()
    before = ledger.payments[OURS]
    ledger.run(
        RetryRefund(
            key=key("again"),
            at=START,
            actor=SYSTEM,
            guild=GUILD,
            payment=OURS,
            refund=refund,
            failed=1,
        )
    )
    assert ledger.payments[OURS] == before

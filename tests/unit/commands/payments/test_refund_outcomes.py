"""What leads to nothing at the provider: given up or tried again, unless more is known."""

from dataclasses import replace
from typing import Any

import pytest

from payments.commands.base import SYSTEM
from payments.commands.payments.refund_outcome import GiveRefundUp, RetryRefund
from payments.domain.values.claims import Refund
from payments.domain.values.ids import PaymentId
from payments.domain.values.provider_updates import RefundStatus
from tests.support.make import START, checkout_update, event, initiate, key, package
from tests.support.memory_ledger import MemoryLedger
from tests.support.paid import order, refund

ONE = PaymentId("one")


def ledger_with(*refunds: Refund) -> MemoryLedger:
    """A payment with such refunds."""
    ledger = MemoryLedger()
    ledger.put_up(package().guild, [package()])
    ledger.run(initiate("one"))
    ledger.run(event(checkout_update("one")))
    ledger.payments[ONE] = replace(ledger.payments[ONE], refunds=refunds)
    return ledger


def common(name: str = "re_1") -> dict[str, Any]:
    return {"key": key(), "at": START, "actor": SYSTEM, "guild": None} | {
        "payment": ONE,
        "refund": name,
    }


PENDING = refund(100, RefundStatus.PENDING, order=order(attempt=2))


def test_the_next_attempt_has_the_next_number_and_so_another_key() -> None:
    ledger = ledger_with(PENDING)
    assert PENDING.idempotency_key == "re_1:refund:2"
    ledger.run(RetryRefund(**common(), failed=2))
    (found,) = ledger.payments[ONE].refunds
    assert found.order == order(attempt=3)
    assert found.idempotency_key == "re_1:refund:3"
    assert replace(found, order=None) == replace(PENDING, order=None)


@pytest.mark.parametrize(
    ("known", "failed"),
    [
        ((), 2),
        ((PENDING,), 1),
        ((PENDING,), 3),
        ((replace(PENDING, provider_id="re_9"),), 2),
        ((replace(PENDING, order=None),), 1),
        ((replace(PENDING, id="another"),), 2),
    ],
    ids=["unknown", "tried meanwhile", "not tried yet", "made after all", "not ours", "another"],
)
def test_what_was_tried_or_made_meanwhile_keeps_its_number(
    known: tuple[Refund, ...], failed: int
) -> None:
    ledger = ledger_with(*known)
    ledger.run(RetryRefund(**common(), failed=failed))
    assert ledger.payments[ONE].refunds == known


@pytest.mark.parametrize(
    "known",
    [
        (),
        (replace(PENDING, provider_id="re_9"),),
        (replace(PENDING, status=RefundStatus.FAILED),),
        (replace(PENDING, status=RefundStatus.PROPOSED),),
        (replace(PENDING, id="another"),),
    ],
    ids=["unknown", "made after all", "failed", "not asked for yet", "another"],
)
def test_only_what_is_on_its_way_is_given_up(known: tuple[Refund, ...]) -> None:
    ledger = ledger_with(*known)
    ledger.run(GiveRefundUp(**common()))
    assert ledger.payments[ONE].refunds == known


def test_a_refund_that_was_not_asked_for_here_has_the_key_of_a_first_attempt() -> None:
    assert replace(PENDING, order=None).idempotency_key == "re_1:refund:1"

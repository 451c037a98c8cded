"""Refunds that are given up, or tried again: what each refuses."""

from dataclasses import replace

import pytest

from payments.commands.payments.refund_outcome import GiveRefundUp, RetryRefund
from payments.domain.values.provider_updates import RefundStatus
from tests.support.make import event, refund_update
from tests.support.memory_ledger import MemoryLedger
from tests.support.refund_ledger import ONE, balance, ledger, of_provider, request, the

__all__ = ["ledger"]  # fixtures


def give_up(refund: str = "ours") -> GiveRefundUp:
    return GiveRefundUp(**of_provider(refund=refund))


def try_anew(failed: int, refund: str = "ours") -> RetryRefund:
    return RetryRefund(**of_provider(refund=refund), failed=failed)


def test_what_the_provider_would_not_make_is_given_back(ledger: MemoryLedger) -> None:
    ledger.run(request(300))
    assert balance(ledger) == 350
    ledger.run(give_up())
    assert (the(ledger).status, balance(ledger)) == (RefundStatus.WITHDRAWN, 500)


@pytest.mark.parametrize("status", [RefundStatus.PENDING, RefundStatus.SUCCEEDED])
def test_a_refund_of_which_the_provider_has_told_is_not_given_up(
    ledger: MemoryLedger, status: RefundStatus
) -> None:
    ledger.run(request(300))
    ledger.run(event(replace(refund_update("one", "ours", 300, status), provider_id="re_1")))
    ledger.run(give_up())
    ledger.run(try_anew(1))
    assert (the(ledger).status, balance(ledger)) == (status, 350)
    assert the(ledger).idempotency_key == "ours:refund:1"


def test_a_refund_that_waits_for_approval_is_not_given_up(ledger: MemoryLedger) -> None:
    ledger.run(request(600))
    ledger.run(give_up())
    assert the(ledger).status is RefundStatus.PROPOSED


def test_a_refund_that_is_not_there_is_neither_given_up_nor_tried_again(
    ledger: MemoryLedger,
) -> None:
    before = ledger.payments[ONE]
    ledger.run(give_up("unknown"))
    ledger.run(try_anew(1, "unknown"))
    assert ledger.payments[ONE] == before


def test_each_attempt_that_led_to_nothing_counts_once(ledger: MemoryLedger) -> None:
    ledger.run(request(300))
    assert the(ledger).idempotency_key == "ours:refund:1"
    ledger.run(try_anew(1))
    assert the(ledger).idempotency_key == "ours:refund:2"
    ledger.run(try_anew(1))
    assert the(ledger).idempotency_key == "ours:refund:2", "that was counted already"
    ledger.run(try_anew(2))
    assert the(ledger).idempotency_key == "ours:refund:3"
    assert (the(ledger).status, balance(ledger)) == (RefundStatus.PENDING, 350)


def test_a_second_refund_that_the_provider_made_of_one_of_ours_counts_too(
    ledger: MemoryLedger,
) -> None:
    """Long after a key is forgotten there, the same request makes another one."""
    ledger.run(request(300))
    first = replace(refund_update("one", "ours", 300), provider_id="re_1")
    ledger.run(event(first))
    ledger.run(event(replace(first, provider_id="re_2")))
    assert {each.id: each.provider_id for each in ledger.payments[ONE].refunds} == {
        "ours": "re_1",
        "re_2": "re_2",
    }
    assert (ledger.payments[ONE].refunded, balance(ledger)) == (600, 200)

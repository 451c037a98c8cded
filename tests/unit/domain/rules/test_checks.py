"""Purchases that a moderator checks: what is told, what is asked for, and who may decide."""

from dataclasses import replace

import pytest

from payments.domain.errors import Refused
from payments.domain.values.events import (
    PaymentFailed,
    PaymentRefunded,
    PaymentReleased,
    ProviderCallRequested,
)
from payments.domain.values.ids import AccountKey, PaymentId
from payments.domain.values.provider_calls import CallKey, CallKind, CallRequest, CallStatus
from payments.domain.values.provider_updates import CheckoutStatus, DisputeStatus, MoneyStatus
from payments.domain.values.purchase_check import SPARE
from payments.domain.values.time import DAY, HOUR, later
from tests.support.checked_ledger import begun, call_of, complete, happen
from tests.support.checking import HELD_FOR, MODERATOR, approve, held, refuse
from tests.support.make import (
    ADA,
    GUILD,
    START,
    checkout_update,
    dispute_update,
    event,
    refund_update,
)
from tests.support.memory_ledger import MemoryLedger
from tests.support.small_ledgers import PACKAGE
from tests.support.ways import choose


def status_of(ledger: MemoryLedger, call: CallKey) -> CallStatus | None:
    known = ledger.calls.get(call)
    return None if known is None else known.status


def released(ledger: MemoryLedger) -> list[str]:
    return [each.why for each in ledger.events if isinstance(each, PaymentReleased)]


@pytest.mark.parametrize(
    ("steps", "why"),
    [
        (["authorized", "refuse", "void_done"], "refused"),
        (["authorized", "lapse", "void_done"], "lapsed"),
        (["authorized", "voided"], "ended"),
        (["authorized", "approve", "collect_refused", "void_done"], "not_taken"),
        (["authorized", "approve", "voided"], "not_taken"),
    ],
)
def test_that_nothing_is_charged_is_told_once_with_the_reason(steps: list[str], why: str) -> None:
    ledger = begun()
    for each in steps:
        happen(ledger, each, "p")
    assert released(ledger) == [why]
    assert not ledger.updates.count(PaymentFailed.name)
    with pytest.raises(Refused):
        ledger.run(choose("p", "stripe", "r", of=PACKAGE))


def test_money_that_was_set_aside_after_that_of_another_way_is_let_go_of() -> None:
    ledger = begun()
    happen(ledger, "authorized", "p")
    asked = [each for each in ledger.events if isinstance(each, ProviderCallRequested)]
    assert [(each.call, each.object) for each in asked] == [("expire", "cs_q")]
    happen(ledger, "authorized", "q")
    assert released(ledger) == ["surplus"]
    with pytest.raises(Refused, match="needs no check"):
        ledger.run(approve("q"))
    happen(ledger, "approve", "p")
    happen(ledger, "captured", "p")
    assert ledger.payments[PaymentId("q")].surplus_at is None


def test_an_approval_that_waits_is_dropped_when_other_money_was_set_aside() -> None:
    ledger = begun()
    approved = replace(
        checkout_update("q", of=PACKAGE, status=CheckoutStatus.OPEN, money=MoneyStatus.UNPAID),
        call=CallRequest(kind=CallKind.AUTHORIZE, object="cs_q", request="{}"),
    )
    ledger.run(event(approved))
    happen(ledger, "authorized", "p")
    assert status_of(ledger, CallKey("other", CallKind.AUTHORIZE, "cs_q")) is CallStatus.LAPSED
    ledger.run(event(approved))
    assert status_of(ledger, CallKey("other", CallKind.AUTHORIZE, "cs_q")) is CallStatus.LAPSED


def test_a_decision_is_made_once_in_time_and_not_by_the_buyer() -> None:
    ledger = begun()
    with pytest.raises(Refused, match="no longer reserved"):
        ledger.run(approve("p"))
    happen(ledger, "authorized", "p")
    with pytest.raises(Refused, match="your own purchase"):
        ledger.run(approve("p", by=ADA))
    with pytest.raises(Refused, match="Nobody decided in time"):
        ledger.run(approve("p", at=later(START, DAY)))
    ledger.run(approve("p", at=later(START, DAY - 1)))
    for second in (approve("p"), refuse("p", by=MODERATOR)):
        with pytest.raises(Refused, match="was approved already"):
            ledger.run(second)


def test_the_owner_may_approve_their_own_purchase() -> None:
    ledger = begun()
    happen(ledger, "authorized", "p")
    ledger.run(approve("p", by=ADA, as_owner=True))
    collect = ledger.calls[call_of("p", CallKind.COLLECT)]
    assert collect is not None
    assert collect.request == '{"all": true}'


def test_the_time_to_decide_ends_well_before_the_provider_lets_go() -> None:
    ledger = begun()
    late = later(START, HELD_FOR - 8 * HOUR)
    ledger.run(event(held("p", of=PACKAGE), at=late))
    check = ledger.payments[PaymentId("p")].check
    assert check is not None
    assert check.ends_at == later(START, HELD_FOR - SPARE)


def test_a_purchase_that_the_bank_disputes_is_not_approved() -> None:
    ledger = begun()
    happen(ledger, "authorized", "p")
    ledger.run(event(dispute_update("p", "dp", 499, DisputeStatus.OPEN)))
    with pytest.raises(Refused, match="disputes this purchase"):
        ledger.run(approve("p"))
    happen(ledger, "refuse", "p")
    assert call_of("p", CallKind.VOID) in ledger.calls


def test_a_refund_of_money_that_was_only_set_aside_is_no_refund() -> None:
    """Who refunds in the provider's own dashboard lets go of the money; nothing had been taken."""
    ledger = begun()
    happen(ledger, "authorized", "p")
    ledger.run(event(refund_update("p", "re", PACKAGE.price.minor)))
    happen(ledger, "voided", "p")
    assert released(ledger) == ["ended"]
    assert not ledger.updates.count(PaymentRefunded.name)


def test_a_refund_that_overtakes_the_word_of_the_capture_is_told_with_it() -> None:
    ledger = begun()
    happen(ledger, "authorized", "p")
    ledger.run(event(refund_update("p", "re", PACKAGE.price.minor)))
    happen(ledger, "captured", "p")
    assert ledger.updates.count(PaymentRefunded.name) == 1
    account = ledger.accounts[AccountKey(GUILD, ADA)]
    assert account.balance == 0


def test_money_that_was_not_taken_although_the_provider_did_what_it_was_asked_is_let_go_of() -> (
    None
):
    """PayPal answers a capture that is declined with 201; what was set aside stays so."""
    ledger = begun()
    for each in ("authorized", "approve"):
        happen(ledger, each, "p")
    declined = held("p", MoneyStatus.FAILED, of=PACKAGE)
    complete(ledger, "p", CallKind.COLLECT, declined)
    assert status_of(ledger, call_of("p", CallKind.COLLECT)) is CallStatus.DONE
    assert status_of(ledger, call_of("p", CallKind.VOID)) is CallStatus.WAITING
    assert released(ledger) == ["not_taken"]
    happen(ledger, "void_done", "p")
    assert status_of(ledger, call_of("p", CallKind.VOID)) is CallStatus.DONE
    assert released(ledger) == ["not_taken"]

"""Refunds that are asked for, approved, declined, given up and tried again: what each refuses."""

from dataclasses import replace
from typing import Any

import pytest

from payments.commands.base import SYSTEM, Command, Undo
from payments.commands.payments.inspect import InspectPayment
from payments.commands.payments.refund import (
    REASON_LENGTH,
    ApproveRefund,
    DeclineRefund,
)
from payments.commands.payments.refund_quote import QuoteRefund
from payments.commands.payments.void_test_points import VoidTestPayment
from payments.domain.errors import CannotUndo, Refused
from payments.domain.values.ids import PaymentId
from payments.domain.values.money import Money
from payments.domain.values.provider_updates import DisputeStatus, RefundStatus
from payments.domain.values.time import HOUR, later
from tests.support.make import (
    ADA,
    BEN,
    EVE,
    GUILD,
    START,
    checkout_update,
    dispute_update,
    euros,
    event,
    initiate,
    key,
    refund_update,
)
from tests.support.memory_ledger import MemoryLedger
from tests.support.refund_ledger import (
    BOUGHT,
    ELSEWHERE,
    NOBODYS,
    ONE,
    balance,
    common,
    ledger,
    limit,
    quote,
    request,
    the,
)

__all__ = ["ledger"]  # fixtures


@pytest.mark.parametrize("elsewhere", [False, True])
@pytest.mark.parametrize(
    "command",
    [
        request(),
        ApproveRefund(**common()),
        DeclineRefund(**common()),
        QuoteRefund(key=key(), at=START, actor=SYSTEM, guild=GUILD, payment=ONE, amount=euros(100)),
        InspectPayment(key=key(), at=START, actor=SYSTEM, guild=GUILD, payment=ONE),
        VoidTestPayment(key=key(), at=START, actor=SYSTEM, guild=GUILD, payment=ONE),
    ],
    ids=lambda command: command.kind,
)
def test_a_payment_of_another_server_is_as_good_as_none(
    ledger: MemoryLedger, command: Any, *, elsewhere: bool
) -> None:
    changes: dict[str, Any] = {"guild": ELSEWHERE} if elsewhere else {"payment": NOBODYS}
    with pytest.raises(Refused, match=r"There is no such payment"):
        ledger.run(replace(command, key=key(), **changes))
    assert ledger.payments[ONE].refunds == ()
    assert balance(ledger) == 500


@pytest.mark.parametrize("decision", [ApproveRefund, DeclineRefund])
def test_only_a_refund_that_was_asked_for_here_is_decided(
    ledger: MemoryLedger, decision: type[ApproveRefund]
) -> None:
    ledger.run(event(refund_update("one", "re_dashboard", 100)))
    for nothing in ("unknown", "re_dashboard"):
        with pytest.raises(Refused, match="There is no such refund"):
            ledger.run(decision(**common(EVE, refund=nothing)))
    assert the(ledger, "re_dashboard").status is RefundStatus.SUCCEEDED
    assert balance(ledger) == 450


@pytest.mark.parametrize("decision", [ApproveRefund, DeclineRefund])
def test_what_was_decided_is_not_decided_again(
    ledger: MemoryLedger, decision: type[ApproveRefund]
) -> None:
    ledger.run(request())
    ledger.run(DeclineRefund(**common(EVE)))
    with pytest.raises(Refused, match="declined already"):
        ledger.run(decision(**common(EVE)))
    ledger.run(replace(request(), refund="second"))
    ledger.run(ApproveRefund(**common(EVE, refund="second")))
    with pytest.raises(Refused, match="approved already"):
        ledger.run(decision(**common(EVE, refund="second")))
    assert the(ledger, "second").status is RefundStatus.PENDING


def test_who_asked_and_who_approved_stand_with_the_refund(ledger: MemoryLedger) -> None:
    ledger.run(request(reason=" Bought  twice "))
    assert balance(ledger) == 500, "nothing moves before it is approved"
    ledger.run(ApproveRefund(**common(EVE)))
    order = the(ledger).order
    assert order is not None
    assert (order.by, order.approved_by, order.at) == (BEN, EVE, later(START, HOUR))
    assert (order.reason, order.request, order.attempt) == ("Bought twice", "{}", 1)
    assert balance(ledger) == 200


def test_whoever_asked_does_not_approve_but_may_withdraw(ledger: MemoryLedger) -> None:
    ledger.run(request())
    with pytest.raises(Refused, match="You asked for this refund"):
        ledger.run(ApproveRefund(**common(BEN)))
    ledger.run(DeclineRefund(**common(BEN)))
    assert (the(ledger).status, balance(ledger)) == (RefundStatus.WITHDRAWN, 500)


def test_the_buyer_approves_what_others_asked_for_only_as_the_owner(ledger: MemoryLedger) -> None:
    ledger.run(request())
    with pytest.raises(Refused, match="your own purchase"):
        ledger.run(ApproveRefund(**common(ADA)))
    ledger.run(ApproveRefund(**common(ADA, as_owner=True)))
    assert the(ledger).status is RefundStatus.PENDING


@pytest.mark.parametrize("asked", [300, 301])
def test_the_limit_itself_needs_nobody_else(ledger: MemoryLedger, asked: int) -> None:
    ledger.run(request(asked))
    waits = asked > 300
    assert the(ledger).status is (RefundStatus.PROPOSED if waits else RefundStatus.PENDING)


@pytest.mark.parametrize("status", [RefundStatus.SUCCEEDED, RefundStatus.PENDING])
def test_what_else_goes_back_counts_for_the_limit(
    ledger: MemoryLedger, status: RefundStatus
) -> None:
    ledger.run(event(refund_update("one", "re_1", 200, status)))
    ledger.run(request(100))
    assert the(ledger).status is RefundStatus.PENDING
    ledger.run(replace(request(1), refund="more"))
    assert the(ledger, "more").status is RefundStatus.PROPOSED


def test_a_limit_in_another_currency_lets_nothing_pass(ledger: MemoryLedger) -> None:
    limit(ledger, Money(minor=100_000, currency="USD"))
    ledger.run(request(1))
    assert the(ledger).status is RefundStatus.PROPOSED


def test_as_much_as_is_left_can_be_refunded_and_no_more(ledger: MemoryLedger) -> None:
    ledger.run(event(refund_update("one", "re_1", 200)))
    ledger.run(event(refund_update("one", "re_2", 300, RefundStatus.PENDING)))
    assert quote(ledger) == 500
    for wrong in (0, 501):
        with pytest.raises(Refused, match=r"At most 5\.00 EUR of this payment can be refunded"):
            ledger.run(request(wrong))
    with pytest.raises(Refused, match="At most"):
        ledger.run(replace(request(), amount=Money(minor=1, currency="USD")))
    ledger.run(request(500))
    ledger.run(ApproveRefund(**common(EVE)))
    with pytest.raises(Refused, match="refunded already, or is on its way back"):
        quote(ledger)


def test_what_was_never_paid_is_not_refunded(ledger: MemoryLedger) -> None:
    ledger.run(initiate("two", of=BOUGHT))
    with pytest.raises(Refused, match="has not been paid"):
        ledger.run(replace(request(), payment=PaymentId("two")))


@pytest.mark.parametrize("status", [DisputeStatus.OPEN, DisputeStatus.LOST])
def test_what_the_bank_decides_is_not_refunded(ledger: MemoryLedger, status: DisputeStatus) -> None:
    ledger.run(event(dispute_update("one", "dp_1", 1, status)))
    with pytest.raises(Refused, match="the buyer's bank decides"):
        ledger.run(request(1))
    ledger.run(event(dispute_update("one", "dp_1", 1, DisputeStatus.WON)))
    ledger.run(request(1))


def test_a_payment_whose_id_at_the_provider_is_not_known_is_refunded_there() -> None:
    ledger = MemoryLedger()
    ledger.put_up(GUILD, [BOUGHT])
    ledger.run(initiate("one", of=BOUGHT))
    ledger.run(event(replace(checkout_update("one", of=BOUGHT), intent=None)))
    assert balance(ledger) == 500
    with pytest.raises(Refused, match="is not known: refund it there"):
        ledger.run(request(1))


def test_what_was_approved_meanwhile_elsewhere_is_looked_at_again(ledger: MemoryLedger) -> None:
    ledger.run(request(600))
    ledger.run(event(refund_update("one", "re_1", 500)))
    with pytest.raises(Refused, match=r"At most 5\.00 EUR"):
        ledger.run(ApproveRefund(**common(EVE)))
    assert the(ledger).status is RefundStatus.PROPOSED


@pytest.mark.parametrize(("letters", "fits"), [(REASON_LENGTH, True), (REASON_LENGTH + 1, False)])
def test_a_reason_has_an_end(ledger: MemoryLedger, letters: int, *, fits: bool) -> None:
    wanted = request(100, reason="x" * letters)
    if fits:
        ledger.run(wanted)
        return
    with pytest.raises(Refused, match=f"{REASON_LENGTH} characters"):
        ledger.run(wanted)


@pytest.mark.parametrize("which", ["request", "approve", "decline"])
def test_no_decision_on_a_refund_is_undone(ledger: MemoryLedger, which: str) -> None:
    decision: Command[Any] = request(600)
    outcome = ledger.run(decision)
    if which != "request":
        kind = ApproveRefund if which == "approve" else DeclineRefund
        outcome = ledger.run(decision := kind(**common(EVE)))
    with pytest.raises(CannotUndo, match="the money is on its way to the buyer"):
        ledger.run(Undo.of(decision, outcome, at=START))

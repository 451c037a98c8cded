"""Purchases with many ways to pay, and ways that went wrong."""

from dataclasses import replace

import pytest

from payments.commands.payments.provider_calls import CompleteCall
from payments.commands.payments.ways import MOST_WAYS
from payments.commands.points.move import TransferPoints
from payments.domain.errors import Refused
from payments.domain.rules.ways import open_way, the_one
from payments.domain.values.ids import PaymentId
from payments.domain.values.provider_calls import CallKey, CallKind, CallRequest
from payments.domain.values.provider_updates import (
    CheckoutStatus,
    DisputeStatus,
    MoneyStatus,
    RefundStatus,
)
from payments.domain.values.time import MINUTE, later
from tests.support.make import (
    ADA,
    BEN,
    GUILD,
    checkout_update,
    dispute_update,
    event,
    key,
    refund_update,
)
from tests.support.memory_ledger import MemoryLedger
from tests.support.small_ledgers import HUNDRED, MATURE, common, ledger_with, standing
from tests.support.ways import begin_purchase, choose, opened

WAYS = [f"w{number}" for number in range(MOST_WAYS)]
THEN = later(MATURE, MINUTE)


def begun(ledger: MemoryLedger, ways: list[str]) -> None:
    """A purchase of which all these ways are open, each in a tab of its own."""
    ledger.run(begin_purchase(ways[0], of=HUNDRED, at=MATURE))
    for way in ways:
        ledger.run(choose(ways[0], f"provider {way}", way, of=HUNDRED, at=MATURE))
        ledger.run(opened(way, of=HUNDRED, at=MATURE))


@pytest.mark.parametrize("paid", [WAYS[0], WAYS[-1]])
def test_however_many_are_open_the_one_that_is_paid_counts(paid: str) -> None:
    """Also for a buyer with debt, whose points are claimed where they were passed on to."""
    ledger = ledger_with(("one", ADA), ("two", ADA), ("three", ADA))
    ledger.run(TransferPoints(**common(ADA), points=280, recipient=BEN))
    ledger.run(event(refund_update("one", "re_1", 1000, RefundStatus.PENDING), at=MATURE))
    ledger.run(event(dispute_update("two", "dp_1", 500, DisputeStatus.OPEN), at=MATURE))
    before = standing(ledger, ADA)
    begun(ledger, WAYS)
    ledger.run(event(checkout_update(paid, of=HUNDRED), at=THEN))
    assert ledger.payments[PaymentId(paid)].credited_at == THEN
    assert standing(ledger, ADA).balance == before.balance + 100
    others = [each for each in WAYS if each != paid]
    assert {ledger.payments[PaymentId(each)].paid_instead for each in others} == {paid}
    calls = {each for each in ledger.calls if each.kind is CallKind.EXPIRE}
    assert calls == {CallKey(f"provider {each}", CallKind.EXPIRE, f"cs_{each}") for each in others}


def test_what_a_capture_brought_that_was_dropped_meanwhile_goes_back() -> None:
    ledger = ledger_with()
    begun(ledger, ["p", "q"])
    asks = CallRequest(kind=CallKind.CAPTURE, object="cs_q", request="{}")
    waits = checkout_update("q", of=HUNDRED, status=CheckoutStatus.OPEN, money=MoneyStatus.UNPAID)
    ledger.run(event(replace(waits, call=asks), at=THEN))
    ledger.run(event(checkout_update("p", of=HUNDRED), at=THEN))
    taken = CompleteCall(
        key=key(),
        at=THEN,
        actor=common(ADA)["actor"],
        guild=GUILD,
        call=CallKey("provider q", CallKind.CAPTURE, "cs_q"),
        payment=PaymentId("q"),
        attempt=1,
        update=checkout_update("q", of=HUNDRED),
    )
    ledger.run(taken)
    assert ledger.payments[PaymentId("q")].surplus_at == THEN
    assert standing(ledger, ADA).balance == 100


def test_whoever_may_have_paid_what_does_not_fit_is_not_asked_to_pay_again() -> None:
    ledger = ledger_with()
    begun(ledger, ["p", "q"])
    ledger.run(event(replace(checkout_update("q", of=HUNDRED), subtotal=1, total=1), at=THEN))
    assert ledger.payments[PaymentId("q")].mismatch is not None
    with pytest.raises(Refused, match="A moderator is looking"):
        ledger.run(choose("p", "provider p", "p", of=HUNDRED, at=THEN))
    both = [ledger.payments[PaymentId(each)] for each in ("p", "q")]
    assert the_one(both).id == "q"


def test_a_way_that_is_open_is_found_behind_one_that_does_not_fit() -> None:
    ledger = ledger_with()
    begun(ledger, ["p"])
    fits = ledger.payments[PaymentId("p")]
    wrong = replace(fits, id=PaymentId("q"), mismatch="It does not fit.", url=None)
    assert open_way([wrong, fits], "provider p", THEN) is fits

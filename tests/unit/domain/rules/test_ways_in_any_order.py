"""A purchase with two ways to pay: whatever is told of both, in any order, comes to one end.

What it comes to is said by an oracle: the way that is paid first counts as if there were no other,
and nothing that is told of the other one moves a point.
"""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from payments.commands.base import SYSTEM
from payments.commands.payments.refund_outcome import GiveRefundUp
from payments.commands.payments.surplus import RefundSurplus
from payments.domain.values.events import (
    PaymentSucceeded,
    PaymentSurplus,
    PointsAwarded,
    ProviderCallRequested,
)
from payments.domain.values.ids import House, PaymentId
from payments.domain.values.provider_calls import CallKey, CallKind, CallRequest, CallStatus
from payments.domain.values.provider_updates import (
    CheckoutStatus,
    CheckoutUpdate,
    DisputeStatus,
    MoneyStatus,
    ProviderUpdate,
    RefundStatus,
)
from payments.domain.values.time import HOUR, later
from tests.support.make import (
    GUILD,
    START,
    checkout_update,
    dispute_update,
    event,
    key,
    refund_update,
)
from tests.support.memory_ledger import MemoryLedger, branch
from tests.support.payment_oracle import expect
from tests.support.small_ledgers import PACKAGE
from tests.support.thorough import examples
from tests.support.ways import begin_purchase, choose, opened

THEN = later(START, HOUR // 2)
P, Q = PaymentId("p"), PaymentId("q")


def facts_of(payment: str) -> list[ProviderUpdate]:
    """What may be told of one of the two."""
    return [
        checkout_update(payment, money=MoneyStatus.PROCESSING),
        checkout_update(payment),
        checkout_update(payment, status=CheckoutStatus.EXPIRED, money=MoneyStatus.UNPAID),
        refund_update(payment, f"re_{payment}", 200),
        refund_update(payment, f"re_{payment}2", 101, RefundStatus.PENDING),
        dispute_update(payment, f"dp_{payment}", 150, DisputeStatus.OPEN),
        dispute_update(payment, f"dp_{payment}", 150, DisputeStatus.LOST),
    ]


def begun() -> MemoryLedger:
    """A purchase of which both ways were opened, in two tabs."""
    ledger = MemoryLedger()
    ledger.put_up(GUILD, [PACKAGE])
    ledger.run(begin_purchase("p", of=PACKAGE))
    ledger.run(choose("p", "stripe", "p", of=PACKAGE))
    ledger.run(opened("p"))
    ledger.run(choose("p", "other", "q", of=PACKAGE))
    ledger.run(opened("q"))
    return ledger


def tell(ledger: MemoryLedger, update: ProviderUpdate) -> None:
    ledger.run(event(update, at=THEN))


def is_paid(update: ProviderUpdate) -> bool:
    return isinstance(update, CheckoutUpdate) and update.money is MoneyStatus.PAID


def about(update: ProviderUpdate) -> PaymentId:
    if isinstance(update, CheckoutUpdate):
        return PaymentId(update.reference.payment or "")
    return PaymentId(update.payment or "")


def house(ledger: MemoryLedger, owner: House) -> int:
    came = sum(t.points for t in ledger.transfers.values() if t.destination.owner is owner)
    went = sum(t.points for t in ledger.transfers.values() if t.source.owner is owner)
    return came - went


def check(ledger: MemoryLedger, told: Sequence[ProviderUpdate]) -> None:
    """The books are as the oracle says."""
    first = next((about(each) for each in told if is_paid(each)), None)
    ways = [ledger.payments[each] for each in (P, Q)]
    assert [each.id for each in ways if each.credited_at] == ([] if first is None else [first])
    counting = expect(PACKAGE.points, [each for each in told if about(each) == first])
    assert house(ledger, House.HELD) == counting.out - counting.gone
    assert -house(ledger, House.ISSUED) == counting.given - counting.gone
    balances = sum(account.balance for account in ledger.accounts.values())
    assert balances == counting.given - counting.out
    for each in ways:
        paid = any(is_paid(one) for one in told if about(one) == each.id)
        other = Q if each.id == P else P
        assert each.paid_instead == (other if first == other else None)
        assert (each.surplus_at is not None) == (paid and first == other)
        banned = each.id in ledger.purchase_bans.get(each.buyer, ())
        assert banned == (bool(each.banning_claims) and each.paid_instead is None)
    assert ledger.updates.count(PaymentSucceeded.name) == (first is not None)
    both = {about(each) for each in told if is_paid(each)} == {P, Q}
    assert ledger.updates.count(PaymentSurplus.name) == both
    given = [each for each in ledger.events if isinstance(each, PointsAwarded)]
    assert all(each.payment == first for each in given)


@given(st.permutations([*facts_of("p"), *facts_of("q")]), st.integers(0, 14))
@settings(max_examples=examples(150), deadline=None)
def test_the_first_that_is_paid_counts_and_the_other_moves_no_point(
    facts: list[ProviderUpdate], told: int
) -> None:
    ledger = begun()
    for place, each in enumerate(facts[:told]):
        tell(ledger, each)
        check(ledger, facts[: place + 1])


@pytest.mark.parametrize("first", ["p", "q"])
def test_what_came_second_goes_back_by_itself_and_the_first_stays(first: str) -> None:
    second = "q" if first == "p" else "p"
    ledger = begun()
    tell(ledger, checkout_update(first))
    [close] = [each for each in ledger.events if isinstance(each, ProviderCallRequested)]
    assert (close.payment, close.call, close.object) == (second, "expire", f"cs_{second}")
    tell(ledger, checkout_update(second))
    surplus = [each for each in ledger.events if isinstance(each, PaymentSurplus)]
    assert [(each.payment, each.counted) for each in surplus] == [(second, first)]
    back = [each for each in ledger.events if isinstance(each, ProviderCallRequested)][-1]
    assert (back.payment, back.call, back.object) == (second, "refund", second)
    tell(ledger, checkout_update(second))
    assert ledger.updates.count(PaymentSurplus.name) == 1


def test_of_a_dispute_that_comes_first_the_bank_decides_and_what_is_won_goes_back() -> None:
    ledger = begun()
    tell(ledger, checkout_update("p"))
    tell(ledger, dispute_update("q", "dp", 499, DisputeStatus.OPEN))
    tell(ledger, checkout_update("q"))
    assert not asked_back(ledger), "the bank has it"
    tell(ledger, dispute_update("q", "dp", 499, DisputeStatus.WON, seen=1))
    assert asked_back(ledger) == ["q"]


def refused_by_itself(ledger: MemoryLedger, refund: str) -> None:
    """A refund by itself of the second way is noted, and its provider does not make it."""
    paid = ledger.payments[Q]
    ledger.run(
        RefundSurplus(
            key=RefundSurplus.key_of(paid),
            at=THEN,
            actor=SYSTEM,
            guild=GUILD,
            payment=Q,
            refund=refund,
            amount=paid.price,
            request="{}",
        )
    )
    ledger.run(
        GiveRefundUp(key=key(), at=THEN, actor=SYSTEM, guild=GUILD, payment=Q, refund=refund)
    )


def test_what_a_dispute_kept_from_going_back_goes_back_once_that_is_won() -> None:
    ledger = begun()
    tell(ledger, checkout_update("p"))
    tell(ledger, checkout_update("q"))
    refused_by_itself(ledger, "r1")
    tell(ledger, dispute_update("q", "dp", 499, DisputeStatus.OPEN))
    assert asked_back(ledger) == ["q"]
    tell(ledger, dispute_update("q", "dp", 499, DisputeStatus.WON, seen=1))
    assert asked_back(ledger) == ["q", "q"]
    refused_by_itself(ledger, "r2")
    assert not ledger.payments[Q].goes_back, "what fails now is left to moderators"


def asked_back(ledger: MemoryLedger) -> list[str]:
    return [
        each.object
        for each in ledger.events
        if isinstance(each, ProviderCallRequested) and each.call == "refund"
    ]


def test_a_refund_of_all_of_the_first_does_not_make_the_second_count() -> None:
    ledger = begun()
    tell(ledger, checkout_update("p"))
    tell(ledger, refund_update("p", "re", PACKAGE.price.minor))
    twin = branch(ledger)
    tell(twin, checkout_update("q"))
    assert twin.whole().accounts == ledger.whole().accounts
    assert twin.payments[Q].goes_back


def test_one_that_is_opened_after_the_other_was_paid_is_closed() -> None:
    ledger = begun()
    ledger.run(choose("p", "third", "r"))
    tell(ledger, checkout_update("p"))
    ledger.run(opened("r"))
    closed = [
        (each.payment, each.object)
        for each in ledger.events
        if isinstance(each, ProviderCallRequested) and each.call == "expire"
    ]
    assert closed == [("q", "cs_q"), ("r", "cs_r")]


APPROVED = replace(
    checkout_update("q", status=CheckoutStatus.OPEN, money=MoneyStatus.UNPAID),
    call=CallRequest(kind=CallKind.CAPTURE, object="cs_q", request="{}"),
)


@pytest.mark.parametrize("approved_first", [True, False])
def test_what_is_approved_beside_a_way_that_is_paid_is_never_captured(
    *, approved_first: bool
) -> None:
    """Whether the approval waits already, or comes afterwards; each time that it comes."""
    ledger = begun()
    facts = [APPROVED, checkout_update("p")] if approved_first else [checkout_update("p"), APPROVED]
    for each in (*facts, APPROVED):
        tell(ledger, each)
    call = ledger.calls.get(CallKey("other", CallKind.CAPTURE, "cs_q"))
    assert (None if call is None else call.status) == (
        CallStatus.LAPSED if approved_first else None
    )

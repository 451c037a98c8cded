"""Refunds and disputes change back, and are applied to their version alone."""

from dataclasses import dataclass, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from payments.commands.base import by_provider
from payments.commands.payments.apply_update import ApplyClaimLookup, Superseded
from payments.domain.errors import KeyReused, Refused
from payments.domain.values.ids import AccountKey, PaymentId
from payments.domain.values.payment_state import PaymentState
from payments.domain.values.provider_updates import ClaimUpdate, DisputeStatus, RefundStatus
from payments.domain.values.share import Share
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
from tests.support.small_ledgers import begin
from tests.support.thorough import examples

OURS = PaymentId("p")
BUYER = AccountKey(GUILD, ADA)
OPEN, WON, LOST = DisputeStatus.OPEN, DisputeStatus.WON, DisputeStatus.LOST


def sold() -> MemoryLedger:
    """500 points for €4.99, paid."""
    ledger = begin()
    ledger.run(event(checkout_update("p")))
    return ledger


def take_in(ledger: MemoryLedger, update: ClaimUpdate) -> bool:
    """Take an answer in as a look-up does. Returns whether it counted."""
    command = ApplyClaimLookup(
        key=ApplyClaimLookup.key_of(update),
        at=START,
        actor=by_provider("stripe"),
        guild=GUILD,
        payment=OURS,
        told=update,
    )
    try:
        ledger.run(command)
    except (Superseded, KeyReused):
        return False
    return True


def seen(ledger: MemoryLedger, update: ClaimUpdate) -> int:
    claim = ledger.payments[OURS].claim_of(update)
    return claim.version if claim else 0


@pytest.mark.parametrize(
    ("turns", "state", "points"),
    [
        ([OPEN, WON, OPEN, LOST], PaymentState.CHARGED_BACK, 0),
        ([OPEN, LOST, OPEN, WON], PaymentState.COMPLETED, 500),
        ([OPEN, WON, OPEN, WON, OPEN], PaymentState.DISPUTED, 0),
        ([LOST, WON, LOST], PaymentState.CHARGED_BACK, 0),
        ([OPEN, DisputeStatus.INQUIRY], PaymentState.COMPLETED, 500),
    ],
    ids=lambda each: ", ".join(each) if isinstance(each, list) else "",
)
def test_a_dispute_stands_as_it_was_answered_last(
    turns: list[DisputeStatus], state: PaymentState, points: int
) -> None:
    ledger = sold()
    for number, status in enumerate(turns):
        assert take_in(ledger, dispute_update("p", "dp", 499, status, seen=number))
    assert ledger.payments[OURS].state is state
    assert ledger.accounts[BUYER].balance == points
    assert bool(ledger.purchase_bans.get(BUYER)) == (state is PaymentState.CHARGED_BACK)


def test_each_turn_of_a_dispute_is_told() -> None:
    ledger = sold()
    for number, status in enumerate([OPEN, WON, OPEN, LOST]):
        take_in(ledger, dispute_update("p", "dp", 499, status, seen=number))
    turns = [name for name in ledger.updates if "dispute" in name or "charged" in name]
    assert turns == [
        "payment.disputed",
        "payment.dispute_won",
        "payment.disputed",
        "payment.charged_back",
    ]


def test_a_refund_that_failed_may_succeed_after_all_and_fail_again() -> None:
    ledger = sold()
    balances = []
    done, failed = RefundStatus.SUCCEEDED, RefundStatus.FAILED
    for number, status in enumerate([done, failed, done, RefundStatus.PENDING, failed]):
        take_in(ledger, refund_update("p", "re", 499, status, seen=number))
        balances.append(ledger.accounts[BUYER].balance)
    assert balances == [0, 500, 0, 0, 500]


def test_an_answer_upon_an_older_version_changes_nothing() -> None:
    ledger = sold()
    assert take_in(ledger, dispute_update("p", "dp", 499, LOST))
    before = ledger.whole()
    for late in (OPEN, WON, LOST):
        update = dispute_update("p", "dp", 499, late)
        assert take_in(ledger, update) is (late is LOST)  # the same again: it was applied
        assert take_in(ledger, replace(update, seen=7)) is False
    assert ledger.whole() == before


def test_the_same_answer_raises_the_version_so_that_a_slower_one_is_dropped() -> None:
    """Both asked at version 1; the slower one was answered before the bank changed its mind."""
    ledger = sold()
    take_in(ledger, dispute_update("p", "dp", 499, WON))
    assert take_in(ledger, dispute_update("p", "dp", 499, WON, seen=1))
    assert not take_in(ledger, dispute_update("p", "dp", 499, OPEN, seen=1))
    assert ledger.accounts[BUYER].balance == 500


def test_what_was_refused_leaves_no_key_behind() -> None:
    """Nothing says how much of the payment ¥300 are; once that is told, it is applied."""
    ledger = sold()
    yen = dispute_update("p", "dp", 300, OPEN, currency="JPY")
    with pytest.raises(Refused, match="300 JPY"):
        take_in(ledger, yen)
    assert ledger.accounts[BUYER].balance == 500
    assert take_in(ledger, replace(yen, share=Share(part=250, whole=500)))
    assert ledger.accounts[BUYER].balance == 250


def test_the_answer_to_our_own_request_counts_only_while_nothing_else_is_known() -> None:
    ledger = sold()
    answer = refund_update("p", "re", 499, RefundStatus.PENDING)
    assert take_in(ledger, replace(answer, status=RefundStatus.FAILED))
    assert not take_in(ledger, answer)
    assert ledger.accounts[BUYER].balance == 500


@dataclass
class Look:
    """One look-up that is under way."""

    seen: int
    answer: DisputeStatus | None = None


STATUSES = st.sampled_from([OPEN, WON, LOST, DisputeStatus.INQUIRY])


@pytest.mark.slow
@settings(max_examples=examples(200), deadline=None, derandomize=True)
@given(st.data())
def test_however_look_ups_race_the_last_turn_of_the_bank_stands(data: st.DataObject) -> None:
    """Each turn sends a message. Look-ups read, ask and commit in any order, and ask again."""
    ledger = sold()
    bank, turns = OPEN, 0
    messages, looks = 0, list[Look]()
    update = dispute_update("p", "dp", 499, OPEN)
    while turns < 4 or messages or looks:
        acts = ["turn"] * (turns < 4) + ["begin"] * (messages > 0)
        acts += ["ask"] * any(look.answer is None for look in looks)
        acts += ["commit"] * any(look.answer is not None for look in looks)
        match data.draw(st.sampled_from(acts)):
            case "turn":
                bank, turns, messages = data.draw(STATUSES), turns + 1, messages + 1
            case "begin":
                messages -= 1
                looks.append(Look(seen(ledger, update)))
            case "ask":
                asking = [look for look in looks if look.answer is None]
                data.draw(st.sampled_from(asking)).answer = bank
            case _:
                answered = [look for look in looks if look.answer is not None]
                look = data.draw(st.sampled_from(answered))
                looks = [each for each in looks if each is not look]
                assert look.answer is not None
                fresh = dispute_update("p", "dp", 499, look.answer, seen=look.seen)
                if not take_in(ledger, fresh):
                    looks.append(Look(seen(ledger, update)))
    dispute = ledger.payments[OURS].dispute("dp")
    assert dispute is not None
    assert dispute.status is bank
    assert ledger.accounts[BUYER].balance == (0 if bank in {OPEN, LOST} else 500)

"""A purchase that is checked: whatever happens to it, in any order, comes to what an oracle says.

The oracle is written from the rules with plain words, and shares nothing with the program but the
kinds of facts: money goes forward, one decision counts, points come with money that was taken.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from payments.commands.base import by_provider
from payments.commands.payments.provider_calls import CompleteCall, EndCall
from payments.domain.errors import Refused
from payments.domain.values.events import (
    PaymentFailed,
    PaymentHeld,
    PaymentRefunded,
    PaymentReleased,
    PaymentSucceeded,
    PaymentSurplus,
    ProviderCallRequested,
)
from payments.domain.values.ids import AccountKey, House, PaymentId
from payments.domain.values.provider_calls import CallKey, CallKind, CallRequest, CallStatus
from payments.domain.values.provider_updates import (
    CheckoutStatus,
    CheckoutUpdate,
    DisputeStatus,
    MoneyStatus,
)
from payments.domain.values.purchase_check import SPARE
from payments.domain.values.time import DAY, HOUR, later
from tests.support.checking import (
    CHECK_ALL,
    HELD_FOR,
    MODERATOR,
    approve,
    held,
    lapse,
    refuse,
)
from tests.support.make import (
    ADA,
    GUILD,
    START,
    checkout_update,
    dispute_update,
    event,
    key,
    refund_update,
)
from tests.support.memory_ledger import MemoryLedger
from tests.support.small_ledgers import PACKAGE
from tests.support.thorough import examples
from tests.support.ways import begin_purchase, choose, opened

MONEY: Final = ("unpaid", "authorized", "failed", "paid")
"""Of two words about the same money the one further right is the later one, and stays."""

TOLD: Final = {
    "authorized": MoneyStatus.AUTHORIZED,
    "voided": MoneyStatus.FAILED,
    "captured": MoneyStatus.PAID,
}
"""What a provider may tell of the money, from its own side or after a call of ours."""

STEPS: Final = [
    (what, of)
    for of in ("p", "q")
    for what in (*TOLD, "approve", "refuse", "lapse", "collect_refused", "void_done")
]
"""What may happen, and to which of the two ways of one purchase."""


@dataclass
class OneWay:
    """What the oracle knows of one way to pay."""

    money: str = "unpaid"
    seen: bool = False
    decision: str = ""
    instead: bool = False
    asked: dict[str, str] = field(default_factory=dict)
    credited: bool = False


@dataclass
class Oracle:
    """A purchase with two ways."""

    p: OneWay = field(default_factory=OneWay)
    q: OneWay = field(default_factory=OneWay)

    def happen(self, what: str, of: str) -> None:
        """One step."""
        way: OneWay = getattr(self, of)
        if what in TOLD:
            self._told(way, of, {"voided": "failed", "captured": "paid"}.get(what, what))
        elif what in {"approve", "refuse", "lapse"}:
            if way.money == "authorized" and not way.decision and not way.instead:
                way.decision = what
                self._ask(way, "collect" if what == "approve" else "void")
        elif what == "collect_refused" and way.asked.get("collect") == "waiting":
            way.asked["collect"] = "refused"
            self._ask(way, "void")
        elif what == "void_done" and way.asked.get("void") == "waiting":
            way.asked["void"] = "done"
            self._told(way, of, "failed")

    def _told(self, way: OneWay, of: str, word: str) -> None:
        if way.credited and word != "paid":
            return
        way.money = max(way.money, word, key=MONEY.index)
        if way.money == "authorized" and not way.seen:
            way.seen = True
            if not way.instead:
                self._left(of)
        if way.money == "authorized" and way.instead:
            self._ask(way, "void")
        if way.money == "paid" and not way.credited and not way.instead:
            way.credited = True
            self._left(of)

    def _left(self, of: str) -> None:
        (self.q if of == "p" else self.p).instead = True

    @staticmethod
    def _ask(way: OneWay, what: str) -> None:
        if way.money == "authorized" and way.asked.get(what) not in {"waiting", "done"}:
            way.asked[what] = "waiting"


def begun() -> MemoryLedger:
    """A purchase that is checked, of which both ways were opened."""
    ledger = MemoryLedger()
    ledger.put_up(GUILD, [PACKAGE])
    ledger.guilds[GUILD] = replace(ledger.guilds[GUILD], settings=CHECK_ALL)
    ledger.run(begin_purchase("p", of=PACKAGE))
    ledger.run(choose("p", "stripe", "p", of=PACKAGE))
    ledger.run(opened("p", of=PACKAGE))
    ledger.run(choose("p", "other", "q", of=PACKAGE))
    ledger.run(opened("q", of=PACKAGE))
    return ledger


def provider_of(payment: str) -> str:
    return "stripe" if payment == "p" else "other"


def call_of(payment: str, kind: CallKind) -> CallKey:
    return CallKey(provider_of(payment), kind, f"auth_{payment}")


def happen(ledger: MemoryLedger, what: str, of: str) -> None:
    """One step, on the books."""
    ends = ledger.payments[PaymentId(of)].check
    due = (ends.ends_at if ends else None) or later(START, 1)
    with suppress(Refused):
        if what in TOLD:
            ledger.run(event(held(of, TOLD[what], of=PACKAGE)))
        elif what == "approve":
            ledger.run(approve(of))
        elif what == "refuse":
            ledger.run(refuse(of))
        elif what == "lapse":
            ledger.run(lapse(of, due))
        elif what == "collect_refused":
            end(ledger, of, CallKind.COLLECT)
        else:
            complete(ledger, of, CallKind.VOID, held(of, MoneyStatus.FAILED, of=PACKAGE))


def end(ledger: MemoryLedger, of: str, kind: CallKind) -> None:
    """The provider says no to a call, in its first attempt."""
    ledger.run(
        EndCall(
            key=key("end"),
            at=START,
            actor=by_provider(provider_of(of)),
            guild=GUILD,
            call=call_of(of, kind),
            payment=PaymentId(of),
            attempt=1,
            status=CallStatus.REFUSED,
            reason="Why.",
        )
    )


def complete(ledger: MemoryLedger, of: str, kind: CallKind, update: CheckoutUpdate) -> None:
    """The provider has made a call, in its first attempt."""
    ledger.run(
        CompleteCall(
            key=key("done"),
            at=START,
            actor=by_provider(provider_of(of)),
            guild=GUILD,
            call=call_of(of, kind),
            payment=PaymentId(of),
            attempt=1,
            update=update,
        )
    )


def found_of(ledger: MemoryLedger, of: str) -> OneWay:
    """What the books say of one way, in the oracle's words."""
    payment = ledger.payments[PaymentId(of)]
    check = payment.check
    assert check is not None
    decided = {"waiting": "", "approved": "approve", "refused": "refuse", "lapsed": "lapse"}
    calls = {str(each): ledger.calls.get(call_of(of, each)) for each in _OURS}
    return OneWay(
        money=str(payment.money),
        seen=check.authorized_at is not None,
        decision=decided[check.status],
        instead=payment.paid_instead is not None,
        asked={name: str(each.status) for name, each in calls.items() if each is not None},
        credited=payment.credited_at is not None,
    )


_OURS: Final = (CallKind.COLLECT, CallKind.VOID)


def check(ledger: MemoryLedger, oracle: Oracle) -> None:
    """The books are as the oracle says: both ways, every account, each thing that was told."""
    assert (found_of(ledger, "p"), found_of(ledger, "q")) == (oracle.p, oracle.q)
    credited = oracle.p.credited + oracle.q.credited
    assert credited <= 1
    account = ledger.accounts.get(AccountKey(GUILD, ADA))
    assert (account.balance if account else 0) == credited * PACKAGE.points
    issued = sum(
        (each.source.owner is House.ISSUED) * each.points for each in ledger.transfers.values()
    )
    assert issued == credited * PACKAGE.points
    told = ledger.updates
    held_ones = sum(way.seen and not _was_surplus(ledger, of) for of, way in _both(oracle))
    assert told.count(PaymentHeld.name) == held_ones
    assert told.count(PaymentSucceeded.name) == credited
    paid_twice = sum(way.money == "paid" and way.instead for _, way in _both(oracle))
    assert told.count(PaymentSurplus.name) == paid_twice


def _both(oracle: Oracle) -> list[tuple[str, OneWay]]:
    return [("p", oracle.p), ("q", oracle.q)]


def _was_surplus(ledger: MemoryLedger, of: str) -> bool:
    return ledger.payments[PaymentId(of)].paid_instead is not None


@given(st.lists(st.sampled_from(STEPS), max_size=12))
@settings(max_examples=examples(250), deadline=None)
def test_any_order_of_anything_comes_to_what_the_oracle_says(
    steps: Sequence[tuple[str, str]],
) -> None:
    ledger, oracle = begun(), Oracle()
    for what, of in steps:
        happen(ledger, what, of)
        oracle.happen(what, of)
        check(ledger, oracle)


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

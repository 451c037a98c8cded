"""A purchase that is checked: whatever happens to it, in any order, comes to what an oracle says.

The oracle is written from the rules with plain words, and shares nothing with the program but the
kinds of facts: money goes forward, one decision counts, points come with money that was taken.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from hypothesis import given, settings
from hypothesis import strategies as st

from payments.domain.values.events import PaymentHeld, PaymentSucceeded, PaymentSurplus
from payments.domain.values.ids import AccountKey, House, PaymentId
from payments.domain.values.provider_calls import CallKind
from tests.support.checked_ledger import TOLD, begun, call_of, happen
from tests.support.make import ADA, GUILD
from tests.support.memory_ledger import MemoryLedger
from tests.support.small_ledgers import PACKAGE
from tests.support.thorough import examples

MONEY: Final = ("unpaid", "authorized", "failed", "paid")
"""Of two words about the same money the one further right is the later one, and stays."""

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

"""Whatever is told of a payment, in any order and any number of times, comes to one end.

What it comes to is said by an oracle that knows nothing of how the program does it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from payments.commands.base import by_member
from payments.commands.points.move import GrantPoints, SpendPoints, TransferPoints
from payments.domain.values.guilds import Package
from payments.domain.values.ids import AccountKey, House, MemberId, PaymentId
from payments.domain.values.provider_updates import (
    CheckoutStatus,
    CheckoutUpdate,
    DisputeStatus,
    MoneyStatus,
    ProviderUpdate,
    RefundStatus,
)
from payments.domain.values.share import ALL, Share
from payments.domain.values.time import HOUR, later
from tests.support.make import (
    ADA,
    BEN,
    EVE,
    GUILD,
    START,
    checkout_update,
    dispute_update,
    event,
    key,
    package,
    refund_update,
)
from tests.support.memory_ledger import MemoryLedger, branch
from tests.support.payment_oracle import expect
from tests.support.small_ledgers import PACKAGE, begin
from tests.support.thorough import examples

TAX = 95
THEN = later(START, HOUR)

UNPAID = checkout_update("p", money=MoneyStatus.PROCESSING)
PAID = checkout_update("p", tax=TAX)
FAILED = checkout_update("p", money=MoneyStatus.FAILED)
EXPIRED = checkout_update("p", status=CheckoutStatus.EXPIRED, money=MoneyStatus.UNPAID)
FIRST_PENDING = refund_update("p", "re_1", 200, RefundStatus.PENDING)
FIRST = refund_update("p", "re_1", 200)
SECOND = refund_update("p", "re_2", 101)
SECOND_FAILED = refund_update("p", "re_2", 101, RefundStatus.FAILED)
THE_REST = refund_update("p", "re_3", PACKAGE.price.minor + TAX - 200)
ASKED = dispute_update("p", "dp_1", 300, DisputeStatus.INQUIRY)
CREATED = dispute_update("p", "dp_1", 300, DisputeStatus.OPEN)
WITHDRAWN = CREATED
LOST = dispute_update("p", "dp_1", 300, DisputeStatus.LOST)
REINSTATED = dispute_update("p", "dp_1", 300, DisputeStatus.LOST, returned=Share(part=1, whole=3))
ALL_REINSTATED = dispute_update("p", "dp_1", 300, DisputeStatus.LOST, returned=ALL)
WON = dispute_update("p", "dp_1", 300, DisputeStatus.WON)
OTHER = dispute_update("p", "dp_2", 1_000, DisputeStatus.OPEN)

BEGUN: list[ProviderUpdate] = [
    UNPAID,
    PAID,
    EXPIRED,
    FIRST,
    SECOND,
    SECOND_FAILED,
    CREATED,
    WITHDRAWN,
]
ENDS: dict[str, list[ProviderUpdate]] = {
    "won": [*BEGUN, WON],
    "lost": [*BEGUN, LOST],
    "late win": [*BEGUN, LOST, WON],
    "lost, and a part reinstated": [*BEGUN, LOST, REINSTATED],
    "lost, and all reinstated": [*BEGUN, LOST, ALL_REINSTATED],
    "two disputes": [*BEGUN, LOST, OTHER],
    "all refunded": [*BEGUN, LOST, WON, THE_REST],
    "everything": [*BEGUN, LOST, WON, FAILED, FIRST_PENDING, ASKED, REINSTATED, OTHER],
}


def tell(ledger: MemoryLedger, update: ProviderUpdate) -> None:
    ledger.run(event(update, at=THEN))


def house(ledger: MemoryLedger, owner: House) -> int:
    """What one of the guild's own accounts holds."""
    came = sum(t.points for t in ledger.transfers.values() if t.destination.owner is owner)
    went = sum(t.points for t in ledger.transfers.values() if t.source.owner is owner)
    return came - went


def check(ledger: MemoryLedger, updates: Sequence[ProviderUpdate], *, moved: int = 0) -> None:
    """The books are as the oracle says; `moved` points were granted, less those spent."""
    payment = ledger.payments[PaymentId("p")]
    expected = expect(payment.points, updates)
    assert (payment.state, payment.checkout) == (expected.state, expected.checkout)
    assert house(ledger, House.HELD) == expected.out - expected.gone
    assert -house(ledger, House.ISSUED) == expected.given - expected.gone
    balances = [account.balance for account in ledger.accounts.values()]
    assert sum(balances) == expected.given - expected.out + moved
    assert sum(balances) + sum(house(ledger, each) for each in House) == 0
    for account in ledger.accounts.values():
        owed = sum(ledger.holds[debt].owed for debt in account.debts)
        assert account.balance == account.in_lots - owed
        assert not owed or account.key == payment.buyer
    assert bool(ledger.purchase_bans.get(payment.buyer)) == expected.charged_back


def walk(ledger: MemoryLedger, updates: list[ProviderUpdate], left: list[ProviderUpdate]) -> None:
    """Tell what is left in every order, and look at the books after each fact."""
    check(ledger, updates)
    for place, each in enumerate(left):
        on = branch(ledger)
        tell(on, each)
        walk(on, [*updates, each], [*left[:place], *left[place + 1 :]])


@pytest.mark.slow
@pytest.mark.parametrize(
    "facts",
    [
        pytest.param([UNPAID, PAID, EXPIRED, FAILED, FIRST, CREATED], id="paid in the end"),
        pytest.param([UNPAID, EXPIRED, FAILED, FIRST, CREATED], id="never paid"),
        pytest.param([PAID, FIRST_PENDING, FIRST, SECOND, SECOND_FAILED, LOST], id="refunds"),
        pytest.param([PAID, FIRST, SECOND, SECOND_FAILED, THE_REST], id="all refunded"),
        pytest.param([PAID, FIRST, THE_REST, ASKED, CREATED, WON], id="refunded and disputed"),
        pytest.param([PAID, ASKED, CREATED, LOST, REINSTATED, WON], id="one dispute"),
        pytest.param([PAID, FIRST, CREATED, LOST, ALL_REINSTATED], id="all reinstated"),
        pytest.param([PAID, FIRST, SECOND, CREATED, LOST, OTHER], id="more than was paid"),
        pytest.param([PAID, SECOND, SECOND_FAILED, CREATED, LOST, WON], id="late win"),
        pytest.param([PAID, FIRST, CREATED, LOST, WON], id="late win, a part refunded"),
    ],
)
def test_every_order_of_a_few_facts_comes_to_the_same(
    facts: list[ProviderUpdate], *, thorough: bool
) -> None:
    """With seven facts there are ten thousand orders: `make trust` tells a refund too."""
    more = [FIRST] if thorough and FIRST not in facts else []
    walk(begin(), [], [*facts, *more])


@st.composite
def whole_lives(draw: st.DrawFn) -> tuple[Package, list[ProviderUpdate]]:
    """All facts of one of the ends, some several times, in any order; with and without tax."""
    facts = ENDS[draw(st.sampled_from(sorted(ENDS)))]
    again = draw(st.lists(st.sampled_from(facts), max_size=6))
    of = package(draw(st.sampled_from([500, 1, 7, 100, 594, 10_000])), PACKAGE.price.minor)
    tax = draw(st.sampled_from([0, TAX]))
    return of, [_sold(each, of, tax) for each in draw(st.permutations([*facts, *again]))]


def _sold(update: ProviderUpdate, of: Package, tax: int) -> ProviderUpdate:
    """The same fact, had it been this package with so much tax."""
    if not isinstance(update, CheckoutUpdate):
        return update
    return checkout_update("p", of=of, status=update.status, money=update.money, tax=tax)


@pytest.mark.slow
@settings(max_examples=examples(200), deadline=None, derandomize=True)
@given(whole_lives())
def test_any_order_of_all_facts_with_duplicates_comes_to_the_same(
    life: tuple[Package, list[ProviderUpdate]],
) -> None:
    of, updates = life
    ledger = begin(of)
    for each in updates:
        tell(ledger, each)
    check(ledger, updates)


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """Something that a member does, or has done to them, with a part of what they have.

    Attributes:
        recipient: To whom points are passed on.
        percent: How much of what the member has is spent or passed on; else how many are granted.
    """

    verb: Literal["spend", "pass on", "grant"]
    member: MemberId
    recipient: MemberId
    percent: int

    def make(self, ledger: MemoryLedger) -> int:
        """Do it. Returns how many points the members have more by it."""
        account = ledger.accounts.get(AccountKey(GUILD, self.member))
        points = max(0, account.balance if account else 0) * self.percent // 100
        common: dict[str, Any] = {
            "key": key(),
            "at": THEN,
            "actor": by_member(self.member),
            "guild": GUILD,
            "member": self.member,
        }
        if self.verb == "grant":
            ledger.run(GrantPoints(**common, as_owner=True, points=self.percent))
            return self.percent
        if not points:
            return 0
        if self.verb == "spend":
            ledger.run(SpendPoints(**common, points=points))
            return -points
        ledger.run(TransferPoints(**common, points=points, recipient=self.recipient))
        return 0


@st.composite
def moves(draw: st.DrawFn) -> Move:
    """Any move; the buyer moves most."""
    member = draw(st.sampled_from([ADA, ADA, BEN, EVE]))
    return Move(
        verb=draw(st.sampled_from(["spend", "pass on", "pass on", "grant"])),
        member=member,
        recipient=draw(st.sampled_from([each for each in (ADA, BEN, EVE) if each != member])),
        percent=draw(st.integers(1, 99) | st.just(100)),
    )


@st.composite
def with_moves(draw: st.DrawFn) -> list[ProviderUpdate | Move]:
    """All facts of one of the ends, in any order, with moves in between; often paid early."""
    facts = ENDS[draw(st.sampled_from(sorted(ENDS)))]
    done = draw(st.lists(moves(), min_size=1, max_size=10))
    early: list[ProviderUpdate | Move] = [PAID] if draw(st.booleans()) else []
    return [*early, *draw(st.permutations([*facts, *done]))]


@pytest.mark.slow
@settings(max_examples=examples(250), deadline=None, derandomize=True)
@given(with_moves())
def test_with_spends_and_transfers_in_between_the_totals_are_the_same(
    life: list[ProviderUpdate | Move],
) -> None:
    ledger = begin()
    updates: list[ProviderUpdate] = []
    moved = 0
    for each in life:
        if isinstance(each, Move):
            moved += each.make(ledger)
        else:
            tell(ledger, each)
            updates.append(each)
        check(ledger, updates, moved=moved)

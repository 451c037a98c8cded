"""Whatever is told of a payment, in any order and any number of times, comes to one end.

What it comes to is said by an oracle that knows nothing of how the program does it.
"""

import itertools
from collections.abc import Iterable, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from payments.commands.base import Command, by_member
from payments.commands.move import GrantPoints, SpendPoints, TransferPoints
from payments.domain.errors import Refused
from payments.domain.facts import (
    CheckoutStatus,
    DisputeStatus,
    MoneyStatus,
    RefundStatus,
    Told,
)
from payments.domain.ids import ActionId, House, MemberId, PaymentId
from payments.domain.time import HOUR, later
from tests.domain.oracle import expect
from tests.ledgers import MemoryLedger
from tests.make import (
    ADA,
    BEN,
    EVE,
    GUILD,
    START,
    checkout_told,
    dispute_told,
    event,
    initiate,
    key,
    package,
    refund_told,
)

POINTS, PRICE, TAX = 500, 499, 95

UNPAID = checkout_told("p", money=MoneyStatus.PROCESSING)
PAID = checkout_told("p", tax=TAX)
FAILED = checkout_told("p", money=MoneyStatus.FAILED)
EXPIRED = checkout_told("p", status=CheckoutStatus.EXPIRED, money=MoneyStatus.UNPAID)
FIRST_PENDING = refund_told("p", "re_1", 200, RefundStatus.PENDING)
FIRST = refund_told("p", "re_1", 200)
SECOND = refund_told("p", "re_2", 101)
SECOND_FAILED = refund_told("p", "re_2", 101, RefundStatus.FAILED)
ASKED = dispute_told("p", "dp_1", 300, DisputeStatus.INQUIRY)
CREATED = dispute_told("p", "dp_1", 300, DisputeStatus.OPEN)
WITHDRAWN = CREATED
LOST = dispute_told("p", "dp_1", 300, DisputeStatus.LOST)
REINSTATED = dispute_told("p", "dp_1", 300, DisputeStatus.LOST, reinstated=100)
WON = dispute_told("p", "dp_1", 300, DisputeStatus.WON)
OTHER = dispute_told("p", "dp_2", 1_000, DisputeStatus.OPEN)

LATE_WIN: list[Told] = [
    UNPAID,
    PAID,
    EXPIRED,
    FIRST,
    SECOND,
    SECOND_FAILED,
    CREATED,
    WITHDRAWN,
    LOST,
    WON,
]
ENDS: dict[str, list[Told]] = {
    "won": [*LATE_WIN[:8], WON],
    "lost": [*LATE_WIN[:8], LOST],
    "late win": LATE_WIN,
    "lost, and a part reinstated": [*LATE_WIN[:8], LOST, REINSTATED],
    "two disputes": [*LATE_WIN[:8], LOST, OTHER],
    "everything": [*LATE_WIN, FAILED, FIRST_PENDING, ASKED, REINSTATED, OTHER],
}


def begin() -> MemoryLedger:
    ledger = MemoryLedger()
    ledger.put_up(GUILD, [package(POINTS, PRICE)])
    ledger.run(initiate("p"))
    return ledger


def tell(ledger: MemoryLedger, told: Iterable[Told]) -> None:
    for each in told:
        ledger.run(event(each, at=later(START, HOUR)))


def house(ledger: MemoryLedger, owner: House) -> int:
    """What one of the guild's own accounts holds."""
    came = sum(t.points for t in ledger.transfers.values() if t.destination.owner is owner)
    went = sum(t.points for t in ledger.transfers.values() if t.source.owner is owner)
    return came - went


def check(ledger: MemoryLedger, told: Iterable[Told], *, moved: int = 0) -> None:
    """The books are as the oracle says; `moved` points have left or joined the members' own."""
    expected = expect(POINTS, told)
    payment = ledger.payments[PaymentId("p")]
    assert payment.state == expected.state
    assert house(ledger, House.HELD) == expected.out - expected.gone
    assert -house(ledger, House.ISSUED) == expected.given - expected.gone
    balances = {each.key: each.balance for each in ledger.accounts.values()}
    assert sum(balances.values()) == expected.given - expected.out + moved
    assert sum(balances.values()) + sum(house(ledger, each) for each in House) == 0
    for account in ledger.accounts.values():
        owed = sum(ledger.holds[debt].owed for debt in account.debts)
        assert account.balance == account.in_lots - owed
        assert not owed or account.key == payment.buyer
    barred = ledger.bars.get(payment.buyer, ())
    assert bool(barred) == expected.charged_back


@pytest.mark.parametrize(
    "told",
    [
        pytest.param([UNPAID, PAID, EXPIRED, FAILED, FIRST, CREATED], id="paid in the end"),
        pytest.param([PAID, FIRST_PENDING, FIRST, SECOND, SECOND_FAILED, LOST], id="refunds"),
        pytest.param([PAID, ASKED, CREATED, LOST, REINSTATED, WON], id="one dispute"),
        pytest.param([PAID, FIRST, SECOND, CREATED, LOST, OTHER], id="more than was paid"),
        pytest.param([UNPAID, EXPIRED, FAILED, FIRST, CREATED], id="never paid"),
        pytest.param([PAID, FIRST, SECOND, SECOND_FAILED, CREATED, LOST, WON], id="late win"),
    ],
)
def test_every_order_of_a_few_facts_comes_to_the_same(told: Sequence[Told]) -> None:
    for order in itertools.permutations(told):
        ledger = begin()
        tell(ledger, order)
        check(ledger, told)


@st.composite
def mixed(draw: st.DrawFn) -> tuple[list[Told], list[Told]]:
    """All facts of one of the ends, and an order of them with some told several times."""
    told = ENDS[draw(st.sampled_from(sorted(ENDS)))]
    again = draw(st.lists(st.sampled_from(told), max_size=6))
    return told, draw(st.permutations([*told, *again]))


@settings(max_examples=600, deadline=None)
@given(mixed())
def test_any_order_of_all_facts_with_duplicates_comes_to_the_same(
    facts: tuple[list[Told], list[Told]],
) -> None:
    told, order = facts
    ledger = begin()
    tell(ledger, order)
    check(ledger, told)


@st.composite
def subsets(draw: st.DrawFn) -> list[Told]:
    """Any facts at all, each as often as it comes."""
    every = [*ENDS["everything"]]
    return draw(st.lists(st.sampled_from(every), max_size=12))


@settings(max_examples=400, deadline=None)
@given(subsets())
def test_whatever_was_told_so_far_the_books_are_as_the_facts_say(told: list[Told]) -> None:
    ledger = begin()
    for count, each in enumerate(told, start=1):
        tell(ledger, [each])
        check(ledger, told[:count])


@st.composite
def with_moves(draw: st.DrawFn) -> tuple[list[Told], list[Told | Command[ActionId]]]:
    """All facts of one of the ends, in an order with spends, transfers and grants in between."""
    told = ENDS[draw(st.sampled_from(sorted(ENDS)))]
    moves = draw(st.lists(_moves(), min_size=1, max_size=10))
    return told, draw(st.permutations([*told, *moves]))


def _moves() -> st.SearchStrategy[Command[ActionId]]:
    members = st.sampled_from([ADA, ADA, BEN, EVE])
    return st.one_of(
        st.builds(_spend, members, st.integers(1, 400)),
        st.builds(_grant, members, st.integers(1, 400)),
        st.builds(_pass_on, st.permutations([ADA, BEN, EVE]), st.integers(1, 400)),
    )


def _common(member: MemberId, points: int) -> dict[str, object]:
    return {
        "key": key(),
        "at": later(START, 100 * HOUR),
        "actor": by_member(member),
        "guild": GUILD,
        "member": member,
        "points": points,
    }


def _spend(member: MemberId, points: int) -> Command[ActionId]:
    return SpendPoints(**_common(member, points))  # type: ignore[arg-type]  # as it says above


def _grant(member: MemberId, points: int) -> Command[ActionId]:
    return GrantPoints(**_common(member, points))  # type: ignore[arg-type]  # as it says above


def _pass_on(people: Sequence[MemberId], points: int) -> Command[ActionId]:
    return TransferPoints(recipient=people[1], **_common(people[0], points))  # type: ignore[arg-type]  # as it says above


@settings(max_examples=600, deadline=None)
@given(with_moves())
def test_with_spends_and_transfers_in_between_the_totals_are_the_same(
    life: tuple[list[Told], list[Told | Command[ActionId]]],
) -> None:
    told, order = life
    ledger = begin()
    moved = 0
    for each in order:
        if not isinstance(each, Command):
            tell(ledger, [each])
            continue
        try:
            ledger.run(each)
        except Refused:
            continue
        if isinstance(each, SpendPoints):
            moved -= each.points
        if isinstance(each, GrantPoints):
            moved += each.points
    check(ledger, told, moved=moved)

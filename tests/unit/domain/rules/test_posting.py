"""Moving points: how many at once, out of which lots, and what is refused first."""

from dataclasses import replace
from typing import Any

import pytest

from payments.commands.base import by_member
from payments.commands.points.move import GrantPoints, RevokePoints, SpendPoints, TransferPoints
from payments.domain.errors import NotEnoughPoints, Refused
from payments.domain.rules.posting import Move, _split, take
from payments.domain.values.guilds import MAX_POINTS
from payments.domain.values.ids import AccountKey, House
from payments.domain.values.ledger import Lot, PointsKind, Terms, TransferKind
from payments.domain.values.time import DAY, Instant, later
from tests.support.make import (
    ADA,
    BEN,
    GUILD,
    START,
    checkout_update,
    event,
    initiate,
    key,
    package,
)
from tests.support.memory_ledger import MemoryLedger

ACCOUNT = AccountKey(GUILD, ADA)
LOT = Lot(
    account=ACCOUNT,
    terms=Terms(kind=PointsKind.PROMOTIONAL, payment=None, matures_at=Instant(0)),
    opened_at=START,
    remaining=0,
)


def moves(*points: int) -> list[Move]:
    return [Move(LOT, each) for each in points]


@pytest.mark.parametrize(
    ("all_of", "points", "now", "rest"),
    [
        ((), 5, (), ()),
        ((5,), 5, (5,), ()),
        ((5,), 4, (4,), (1,)),
        ((-5,), 4, (-4,), (-1,)),
        ((-5, 3), 5, (-5,), (3,)),
        ((-5, 3), 6, (-5, 1), (2,)),
        ((1, 2, 3, 4), 3, (1, 2), (3, 4)),
        ((1, 2, 3, 4), 4, (1, 2, 1), (2, 4)),
        ((1, 2, 3, 4), 10, (1, 2, 3, 4), ()),
    ],
)
def test_moves_are_split_where_a_transfer_is_full(
    all_of: tuple[int, ...], points: int, now: tuple[int, ...], rest: tuple[int, ...]
) -> None:
    """Nothing is lost or doubled, and each keeps its direction."""
    assert _split(moves(*all_of), points) == (moves(*now), moves(*rest))


@pytest.mark.parametrize(
    ("remaining", "points", "taken"),
    [
        ((), 5, ()),
        ((5,), 0, ()),
        ((5,), 3, (-3,)),
        ((5, 5), 5, (-5,)),
        ((5, 5), 6, (-5, -1)),
        ((0, 5), 5, (-5,)),
        ((2, 3), 9, (-2, -3)),
    ],
)
def test_points_are_taken_from_the_first_lots(
    remaining: tuple[int, ...], points: int, taken: tuple[int, ...]
) -> None:
    found = take([replace(LOT, remaining=each) for each in remaining], points)
    assert tuple(move.points for move in found) == taken


def common(**more: Any) -> dict[str, Any]:
    """What Ada does, or what is done to her."""
    usual = {"key": key(), "at": START, "actor": by_member(BEN), "guild": GUILD, "member": ADA}
    return usual | more


def shop() -> MemoryLedger:
    """A guild that nobody has points in."""
    ledger = MemoryLedger()
    ledger.put_up(GUILD, [package()])
    return ledger


@pytest.mark.parametrize("kind", [SpendPoints, RevokePoints, TransferPoints, GrantPoints])
@pytest.mark.parametrize("points", [-1, 0, MAX_POINTS + 1])
def test_a_number_of_points_that_nobody_can_move_is_refused_as_such(kind: Any, points: int) -> None:
    """Before anybody looks whether there are as many."""
    more = {"recipient": BEN} if kind is TransferPoints else {}
    with pytest.raises(Refused) as refused:
        shop().run(kind(**common(points=points), **more))
    assert not isinstance(refused.value, NotEnoughPoints)


@pytest.mark.parametrize("kind", [SpendPoints, RevokePoints, TransferPoints])
def test_as_many_as_there_are_can_be_moved_and_not_one_more(kind: Any) -> None:
    more = {"recipient": BEN} if kind is TransferPoints else {}
    ledger = shop()
    ledger.run(GrantPoints(**common(points=5)))
    with pytest.raises(NotEnoughPoints) as refused:
        ledger.run(kind(**common(points=6), **more))
    assert (refused.value.wanted, refused.value.available) == (6, 5)
    ledger.run(kind(**common(points=5), **more))
    assert ledger.accounts[ACCOUNT].balance == 0


def test_more_than_one_transfer_moves_lapses_in_several() -> None:
    """Three grants of the most add up in one lot, which lapses as a whole."""
    ledger = shop()
    end = later(START, DAY)
    for points in (MAX_POINTS, MAX_POINTS, 1):
        ledger.run(GrantPoints(**common(points=points, expires_at=end)))
    ledger.run(GrantPoints(**common(points=7)))
    ledger.run(SpendPoints(**common(points=7, at=end)))
    lapsed = [each for each in ledger.transfers.values() if each.kind is TransferKind.LAPSE]
    assert [each.points for each in lapsed] == [MAX_POINTS, MAX_POINTS, 1]
    assert {each.destination.owner for each in lapsed} == {House.EXPIRED}
    assert ledger.accounts[ACCOUNT].balance == 0


def test_what_came_first_is_spent_first() -> None:
    """Whatever the payments are called."""
    ledger = shop()
    for name, day in (("z", 0), ("a", 1), ("m", 2)):
        at = later(START, day * DAY)
        ledger.run(initiate(name, at=at))
        ledger.run(event(checkout_update(name), at=at))
    ledger.run(SpendPoints(**common(at=later(START, 3 * DAY), points=700)))
    left = {lot.terms.payment: lot.remaining for lot in ledger.accounts[ACCOUNT].lots}
    assert left == {"a": 300, "m": 500}

"""More points than one transfer may move: their moves are spread over several."""

import pytest

from payments.domain.rules.posting import Move, _split
from payments.domain.values.ids import AccountKey
from payments.domain.values.ledger import Lot, PointsKind, Terms
from payments.domain.values.time import later
from tests.support.make import ADA, GUILD, START

ONE, TWO, THREE = (
    Lot(
        account=AccountKey(GUILD, ADA),
        terms=Terms(
            kind=PointsKind.PROMOTIONAL,
            payment=None,
            matures_at=START,
            expires_at=later(START, number),
        ),
        opened_at=START,
        remaining=0,
    )
    for number in range(3)
)


@pytest.mark.parametrize(
    ("points", "now", "left"),
    [
        (0, [], [3, 5, 2]),
        (2, [2], [1, 5, 2]),
        (3, [3], [5, 2]),
        (4, [3, 1], [4, 2]),
        (8, [3, 5], [2]),
        (9, [3, 5, 1], [1]),
        (10, [3, 5, 2], []),
        (11, [3, 5, 2], []),
    ],
)
@pytest.mark.parametrize("sign", [1, -1])
def test_moves_are_split_from_the_front_and_none_is_lost_or_made_twice(
    points: int, now: list[int], left: list[int], sign: int
) -> None:
    lots = {3: ONE, 5: TWO, 2: THREE}
    first, rest = _split([Move(lots[size], sign * size) for size in lots], points)
    assert [each.points for each in first] == [sign * size for size in now]
    assert [each.points for each in rest] == [sign * size for size in left]
    assert [each.lot for each in (*first, *rest)] == sorted(
        (each.lot for each in (*first, *rest)), key=lambda lot: lot.terms.expires_at or 0
    )
    assert {each.lot.id for each in first[:-1]} & {each.lot.id for each in rest} == set()

"""Lots: which points are spent first, until when they can be, and what makes two lots one."""

from dataclasses import replace
from itertools import permutations

import pytest

from payments.domain.values.ids import AccountKey, House, PaymentId
from payments.domain.values.ledger import RESTORED_LIFE, Lot, PointsKind, Terms
from payments.domain.values.time import DAY, HOUR, Instant, later
from tests.support.make import ADA, BEN, GUILD, START

ACCOUNT = AccountKey(GUILD, ADA)
PAID = Terms(kind=PointsKind.PAID, payment=PaymentId("one"), matures_at=START)
GIVEN = Terms(kind=PointsKind.PROMOTIONAL, payment=None, matures_at=Instant(0))


def lot(terms: Terms, opened_at: Instant = START) -> Lot:
    return Lot(account=ACCOUNT, terms=terms, opened_at=opened_at, remaining=1)


def test_given_points_go_before_paid_ones_then_what_lapses_first_then_what_is_older() -> None:
    wanted = [
        lot(replace(GIVEN, expires_at=later(START, DAY)), later(START, HOUR)),
        lot(replace(GIVEN, expires_at=later(START, 2 * DAY))),
        lot(GIVEN),
        lot(GIVEN, later(START, HOUR)),
        lot(replace(PAID, expires_at=later(START, DAY)), later(START, 3 * HOUR)),
        lot(PAID),
        lot(replace(PAID, payment=PaymentId("two"))),
        lot(replace(PAID, payment=PaymentId("two"), matures_at=later(START, HOUR))),
        lot(PAID, later(START, HOUR)),
    ]
    for order in (reversed(wanted), *list(permutations(wanted, 9))[::9973]):
        assert sorted(order, key=lambda each: each.spending_order) == wanted


@pytest.mark.parametrize(
    ("ends", "lives_until"),
    [
        (None, None),
        (later(START, 7 * DAY), later(START, 7 * DAY)),
        (later(START, 7 * DAY - 1), later(START, 7 * DAY)),
        (later(START, 8 * DAY), later(START, 8 * DAY)),
        (later(START, -DAY), later(START, 7 * DAY)),
    ],
)
def test_points_that_come_back_live_for_a_week_at_least(
    ends: Instant | None, lives_until: Instant | None
) -> None:
    assert RESTORED_LIFE == 7 * DAY
    terms = replace(PAID, expires_at=ends)
    assert terms.restored(START) == replace(terms, expires_at=lives_until)


def test_a_lot_lapses_and_matures_at_its_moment() -> None:
    ending = lot(replace(PAID, expires_at=later(START, 1), matures_at=later(START, 1)))
    assert not ending.has_lapsed(START)
    assert not ending.is_mature(START)
    assert ending.has_lapsed(later(START, 1))
    assert ending.is_mature(later(START, 1))
    assert not lot(PAID).has_lapsed(later(START, 1000 * DAY))


def test_lots_are_one_only_if_account_and_terms_are_the_same() -> None:
    one = lot(PAID)
    assert one.id == replace(one, opened_at=Instant(5), remaining=7).id
    others = [
        replace(one, account=AccountKey(GUILD, BEN)),
        replace(one, account=AccountKey(type(GUILD)(GUILD + 1), ADA)),
        replace(one, account=AccountKey(GUILD, House.HELD)),
        lot(replace(PAID, kind=PointsKind.PROMOTIONAL)),
        lot(replace(PAID, payment=PaymentId("two"))),
        lot(replace(PAID, payment=None)),
        lot(replace(PAID, matures_at=later(START, 1))),
        lot(replace(PAID, expires_at=START)),
    ]
    assert len({one.id, *(each.id for each in others)}) == 9

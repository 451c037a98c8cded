"""A community with several payments ends the same in whatever order the provider tells of them.

Facts are told in any order between the members' actions, which keep their places; only what is told
of one refund or dispute keeps its own order, since its provider can turn it round. Every account,
lot, hold and bar is compared: between the orders, and with an oracle that shares nothing with the
program.
"""

from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.community_lives import Block, lives
from tests.support.community_played import Played
from tests.support.thorough import examples


@pytest.mark.slow
@settings(
    max_examples=examples(60),
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(lives(undo=False), st.integers(0, 2**32))
def test_every_account_is_as_the_oracle_says_in_any_order(life: list[Block], seed: int) -> None:
    for random in (None, Random(seed)):  # noqa: S311 - an order, no secret
        played = Played()
        played.play(life, random)
        assert played.accounts() == played.expected()


@pytest.mark.slow
@settings(
    max_examples=examples(60),
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(lives(undo=True), st.integers(0, 2**32))
def test_every_account_is_the_same_in_any_order_also_where_things_are_undone(
    life: list[Block], seed: int
) -> None:
    first = Played()
    first.play(life, None)
    for number in range(3):
        other = Played()
        other.play(life, Random(seed + number))  # noqa: S311 - an order, no secret
        assert other.accounts() == first.accounts()

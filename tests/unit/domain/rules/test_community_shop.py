"""Whatever becomes of orders and of the money behind them, accounts and stock are as the rules say.

Members buy, order, pass points on; staff fulfils, denies and returns; a provider tells of refunds
and disputes in any order. Every account, lot, order, counter and role is compared with an oracle
that shares nothing with the program.
"""

from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.community_lives import Block
from tests.support.community_shop import PlayedShop, shop_lives
from tests.support.thorough import examples


@pytest.mark.slow
@settings(
    max_examples=examples(40),
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(shop_lives(), st.integers(0, 2**32))
def test_every_account_order_and_counter_is_as_the_oracle_says(
    life: list[Block], seed: int
) -> None:
    for random in (None, Random(seed)):  # noqa: S311 - an order, no secret
        played = PlayedShop()
        played.play(life, random)
        assert played.accounts() == played.expected()

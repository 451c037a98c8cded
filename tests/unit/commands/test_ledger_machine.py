"""Random lives of a small community, with a shop: whatever happens, the books hold together."""

import pytest
from hypothesis import HealthCheck, settings

from tests.support.community_ways import Choosing
from tests.support.shopping_machine import Shopping, ShoppingInTheStore
from tests.support.thorough import examples

TestInMemory = Choosing.TestCase
TestInMemory.settings = settings(
    max_examples=examples(40), stateful_step_count=40, deadline=None, derandomize=True
)
TestShoppingInMemory = Shopping.TestCase
TestShoppingInMemory.settings = settings(
    max_examples=examples(40), stateful_step_count=40, deadline=None, derandomize=True
)
TestInTheStore = ShoppingInTheStore.TestCase
TestInTheStore.settings = settings(
    max_examples=examples(4),
    stateful_step_count=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)

for each in (TestInMemory, TestShoppingInMemory, TestInTheStore):
    each.pytestmark = [pytest.mark.timeout(600), pytest.mark.slow]  # type: ignore[attr-defined]  # a plain attribute of pytest
del each  # or pytest would take it for another class of tests

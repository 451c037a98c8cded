"""Random lives of a small community: whatever happens, the books hold together."""

import pytest
from hypothesis import HealthCheck, settings

from tests.support.community_machine import Community, CommunityInTheStore
from tests.support.thorough import examples

TestInMemory = Community.TestCase
TestInMemory.settings = settings(
    max_examples=examples(80), stateful_step_count=40, deadline=None, derandomize=True
)
TestInTheStore = CommunityInTheStore.TestCase
TestInTheStore.settings = settings(
    max_examples=examples(6),
    stateful_step_count=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow],
)

for each in (TestInMemory, TestInTheStore):
    each.pytestmark = [pytest.mark.timeout(600), pytest.mark.slow]  # type: ignore[attr-defined]  # a plain attribute of pytest
del each  # or pytest would take it for a third class of tests

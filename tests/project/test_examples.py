"""How many examples properties are tried with, in each kind of run."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import Phase, settings

from tests.support.thorough import examples, try_fewer, try_more, try_the_same

TESTS = Path(__file__).parents[1]


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    before = settings.get_current_profile_name()
    yield
    settings.load_profile(before)


def test_a_usual_run_takes_the_same_ones_each_time_and_a_slow_machine_fails_none() -> None:
    try_the_same()
    assert (settings().derandomize, settings().deadline) == (True, None)
    assert (examples(6), settings().max_examples) == (6, 100)


def test_a_long_run_takes_ten_times_as_many() -> None:
    try_more()
    assert examples(6) == 60
    assert (settings().max_examples, settings().deadline) == (1000, None)
    assert settings(max_examples=examples(200), deadline=None).max_examples == 2000


def test_a_run_with_mistakes_takes_at_most_so_many_and_makes_no_failure_smaller() -> None:
    try_fewer(20)
    assert (examples(6), examples(200), settings().max_examples) == (6, 20, 20)
    own = settings(max_examples=examples(200), deadline=None)
    assert (own.phases, own.database) == ((Phase.explicit, Phase.generate), None)


def test_numbers_are_asked_for_wherever_a_property_has_its_own() -> None:
    own = [
        f"{file.relative_to(TESTS)}: {number}"
        for file in sorted(TESTS.rglob("*.py"))
        for number in re.findall(r"max_examples=\d+", file.read_text(encoding="utf-8"))
    ]
    assert own == []

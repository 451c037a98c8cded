"""Each number has its place in each provider's column."""

import re
from pathlib import Path

import pytest

from tests.providers.cases.entries import NotThere, Tried
from tests.providers.cases.shops import SHOPS
from tests.providers.cases.table import TABLE, TOGETHER

HERE = Path(__file__).parents[1]
ALL = set(range(1, 58))


@pytest.mark.parametrize("provider", sorted(TABLE))
def test_each_case_is_tried_or_has_a_reason(provider: str) -> None:
    column = TABLE[provider]
    together = TOGETHER if provider in SHOPS else set()
    assert column.keys() | together == ALL
    assert not column.keys() & together
    for entry in column.values():
        if isinstance(entry, Tried):
            tests = (HERE / entry.file).read_text()
            assert f"def {entry.test}(" in tests
        else:
            assert isinstance(entry, NotThere)
            assert entry.why.endswith(".")


def test_those_that_are_tried_together_carry_their_numbers() -> None:
    text = (HERE / "cases" / "test_provider_cases.py").read_text()
    names = re.findall(r"def (test_case_[0-9_]+)", text)
    assert {int(each) for name in names for each in re.findall("[0-9]+", name)} == TOGETHER

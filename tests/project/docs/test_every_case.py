"""The list of cases that a handler of Stripe's webhooks must survive is complete."""

import re
from pathlib import Path

CASES = range(1, 58)
"""Their numbers."""


def test_every_case_has_a_test_that_carries_its_number() -> None:
    found: set[int] = set()
    for path in Path(__file__).parents[2].rglob("test_*.py"):
        for name in re.findall(r"def (test_case_[0-9_]+)", path.read_text()):
            found.update(int(number) for number in re.findall("[0-9]+", name))
    assert found == set(CASES)

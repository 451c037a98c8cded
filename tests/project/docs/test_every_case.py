"""The list of cases that a handler of Stripe's webhooks must survive is complete."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[3]
PAGE = ROOT / "docs" / "webhook-cases.md"
ROWS = re.findall(r"^\| ([0-9, ]+) \|", PAGE.read_text(), re.MULTILINE)
CASES = {int(number) for row in ROWS for number in row.split(",")}
"""The numbers that the page lists."""


def test_the_page_lists_each_number_from_the_first_to_the_last_once() -> None:
    assert sum(len(row.split(",")) for row in ROWS) == len(CASES)
    assert set(range(1, max(CASES) + 1)) == CASES


def test_code_names_only_cases_that_the_page_lists() -> None:
    named = {
        int(number)
        for room in ("payments", "webhooks", "bot", "app")
        for path in (ROOT / room).rglob("*.py")
        for names in re.findall(r"\b[Cc]ases? ([0-9]+(?:(?:, | and |-)[0-9]+)*)", path.read_text())
        for number in re.findall("[0-9]+", names)
    }
    assert len(named) > 20
    assert named <= CASES


def test_every_case_has_a_test_that_carries_its_number() -> None:
    found: set[int] = set()
    for path in (ROOT / "tests").rglob("test_*.py"):
        for name in re.findall(r"def (test_case_[0-9_]+)", path.read_text()):
            found.update(int(number) for number in re.findall("[0-9]+", name))
    assert found == CASES

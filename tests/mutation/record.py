"""Which tests come by which line, and how long each takes: recorded once for a tree."""

import json
import os
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest
from coverage import CoverageData

from tests.mutation.places import Place

TESTS: Final = (
    "tests/domain",
    "tests/commands",
    "tests/providers",
    "tests/queue",
    "tests/store",
    "tests/test_*.py",
    "tests/webhooks",
    "tests/doctor",
    "tests/interview",
    "tests/bot",
    "tests/docs/test_refunds.py",
    "tests/upgrade",
)
"""Tests that run in one process, and come by what is mutated."""

CHOSEN: Final = "not postgresql and not browser"
"""Everything holds on both databases, and what is mutated knows neither."""

SECONDS_AT_MOST: Final = 120.0
"""Tests of so many seconds are run against one mistake, the quickest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What was recorded.

    Attributes:
        seconds: How long each test took.
        lines: The tests that come by each line, by file.
    """

    seconds: Mapping[str, float]
    lines: Mapping[str, Mapping[int, set[str]]]

    def tests_for(self, place: Place, code: str) -> list[str]:
        """The tests that may notice a mistake, quickest first.

        What is only run when the file is imported, such as a table, is tried by those that come by
        a line that names it, and then by all that come by the file.
        """
        of_file = self.lines.get(place.path, {})
        chosen = _union(of_file.get(line, set()) for line in range(place.line, place.last + 1))
        if not chosen:
            chosen = self._users_of(_name_of(code, place.line))
            chosen = chosen or _union(of_file.values())
        ordered = sorted(chosen, key=lambda test: (self.seconds.get(test, 1.0), test))
        return _within(ordered, self.seconds)

    def _users_of(self, name: str | None) -> set[str]:
        if name is None:
            return set()
        word = re.compile(rf"\b{re.escape(name)}\b")
        found: set[str] = set()
        for path, lines in self.lines.items():
            for number, text in enumerate(Path(path).read_text().splitlines(), start=1):
                if word.search(text):
                    found |= lines.get(number, set())
        return found


def _union(sets: Iterable[set[str]]) -> set[str]:
    return set().union(*sets)


def _name_of(code: str, line: int) -> str | None:
    """The name that the statement around a line of a module, or of a class, gives."""
    for text in reversed(code.splitlines()[:line]):
        if found := re.match(r"(?: {4})?(?:class |def )?(\w+)\s*(?::.*)?(?:=|\(|:)", text):
            return found[1]
    return None


def _within(ordered: list[str], seconds: Mapping[str, float]) -> list[str]:
    total = 0.0
    some: list[str] = []
    for test in ordered:
        total += seconds.get(test, 1.0)
        if some and total > SECONDS_AT_MOST:
            break
        some.append(test)
    return some


def record(tree: Path, into: Path, processes: int) -> None:
    """Run all tests once with coverage; keep what they came by.

    Raises:
        SystemExit: There is nothing to learn from: they could not be run.
    """
    data = into.with_suffix(".coverage")
    report = into.with_suffix(".json")
    command = [
        *(
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-n",
            str(processes),
            "-k",
            CHOSEN,
            "-p",
            "no:cacheprovider",
        ),
        *("--cov", "--cov-context=test", "--cov-report=", "-p", "tests.mutation.timing"),
        *("-p", "tests.mutation.lighter", "--timeout=900"),
        *sorted(str(test.relative_to(tree)) for each in TESTS for test in tree.glob(each)),
    ]
    env = {
        **os.environ,
        "PYTHONPATH": str(tree),
        "COVERAGE_FILE": str(data),
        "MUTATION_SECONDS": str(report),
        "MUTATION_EXAMPLES": "10",
    }
    done = subprocess.run(command, cwd=tree, env=env, check=False)  # noqa: S603 - our own words
    if done.returncode not in {pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED}:
        raise SystemExit("The tests cannot be run, so no mistakes are made.")


def load(tree: Path, recorded: Path) -> Recorded:
    """Read what was recorded."""
    seconds: dict[str, float | None] = json.loads(recorded.with_suffix(".json").read_text())
    failed = {test for test, taken in seconds.items() if taken is None}
    for test in sorted(failed):
        print(f"left out, because it fails without any mistake: {test}")  # noqa: T201 - must be read
    data = CoverageData(basename=str(recorded.with_suffix(".coverage")))
    data.read()
    lines: dict[str, dict[int, set[str]]] = {}
    for file in data.measured_files():
        by_line: dict[int, set[str]] = defaultdict(set)
        for line, contexts in data.contexts_by_lineno(file).items():
            by_line[line] = {name for each in contexts if (name := each.partition("|")[0])} - failed
        lines[str(Path(file).relative_to(tree))] = dict(by_line)
    passed = {test: taken for test, taken in seconds.items() if taken is not None}
    return Recorded(seconds=passed, lines=lines)

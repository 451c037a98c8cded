"""Which tests come by which line, and how long each takes: recorded once for a tree."""

import ast
import contextlib
import json
import os
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from coverage import CoverageData

from tests.mutation.places import Place

TESTS: Final = (
    "tests/unit",
    "tests/providers",
    "tests/store/test_reports.py",
    "tests/store/test_stats.py",
    "tests/store/test_stats_of_claims.py",
    "tests/store/test_actions.py",
    "tests/faces",
    "tests/project/docs/test_refunds.py",
)
"""Tests that run in one process, and come by what is mutated."""

CHOSEN: Final = "not postgresql and not browser"
"""Everything holds on both databases, and what is mutated knows neither."""

CONFIG: Final = "coverage.ini"
FILES_AT_ONCE: Final = 6
CHUNK_SECONDS: Final = 1200.0
"""How long this many files of tests may take while they are recorded."""

SECONDS_AT_MOST: Final = 120.0
"""Tests of this many seconds are run against one mistake, the quickest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What was recorded.

    Attributes:
        tree: The program that it was recorded of.
        seconds: How long each test took.
        lines: The tests that come by each line, by file.
    """

    tree: Path
    seconds: Mapping[str, float]
    lines: Mapping[str, Mapping[int, set[str]]]

    def tests_for(self, place: Place, code: str) -> list[str]:
        """The tests that may notice a mistake: named like its file, then the quickest, first.

        What is only run when the file is imported, such as a table, is tried by the tests of the
        files that name it or its class, then by those that come by a line of the program that names
        it, or else by all that come by the file. Whichever test happened to import the file first
        came by it, too, and says nothing.
        """
        of_file = self.lines.get(place.path, {})
        chosen = _union(of_file.get(line, set()) for line in range(place.line, place.last + 1))
        if chosen and not _is_run_at_import(code, place.line):
            return _within(self._in_order(chosen, place), self.seconds)
        names = _names_of(code, place.line)
        named = self._tests_of_files_that_name(names)
        others = self._users_of(names[:1]) or _union(of_file.values())
        ordered = [*self._in_order(named, place), *self._in_order(others - named, place)]
        return _within(ordered, self.seconds)

    def _in_order(self, tests: Iterable[str], place: Place) -> list[str]:
        """Not all can be run: those whose names are like the file's go first."""
        path = Path(place.path)
        like = [name.rstrip("s") for name in (path.stem, path.parent.name)]

        def order(test: str) -> tuple[bool, float, str]:
            return not any(name in test for name in like), self.seconds.get(test, 1.0), test

        return sorted(tests, key=order)

    def _tests_of_files_that_name(self, names: list[str]) -> set[str]:
        """What no line of the program uses may still be looked at by a test."""
        by_file: defaultdict[str, set[str]] = defaultdict(set)
        for test in self.seconds:
            by_file[test.partition("::")[0]].add(test)
        return _union(
            tests for file, tests in by_file.items() if _names(self.tree / file, names[-1:])
        )

    def _users_of(self, names: list[str]) -> set[str]:
        found: set[str] = set()
        for path, lines in self.lines.items():
            for number, text in enumerate((self.tree / path).read_text().splitlines(), start=1):
                if _word(names) and re.search(_word(names), text):
                    found |= lines.get(number, set())
        return found


def _word(names: list[str]) -> str:
    return "|".join(rf"\b{re.escape(name)}\b" for name in names)


def _names(file: Path, names: list[str]) -> bool:
    return bool(names) and file.is_file() and re.search(_word(names), file.read_text()) is not None


def _union(sets: Iterable[set[str]]) -> set[str]:
    return set().union(*sets)


def _names_of(code: str, line: int) -> list[str]:
    """The name that the statement around a line gives; of one in a class also the class's."""
    found: list[str] = []
    body = ast.parse(code).body
    while around := next((each for each in body if _from(each) <= line <= _until(each)), None):
        found[:0] = _given_by(around)
        body = around.body if isinstance(around, ast.ClassDef) else []
    return found


def _is_run_at_import(code: str, line: int) -> bool:
    """Whether a line stands outside of the bodies of all functions."""
    functions = (
        each
        for each in ast.walk(ast.parse(code))
        if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)
    )
    return not any(each.body[0].lineno <= line <= _until(each) for each in functions)


def _from(statement: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
    return min(statement.lineno, *(each.lineno for each in decorators), statement.lineno)


def _until(statement: ast.stmt) -> int:
    return statement.end_lineno or statement.lineno


def _given_by(statement: ast.stmt) -> list[str]:
    if isinstance(statement, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
        return [statement.name]
    if isinstance(statement, ast.Assign | ast.AnnAssign):
        targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
        return [each.id for each in targets if isinstance(each, ast.Name)]
    return []


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
    """Run all tests once with coverage, some files at a time; keep what they came by.

    What was recorded already is left. Now and then the tracer hangs, so each run has an end, and
    a second try.

    Args:
        tree: Where the program and its tests are.
        into: The folder for what is recorded.
        processes: How many runs go at once.
    """
    into.mkdir(exist_ok=True)
    (into / CONFIG).write_text(
        "[run]\nconcurrency = greenlet, thread\nrelative_files = true\nbranch = true\n"
        "include =\n    payments/*\n    webhooks/*\n    bot/*\n    app/*\n"
    )
    files = sorted({file for each in TESTS for file in _test_files(tree, each)})
    names = [str(file.relative_to(tree)) for file in files]
    chunks = [names[start : start + FILES_AT_ONCE] for start in range(0, len(names), FILES_AT_ONCE)]
    with ThreadPoolExecutor(max_workers=processes) as pool:
        for number, chunk in enumerate(chunks):
            if not (into / f"{number}.json").exists():
                pool.submit(_record_some, tree, chunk, into / str(number))
    if len(list(into.glob("*.json"))) < len(chunks):
        raise SystemExit("Some tests could not be run: run it again.")


def _test_files(tree: Path, pattern: str) -> Iterator[Path]:
    for found in tree.glob(pattern):
        yield from found.rglob("test_*.py") if found.is_dir() else [found]


def _record_some(tree: Path, files: list[str], into: Path) -> None:
    command = [
        *(sys.executable, "-m", "pytest", "-q", "-k", CHOSEN, "-p", "no:cacheprovider"),
        *("--cov", f"--cov-config={into.parent / CONFIG}", "--cov-context=test", "--cov-report="),
        *("-p", "tests.mutation.timing"),
        *("-p", "tests.mutation.lighter", "--timeout=900"),
        *files,
    ]
    env = {
        **os.environ,
        "PYTHONPATH": str(tree),
        "COVERAGE_FILE": str(into.with_suffix(".coverage")),
        "MUTATION_SECONDS": str(into.with_suffix(".json")),
        "MUTATION_EXAMPLES": "10",
    }
    for _ in range(2):
        with contextlib.suppress(subprocess.TimeoutExpired):
            subprocess.run(  # noqa: S603 - our own words
                command, cwd=tree, env=env, check=False, timeout=CHUNK_SECONDS, capture_output=True
            )
            return


def load(tree: Path, recorded: Path) -> Recorded:
    """Read what was recorded; tests that failed are left out, because they would always notice."""
    seconds: dict[str, float] = {}
    failed: set[str] = set()
    lines: dict[str, dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
    for file in sorted(recorded.glob("*.json")):
        for test, taken in json.loads(file.read_text()).items():
            if taken is None:
                print(f"left out, because it fails without any mistake: {test}")  # noqa: T201 - must be read
                failed.add(test)
            else:
                seconds[test] = taken
        _add_lines(lines, tree, file.with_suffix(".coverage"))
    kept = {
        path: {line: tests - failed for line, tests in by_line.items()}
        for path, by_line in lines.items()
    }
    return Recorded(tree=tree, seconds=seconds, lines=kept)


def _add_lines(lines: dict[str, dict[int, set[str]]], tree: Path, file: Path) -> None:
    data = CoverageData(basename=str(file))
    data.read()
    for measured in data.measured_files():
        path = Path(measured)
        by_line = lines[str(path.relative_to(tree) if path.is_absolute() else path)]
        for line, contexts in data.contexts_by_lineno(measured).items():
            by_line[line] |= {name for each in contexts if (name := each.partition("|")[0])}

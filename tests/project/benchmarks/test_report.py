"""One part alone and all together: nothing that was measured is lost."""

import argparse
import asyncio
import importlib
import json
import math
from collections.abc import Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks import growth
from benchmarks.__main__ import PARTS
from benchmarks.goals import Figures, Found, Goal, Profile, WrongError
from benchmarks.report import (
    BenchmarkReport,
    Part,
    Result,
    alone,
    carry_out,
    run_apart,
    sentence,
    shown,
    table,
    written,
)

GOAL = Goal(case="sqlite, ours", figure="p99_ms", at_most=50)


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--many", type=int, default=10)


def part(measure: Callable[[str, argparse.Namespace, Found], Awaitable[None]]) -> Part:
    return Part(
        name="some",
        about="Some part.",
        options=add_options,
        measure=measure,
        goals=lambda _: [GOAL],
        quick=["--many", "1"],
        full=["--many", "100"],
    )


async def fails_on_postgresql(kind: str, options: argparse.Namespace, found: Found) -> None:
    found.figures[f"{kind}, ours"] = {"p99_ms": float(options.many)}
    if kind == "postgresql":
        raise WrongError("3 refused\nand more")


@pytest.mark.parametrize(
    ("given", "many"),
    [([], 10), (["--quick"], 1), (["--full"], 100), (["--quick", "--many", "7"], 7)],
)
def test_a_size_stands_for_options_and_an_option_stands_over_it(
    given: list[str], many: int
) -> None:
    assert part(fails_on_postgresql).parse(given).many == many


def test_what_fails_on_one_database_leaves_the_rest(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "all.json"
    assert alone(part(fails_on_postgresql), ["--json", str(path)]) == 1
    printed = capsys.readouterr().out
    assert "FAILED        some, postgresql: WrongError: 3 refused" in printed
    assert "met           sqlite, ours: p99 ms at most 50: 10.00" in printed
    (result,) = json.loads(path.read_text())["results"]
    assert set(result["figures"]) == {"sqlite, ours", "postgresql, ours"}


async def test_goals_that_cannot_be_told_are_noticed_before_anything_is_measured() -> None:
    measured = []

    async def measure(kind: str, _options: argparse.Namespace, _found: Found) -> None:
        measured.append(kind)

    def goals(_options: argparse.Namespace) -> list[Goal]:
        raise WrongError("no such size")

    some = replace(part(measure), goals=goals)
    with pytest.raises(WrongError):
        await carry_out(some, some.parse([]))
    assert measured == []


@pytest.mark.parametrize(("sizes", "many"), [("1000", 0), ("1000,1000", 0), ("1000,2000", 2)])
def test_growth_has_a_goal_only_if_something_grows(sizes: str, many: int) -> None:
    assert len(growth.PART.goals(growth.PART.parse(["--sizes", sizes]))) == many


def test_met_goals_end_well_and_missed_ones_do_not() -> None:
    some = part(fails_on_postgresql)
    assert alone(some, ["--databases", "sqlite"]) == 0
    assert alone(some, ["--databases", "sqlite", "--many", "51"]) == 1


def test_a_missed_goal_is_followed_by_its_profile() -> None:
    figures: Figures = {"sqlite, ours": {"p99_ms": 60}}
    result = Result(
        name="some",
        options={},
        seconds=1,
        figures=figures,
        verdicts=[GOAL.judge(figures)],
        profiles={
            "sqlite, ours": Profile(shares={"driver": {"running_percent": 40}}),
            "sqlite, theirs": Profile(missing="nobody asked"),
        },
    )
    lines = "\n".join(shown(BenchmarkReport(machine="here", results=[result])))
    assert "| why: sqlite, ours | running percent |" in lines
    assert "| driver            |              40 |" in lines
    assert "nobody asked" not in lines


def test_what_never_came_is_written_and_read_again(tmp_path: Path) -> None:
    path = tmp_path / "all.json"
    result = Result(name="some", options={}, seconds=1, figures={"ours": {"p99_ms": math.inf}})
    report = BenchmarkReport(machine="here", results=[result])
    report.write(path)
    assert written(path) == result
    assert "|  never |" in "\n".join(shown(report))


def test_a_row_has_a_cell_for_each_figure_of_any_case() -> None:
    figures: Figures = {"one": {"p50_ms": 1.5}, "another": {"per_second": 1234.5}}
    assert list(table("some", figures)) == [
        "| some    | p50 ms | per second |",
        "| ------- | -----: | ---------: |",
        "| one     |   1.50 |            |",
        "| another |        |      1,234 |",
    ]


def test_a_failure_of_several_is_told_by_the_first() -> None:
    assert sentence(ExceptionGroup("several", [ValueError("wrong")])) == "ValueError: wrong"


def test_a_failure_without_words_is_told_by_its_place() -> None:
    with pytest.raises(TimeoutError) as caught:
        _too_late()
    assert sentence(caught.value) == "TimeoutError: in _too_late, benchmarks/test_report.py"


def _too_late() -> None:
    raise TimeoutError


async def test_a_part_that_ends_without_figures_is_a_failed_one(tmp_path: Path) -> None:
    found = await run_apart("no_such_part", [], tmp_path / "none.json", timeout_seconds=60)
    assert found.failed == {"": "It ended with 1, without figures."}
    assert not found.good
    lines = list(shown(BenchmarkReport(machine="here", results=[found])))
    assert "FAILED        no_such_part: It ended with 1, without figures." in lines


async def test_a_part_that_does_not_end_is_ended(tmp_path: Path) -> None:
    begun = asyncio.get_running_loop().time()
    found = await run_apart("server", ["ours"], tmp_path / "none.json", timeout_seconds=0.01)
    assert found.failed == {"": "It did not end within 0.01 s."}
    assert asyncio.get_running_loop().time() - begun < 30


@pytest.mark.parametrize("name", PARTS)
def test_each_part_is_a_module_and_a_target(name: str) -> None:
    """Its goals can be told of any size, and name each case once."""
    some: Part = importlib.import_module(f"benchmarks.{name}").PART
    assert some.name == name
    assert f"\nbench-{name}:" in Path("Makefile").read_text()
    for size in ([], ["--quick"], ["--full"]):
        goals = some.goals(some.parse(size))
        assert goals
        assert len({goal.words for goal in goals}) == len(goals)

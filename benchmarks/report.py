"""One part alone, or all of them: measured, judged, printed and written down."""

import argparse
import asyncio
import contextlib
import math
import os
import platform
import signal
import sys
import time
import traceback
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import TypeAdapter
from pydantic_core import to_json

from benchmarks.goals import Figures, Found, Goal, Profile, Verdict

OURS = "benchmarks"
END_SECONDS = 60
"""How long a part may take to end once it is interrupted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Something that is measured.

    Attributes:
        name: Its module, and `make bench-NAME`.
        about: What is measured, and how.
        options: Says what can be chosen; the defaults are the usual sizes.
        measure: Measures on one kind of database, and puts what it finds into what is handed over.
        goals: What should come of it with these options.
        quick: The options for a first look.
        full: The options for ten times as much.
        databases: On what it is measured, unless something else is asked for.
    """

    name: str
    about: str
    options: Callable[[argparse.ArgumentParser], None]
    measure: Callable[[str, argparse.Namespace, Found], Awaitable[None]]
    goals: Callable[[argparse.Namespace], list[Goal]]
    quick: Sequence[str] = ()
    full: Sequence[str] = ()
    databases: str = "sqlite,postgresql"

    def parse(self, given: Sequence[str]) -> argparse.Namespace:
        """The options that were given, over those of the size that was asked for."""
        parser = argparse.ArgumentParser(prog=f"make bench-{self.name}", description=self.about)
        common(parser)
        self.options(parser)
        parser.set_defaults(databases=self.databases)
        first = parser.parse_args(given)
        sized = self.quick if first.quick else self.full if first.full else ()
        return parser.parse_args([*sized, *given])


def common(parser: argparse.ArgumentParser) -> None:
    """What can be chosen for each part and for all."""
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--quick", action="store_true", help="a first look, in small sizes")
    size.add_argument("--full", action="store_true", help="ten times as much")
    parser.add_argument("--databases", help="sqlite, postgresql or both, with a comma")
    parser.add_argument(
        "--no-profile", action="store_true", help="do not look why a goal is missed"
    )
    parser.add_argument("--no-report", action="store_true", help="say only what is told on the way")
    parser.add_argument("--json", type=Path, help="where to write all figures")


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What came of a part.

    Attributes:
        failed: By database, what went wrong; `` for the whole part.
        seconds: How long it took.
    """

    name: str
    options: dict[str, str]
    seconds: float
    figures: Figures = field(default_factory=dict)
    verdicts: list[Verdict] = field(default_factory=list)
    profiles: dict[str, Profile] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)

    @property
    def good(self) -> bool:
        """Nothing failed, and no goal was missed."""
        return not self.failed and all(each.met is not False for each in self.verdicts)


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchmarkReport:
    """All results, and where they come from."""

    machine: str
    results: list[Result]

    def write(self, path: Path) -> None:
        """All of it as JSON."""
        path.write_bytes(to_json(self, indent=2, inf_nan_mode="strings"))


_REPORTS = TypeAdapter(BenchmarkReport)


def written(path: Path) -> Result | None:
    """What a part wrote before it ended, if it did."""
    if not path.exists():
        return None
    return _REPORTS.validate_json(path.read_bytes()).results[0]


def machine() -> str:
    """What it is measured on."""
    cpu = next((line for line in _lines("/proc/cpuinfo") if line.startswith("model name")), "")
    memory = next((line for line in _lines("/proc/meminfo") if line.startswith("MemTotal")), "")
    known = [
        platform.platform(),
        f"Python {platform.python_version()}",
        f"{os.cpu_count()} cores",
        cpu.partition(":")[2].strip(),
        f"{int(memory.split()[1]) / 1024**2:.1f} GB" if memory else "",
    ]
    return ", ".join(each for each in known if each)


def _lines(path: str) -> list[str]:
    return Path(path).read_text().splitlines() if Path(path).exists() else []


def alone(part: Part, given: Sequence[str] | None = None) -> int:
    """Measure one part, as its own program; 0 if all goals are met."""
    options = part.parse(sys.argv[1:] if given is None else given)
    result = asyncio.run(carry_out(part, options))
    report = BenchmarkReport(machine=machine(), results=[result])
    if not options.no_report:
        print("\n".join(shown(report)), flush=True)
    if options.json:
        report.write(options.json)
    return 0 if result.good else 1


async def carry_out(part: Part, options: argparse.Namespace) -> Result:
    """Measure on each database; what fails on one is reported, and the other one is measured.

    If the goals cannot be told with these options, that is an error before anything is measured.
    """
    goals = part.goals(options)
    begun = time.perf_counter()
    found = Found()
    for kind in options.databases.split(","):
        try:
            await part.measure(kind, options, found)
        except asyncio.CancelledError:
            found.failed[kind] = "It was interrupted."
            break
        except Exception as error:  # noqa: BLE001 - any error is reported with the rest
            found.failed[kind] = sentence(error)
    return Result(
        name=part.name,
        options={name: str(value) for name, value in vars(options).items()},
        seconds=time.perf_counter() - begun,
        figures=found.figures,
        verdicts=[goal.judge(found.figures) for goal in goals],
        profiles=found.profiles,
        failed=found.failed,
    )


def sentence(error: BaseException) -> str:
    """What went wrong, in one line; where, if it does not say what."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    what, *_ = str(error).splitlines() or [""]
    if not what:
        ours = [each for each in traceback.extract_tb(error.__traceback__) if OURS in each.filename]
        what = f"in {ours[-1].name}, {OURS}/{Path(ours[-1].filename).name}" if ours else ""
    return f"{type(error).__name__}{': ' if what else ''}{what}"


def shown(report: BenchmarkReport) -> Iterator[str]:
    """The whole report, line by line: figures, goals, and why those that are missed are."""
    yield f"\n{report.machine}\n"
    yield from table(
        "",
        {
            f"{result.name}: {case}": each
            for result in report.results
            for case, each in result.figures.items()
        },
    )
    yield ""
    for result in report.results:
        for verdict in result.verdicts:
            yield verdict.line
        for where, why in result.failed.items():
            yield f"{'FAILED':13} {', '.join(each for each in (result.name, where) if each)}: {why}"
    for result in report.results:
        late = [case for each in result.verdicts if each.met is False for case in each.cases]
        for case in dict.fromkeys(late):
            profile = result.profiles.get(case)
            if profile is not None:
                yield ""
                title = f"why: {case}"
                yield from (
                    [f"{title}: {profile.missing}"]
                    if profile.missing
                    else table(title, profile.shares)
                )


def table(title: str, figures: Figures) -> Iterator[str]:
    """A table as Markdown writes it, in columns: a row for each case."""
    names = list(dict.fromkeys(name for each in figures.values() for name in each))
    rows = [[title, *(name.replace("_", " ") for name in names)]]
    rows += [[case, *(number(each.get(name)) for name in names)] for case, each in figures.items()]
    widths = [max(len(row[column]) for row in rows) for column in range(len(names) + 1)]
    rows.insert(1, ["-" * widths[0], *("-" * (width - 1) + ":" for width in widths[1:])])
    for first, *rest in rows:
        cells = [cell.rjust(width) for cell, width in zip(rest, widths[1:], strict=True)]
        yield f"| {' | '.join([first.ljust(widths[0]), *cells])} |"


def number(value: float | None) -> str:
    """A figure with as many digits as one reads."""
    if value is None:
        return ""
    if math.isinf(value):
        return "never"
    return f"{value:,.0f}" if abs(value) >= 1_000 or value == int(value) else f"{value:.2f}"  # noqa: PLR2004


async def run_apart(name: str, given: Sequence[str], path: Path, timeout_seconds: float) -> Result:
    """Measure a part in a process of its own, so that nothing of it is left for the next one."""
    begun = time.perf_counter()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", f"benchmarks.{name}", "--json", str(path), *given
    )
    why = "It ended without figures."
    try:
        code = await asyncio.wait_for(process.wait(), timeout_seconds)
        why = f"It ended with {code}, without figures."
    except TimeoutError:
        print(f"{name} is interrupted after {timeout_seconds:g} s", flush=True)
        why = f"It did not end within {timeout_seconds:g} s."
    finally:
        await _end(process)
    return written(path) or Result(
        name=name, options={}, seconds=time.perf_counter() - begun, failed={"": why}
    )


async def _end(process: asyncio.subprocess.Process) -> None:
    """Interrupt it, so that it writes what it has and ends what it started; then end it."""
    for end in (signal.SIGINT, signal.SIGKILL):
        if process.returncode is None:
            process.send_signal(end)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(process.wait(), END_SECONDS)

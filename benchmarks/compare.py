"""`make bench-compare ARGS="--other ../before"`: is a webhook here dearer than in another checkout?

Wall figures scatter by more than a change costs. So both servers run side by side, each with its
own code, environment and database, and get short rounds of paid purchases in turn (A B B A). What
counts is the processor time for each event: of the server with all its threads, and on PostgreSQL
of its connections' processes too. A round's ratio compares four neighbours in time; the figure is
the median of all ratios, with the interval in which nineteen of twenty such medians lie when the
rounds are drawn again (bootstrap). After some rounds both start again, on fresh databases.

Then `guildbank run` of both is started in turn, and the memory of each is measured once it is idle.

The other checkout is a clone at the commit to compare with, where `make .venv/.dev` was run.
"""

import argparse
import asyncio
import os
import random
import statistics
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.databases import fresh
from benchmarks.goals import Found, Goal
from benchmarks.processes import (
    SECRET_KEY,
    TOKEN,
    free_port,
    resident,
    running,
    settings,
)
from benchmarks.report import Part, alone
from benchmarks.sides import served
from sandbox.discord_wire import WireDiscord, default_world
from sandbox.stripe import LocalStripe

HERE = Path(__file__).parents[1]
WARM_UP = 2
"""Number of rounds that are not measured, after each start."""

DEARER = 1.03
"""Goal: what one costs here, beside the other checkout."""

IDLE_SECONDS = 3
"""How long after it was ready a program's memory is measured."""


@dataclass(slots=True, kw_only=True)
class Costs:
    """What was measured.

    Attributes:
        here: Microseconds for each event, one figure for each visit.
        there: Those of the other checkout.
        ratios: By start, the first to the second of each round of four.
    """

    here: list[float] = field(default_factory=list)
    there: list[float] = field(default_factory=list)
    ratios: list[list[float]] = field(default_factory=list)

    def figures(self, case: str) -> dict[str, dict[str, float]]:
        """For the table."""
        low, high = interval(self.ratios)
        middle = statistics.median(each for block in self.ratios for each in block)
        return {
            f"other, {case}": {"cpu_us": statistics.median(self.there)},
            f"here, {case}": {
                "cpu_us": statistics.median(self.here),
                "ratio": middle,
                "ratio_from": low,
                "ratio_to": high,
            },
        }


def interval(blocks: Sequence[Sequence[float]], draws: int = 2_000) -> tuple[float, float]:
    """Where nineteen of twenty medians lie if starts, and rounds in them, are drawn again."""
    chance = random.Random(0)  # noqa: S311 - a benchmark repeats itself
    medians = sorted(
        statistics.median(
            each
            for block in chance.choices(blocks, k=len(blocks))
            for each in chance.choices(block, k=len(block))
        )
        for _ in range(draws)
    )
    return medians[draws // 40], medians[-1 - draws // 40]


async def block(
    kind: str, sides: tuple[Path, Path], options: argparse.Namespace, seed: int, costs: Costs
) -> None:
    """One start of both, and its rounds: first, second, second, first."""
    count = options.events * (2 * options.rounds + WARM_UP)
    async with (
        served(sides[0], kind, count, seed) as here,
        served(sides[1], kind, count, seed) as there,
    ):
        for _ in range(WARM_UP):
            await here.round(options.events)
            await there.round(options.events)
        costs.ratios.append([])
        for number in range(options.rounds):
            first, second = (here, there) if number % 2 else (there, here)
            spent: dict[int, list[float]] = {here.pid: [], there.pid: []}
            for side in (first, second, second, first):
                spent[side.pid].append(await side.round(options.events))
            costs.here += spent[here.pid]
            costs.there += spent[there.pid]
            costs.ratios[-1].append(sum(spent[here.pid]) / sum(spent[there.pid]))


async def measure(kind: str, options: argparse.Namespace, found: Found) -> None:
    """Several starts, then memory."""
    costs = Costs()
    for number in range(options.starts):
        await block(kind, (options.here, options.other), options, number, costs)
        found.figures |= costs.figures(kind)
        ratio = statistics.median(costs.ratios[-1])
        print(f"start {number + 1}, {kind}: {ratio:.3f} times the other", flush=True)
    if options.memory_starts:
        await compare_memory(kind, options, found)


async def compare_memory(kind: str, options: argparse.Namespace, found: Found) -> None:
    """`guildbank run` of both with Stripe alone, started in turn; medians of their memory."""
    sides = {f"other, {kind}, idle": options.other, f"here, {kind}, idle": options.here}
    samples: dict[str, list[float]] = {case: [] for case in sides}
    async with (
        WireDiscord(default_world(), token=TOKEN) as wire,
        LocalStripe(secret_key=SECRET_KEY, webhook_endpoints=[]) as stripe,
    ):
        for number in range(options.memory_starts):
            for case in sorted(sides, reverse=bool(number % 2)):
                async with fresh(kind) as url:
                    environment = settings(wire, stripe.url, url, free_port())
                    async with running(environment, checkout=sides[case]) as process:
                        await asyncio.sleep(IDLE_SECONDS)
                        samples[case].append(resident(process.pid))
                print(f"{case}: {samples[case][-1]:.1f} MB", flush=True)
    for case, each in samples.items():
        found.figures[case] = {"resident_mb": statistics.median(each)}


def goals(options: argparse.Namespace) -> list[Goal]:
    """Neither a webhook nor the idle program is dearer than it was."""
    found = []
    for kind in options.databases.split(","):
        found += [
            Goal(case=f"here, {kind}", figure="ratio", at_most=DEARER),
            Goal(
                case=f"here, {kind}, idle",
                beside=f"other, {kind}, idle",
                figure="resident_mb",
                at_most=DEARER,
            ),
        ]
    return found


def add_options(parser: argparse.ArgumentParser) -> None:
    """With what to compare, and how long."""
    parser.add_argument("--other", type=Path, default=HERE, help="the other checkout")
    parser.add_argument("--here", type=Path, default=HERE, help="instead of this one")
    parser.add_argument("--events", type=int, default=320, help="in each visit")
    parser.add_argument("--rounds", type=int, default=12, help="of four visits, for each start")
    parser.add_argument("--starts", type=int, default=5)
    parser.add_argument("--memory-starts", type=int, default=5)


PART = Part(
    name="compare",
    about=__doc__,
    options=add_options,
    measure=measure,
    goals=goals,
    quick=["--rounds", "4", "--starts", "2", "--memory-starts", "2"],
    full=["--starts", "25"],
)

if __name__ == "__main__":
    os.environ.pop("PYTHONPATH", None)  # each imports its own code
    sys.exit(alone(PART))

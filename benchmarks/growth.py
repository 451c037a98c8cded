"""`make bench-growth`: what a purchase costs as the tables grow, and the memory that it takes.

Purchases are begun and paid through the runner, without HTTP, by members of their own, on one
database that is filled further and further with the rows of a real one. Costs are medians of five
samples of 1,000 purchases.
"""

import argparse
import asyncio
import os
import statistics
import sys
import time

from benchmarks.databases import fresh, pour, settle
from benchmarks.filled import Pattern, contents, member_of, moment_of, payment_name
from benchmarks.goals import Found, Goal, WrongError
from benchmarks.processes import resident
from benchmarks.profiles import watched
from benchmarks.report import Part, alone
from migrations import SCRIPTS
from payments.infra.logs import configure_logs
from payments.notifications.routing import route
from payments.runner.runner import Runner
from payments.store.engine.database import Database, open_database
from payments.store.engine.migrate import Migrations
from payments.store.verify.verify import verify
from tests.support.commands import put_up
from tests.support.make import checkout_update, event, initiate

GOAL = 1.5
"""How many times more a purchase may cost at the last size than at the first."""

SAMPLE = 1_000
SAMPLES = 5
AT_ONCE = 64
"""Purchases that are under way at the same time."""

WATCHED = 3_000
"""Purchases of which a profile is taken at each size, after those that are measured."""

POURED = 5_000
"""Purchases whose rows are written at once."""


async def buy(runner: Runner, numbers: range) -> float:
    """Carry out a number of purchases; returns seconds."""
    waiting = iter(numbers)

    async def some() -> None:
        for number in waiting:
            name, member, at = payment_name(number), member_of(number), moment_of(number)
            await runner.run(initiate(name, member=member, at=at))
            update = checkout_update(name, member=member)
            await runner.run(event(update, id=f"evt_{name}", at=at))

    begun = time.perf_counter()
    await asyncio.gather(*(some() for _ in range(AT_ONCE)))
    return time.perf_counter() - begun


async def pattern_of(database: Database, runner: Runner) -> Pattern:
    """What the first purchase leaves."""
    before = await database.snapshot(contents)
    await buy(runner, range(1))
    return Pattern(before, await database.snapshot(contents))


async def fill(url: str, pattern: Pattern, numbers: range) -> None:
    """Books as if these purchases had been made."""
    for start in range(numbers.start, numbers.stop, POURED):
        await pour(url, pattern.rows(range(start, min(numbers.stop, start + POURED))))
    await settle(url)


async def measure(kind: str, options: argparse.Namespace, found: Found) -> None:
    """The cost at each size; afterwards the books must agree."""
    async with fresh(kind) as url:
        database = open_database(url)
        await Migrations(SCRIPTS).apply(database)
        runner = Runner(database, route=route)
        runner.start()
        await put_up(runner)
        pattern = await pattern_of(database, runner)
        done = 1
        for size in sizes(options):
            begun = time.perf_counter()
            await fill(url, pattern, range(done, size))
            filled = time.perf_counter() - begun
            parts = [range(size + n * SAMPLE, size + (n + 1) * SAMPLE) for n in range(SAMPLES + 1)]
            seconds = [await buy(runner, part) for part in parts][1:]  # caches are warm now
            done = parts[-1].stop
            case, cost = case_of(kind, size), statistics.median(seconds) / SAMPLE * 1e6
            memory = resident(os.getpid())
            found.figures[case] = {"us_each": cost, "resident_mb": memory}
            print(f"{case}: {cost:.0f} µs each (filled in {filled:.0f} s)", flush=True)
            if not options.no_profile:
                async with watched(os.getpid(), found, case):
                    await buy(runner, range(done, done + WATCHED))
                done += WATCHED
        complaints = await database.snapshot(lambda connection: list(verify(connection)))
        await runner.close()
        await database.close()
    if complaints:
        raise WrongError("\n".join(complaints))


def sizes(options: argparse.Namespace) -> list[int]:
    """Payments in the books, from few to many."""
    return [int(size) for size in options.sizes.split(",")]


def case_of(kind: str, size: int) -> str:
    """For the table."""
    return f"{kind}, {size:,} payments"


def goals(options: argparse.Namespace) -> list[Goal]:
    """The cost at the last size beside that at the first, if there is more than one."""
    all_sizes = sizes(options)
    first, last = all_sizes[0], all_sizes[-1]
    if first == last:
        return []
    return [
        Goal(
            case=case_of(kind, last),
            beside=case_of(kind, first),
            figure="us_each",
            at_most=GOAL,
        )
        for kind in options.databases.split(",")
    ]


def add_options(parser: argparse.ArgumentParser) -> None:
    """How large."""
    parser.add_argument("--sizes", default="10000,100000,1000000", help="payments, with commas")


PART = Part(
    name="growth",
    about=__doc__,
    options=add_options,
    measure=measure,
    goals=goals,
    quick=["--sizes", "1000,20000"],
    full=["--sizes", "10000,100000,1000000,10000000"],
)

if __name__ == "__main__":
    configure_logs(level="WARNING", style="text")
    sys.exit(alone(PART))

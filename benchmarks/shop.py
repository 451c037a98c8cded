"""`make bench-shop`: what an order costs beside a purchase, and how many pieces one item sells.

Members who have just bought points all order the same two items, 64 at the same time: one of which
an order waits for a person, and one whose codes are given at once. No piece is left afterwards.
Everything goes through the runner, without HTTP and Discord. Costs are this process's processor
time, without that of a PostgreSQL server; medians of five samples of 1,000, in turn.
"""

import argparse
import asyncio
import os
import statistics
import sys
import time
from collections.abc import Awaitable, Callable
from typing import Final

from sqlalchemy import Connection, func, select

from benchmarks.databases import fresh
from benchmarks.filled import member_of, moment_of
from benchmarks.goals import Found, Goal, WrongError, missed
from benchmarks.growth import AT_ONCE, buy
from benchmarks.profiles import watched
from benchmarks.report import Part, alone
from migrations import SCRIPTS
from payments.domain.values.items import ItemKind, Offer
from payments.infra.logs import configure_logs
from payments.notifications.routing import route
from payments.runner.runner import Runner
from payments.store import tables
from payments.store.engine.database import Database, open_database
from payments.store.engine.migrate import Migrations
from payments.store.verify.verify import verify
from tests.support.commands import put_up
from tests.support.shopping import add_codes, add_item, offer, place

GOAL_COST: Final = 1.5
"""How many times the processor time of a purchase an order may take."""

GOAL_SALES: Final = 500
"""Pieces of one item that are sold a second, on SQLite."""

CODES_AT_ONCE: Final = 1_000

PURCHASE: Final = "a purchase"
WAITING: Final = "an order that waits for a person"
CODE: Final = "an order of a code"

ITEMS: Final = {WAITING: offer("Dinner"), CODE: offer("Key", ItemKind.CODE)}
"""What is ordered, by case."""


async def order(runner: Runner, of: Offer, numbers: range) -> None:
    """These members order one piece each, as they have bought: `AT_ONCE` at the same time."""
    waiting = iter(numbers)

    async def some() -> None:
        for number in waiting:
            await runner.run(place(of, member=member_of(number), at=moment_of(number)))

    await asyncio.gather(*(some() for _ in range(AT_ONCE)))


async def stock(runner: Runner, pieces: int) -> None:
    """Put the items up, with this many pieces of each."""
    for of in ITEMS.values():
        codes = of.kind is ItemKind.CODE
        await runner.run(add_item(of, None if codes else pieces))
        for start in range(0, pieces if codes else 0, CODES_AT_ONCE):
            await runner.run(add_codes(of, min(CODES_AT_ONCE, pieces - start)))


async def sample(runner: Runner, numbers: range) -> dict[str, tuple[float, float]]:
    """Members buy and order. By case, seconds of processor time, and seconds."""
    steps: dict[str, Callable[[], Awaitable[object]]] = {
        PURCHASE: lambda: buy(runner, numbers),
        WAITING: lambda: order(runner, ITEMS[WAITING], numbers),
        CODE: lambda: order(runner, ITEMS[CODE], numbers),
    }
    found = {}
    for case, step in steps.items():
        worked, begun = time.process_time(), time.perf_counter()
        await step()
        found[case] = time.process_time() - worked, time.perf_counter() - begun
    return found


async def measure(kind: str, options: argparse.Namespace, found: Found) -> None:
    """What each costs; afterwards the books must agree, and nothing be left."""
    async with fresh(kind) as url:
        database = open_database(url)
        await Migrations(SCRIPTS).apply(database)
        runner = Runner(database, route=route)
        runner.start()
        await put_up(runner)
        each, samples = options.each, options.samples
        spare = 0 if options.no_profile else each
        await stock(runner, each * (samples + 1) + spare)
        taken = [
            await sample(runner, range(number * each, (number + 1) * each))
            for number in range(samples + 1)
        ][1:]  # caches are warm now
        note(kind, each, taken, found)
        if spare:
            numbers = range(each * (samples + 1), each * (samples + 2))
            await profile(kind, options, runner, numbers, found)
        complaints = await database.snapshot(lambda connection: list(verify(connection)))
        left = await unsold(database)
        await runner.close()
        await database.close()
    if complaints or left:
        raise WrongError("\n".join([*complaints, *left]))


def note(kind: str, each: int, taken: list[dict[str, tuple[float, float]]], found: Found) -> None:
    """Keep the medians."""
    for case in taken[0]:
        worked = statistics.median(one[case][0] for one in taken) / each * 1e6
        rate = each / statistics.median(one[case][1] for one in taken)
        found.figures[f"{kind}, {case}"] = {"processor_us": worked, "per_second": rate}
        print(f"{kind}, {case}: {worked:.0f} µs, {rate:,.0f} a second", flush=True)


async def profile(
    kind: str, options: argparse.Namespace, runner: Runner, numbers: range, found: Found
) -> None:
    """The last pieces are sold; where a goal is missed, it is looked at why."""
    late = missed(goals(options), found.figures)
    await buy(runner, numbers)
    for case, of in ITEMS.items():
        name = f"{kind}, {case}"
        if name in late:
            async with watched(os.getpid(), found, name):
                await order(runner, of, numbers)
        else:
            await order(runner, of, numbers)


async def unsold(database: Database) -> list[str]:
    """The items of which a piece is left, in words."""
    orders, items = tables.orders, tables.items

    def work(connection: Connection) -> list[str]:
        asked = select(items.c.item_id, items.c.available).where(items.c.available != 0)
        rows = connection.execute(asked).all()
        if not connection.scalar(select(func.count()).select_from(orders)):
            return ["Nothing was ordered."]
        return [f"{row.available} pieces of {row.item_id} are left." for row in rows]

    return await database.snapshot(work)


def goals(options: argparse.Namespace) -> list[Goal]:
    """The cost of each order beside that of a purchase; sales a second on SQLite."""
    kinds = options.databases.split(",")
    costs = [
        Goal(
            case=f"{kind}, {case}",
            beside=f"{kind}, {PURCHASE}",
            figure="processor_us",
            at_most=GOAL_COST,
        )
        for kind in kinds
        for case in ITEMS
    ]
    sales = [
        Goal(case=f"{kind}, {case}", figure="per_second", at_least=GOAL_SALES)
        for kind in kinds
        for case in ITEMS
        if kind == "sqlite"
    ]
    return costs + sales


def add_options(parser: argparse.ArgumentParser) -> None:
    """How many."""
    parser.add_argument("--each", type=int, default=1_000, help="members of one sample")
    parser.add_argument("--samples", type=int, default=5, help="samples that are measured")


PART = Part(
    name="shop",
    about=__doc__,
    options=add_options,
    measure=measure,
    goals=goals,
    quick=["--each", "300", "--samples", "3"],
    full=["--each", "10000"],
)

if __name__ == "__main__":
    configure_logs(level="WARNING", style="text")
    sys.exit(alone(PART))

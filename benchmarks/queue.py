"""`make bench-queue`: how soon what is urgent arrives, and that nothing starves.

First, with 100,000 LOW deliveries waiting, HIGH ones are told one at a time: how long from
the commit until the channel has them. Then more HIGH ones are there that they cannot all be
delivered: how many of the deliveries are LOW ones. The channel takes 20 ms for each. Last, one
that takes no time: how many deliveries a second the queue itself can do.
"""

import argparse
import asyncio
import functools
import os
import statistics
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import Connection, insert

from benchmarks.databases import fresh
from benchmarks.goals import Found, Goal, missed
from benchmarks.profiles import watched
from benchmarks.report import Part, alone
from migrations import SCRIPTS
from payments.domain.values.events import PaymentExpired, PaymentFailed, Priority
from payments.domain.values.ids import GuildId, MemberId, PaymentId
from payments.domain.values.money import Money
from payments.domain.values.time import MINUTE, later
from payments.infra.clock import system_clock
from payments.infra.logs import configure_logs
from payments.notifications.channel import Delivery
from payments.notifications.worker import Worker
from payments.store import tables
from payments.store.engine.database import Database, open_database
from payments.store.engine.migrate import Migrations
from payments.store.outbox.deliveries import Deliveries
from payments.store.rows.codec import encode

Rows = list[dict[str, Any]]

GUILD = GuildId(900_000_000_000_000_001)
CHANNEL_SECONDS = 0.02
GOAL_MS = 1_000
GOAL_SHARE = 0.09
"""One of ten, and a little less for what is under way at the ends."""

AT_ONCE = 5_000


class Sink:
    """Takes everything, and notes when; each takes a given number of seconds."""

    def __init__(self, seconds: float = CHANNEL_SECONDS) -> None:
        self.seconds = seconds
        self.taken: Counter[Priority] = Counter()
        self.urgent = asyncio.Event()
        self.wanted = sys.maxsize
        self.enough = asyncio.Event()

    async def deliver(self, delivery: Delivery) -> None:
        """Take as long as a quick call to Discord."""
        await asyncio.sleep(self.seconds)
        self.taken[delivery.event.priority] += 1
        if delivery.event.priority is Priority.HIGH:
            self.urgent.set()
        if sum(self.taken.values()) >= self.wanted:
            self.enough.set()

    def delivery_ended(self, channel: str, end: str) -> None:
        """Of no concern here."""


def _rows(first: int, count: int, priority: Priority) -> tuple[Rows, Rows]:
    kind = PaymentFailed if priority is Priority.HIGH else PaymentExpired
    at = system_clock()
    if priority is Priority.LOW:
        at = later(at, -MINUTE)
    events: Rows = []
    deliveries: Rows = []
    for number in range(first, first + count):
        event = kind(
            guild=GUILD,
            member=MemberId(10**17 + number),
            at=at,
            payment=PaymentId(f"payment-{number}"),
            package="Starter",
            points=500,
            price=Money(minor=499, currency="EUR"),
        )
        key = {"guild_id": GUILD, "event_id": f"event-{number}"}
        events.append(
            key
            | {"name": kind.name, "body": encode(kind, event), "command_key": f"c-{number}"}
            | {"at": at}
        )
        deliveries.append(
            key
            | {"channel": "dm", "lane": f"person:{event.member}", "priority": int(priority)}
            | {"status": "waiting", "attempts": 0, "postponements": 0}
            | {"created_at": at, "due_at": at}
        )
    return events, deliveries


async def tell(database: Database, first: int, count: int, priority: Priority) -> None:
    """Commit a number of events with a delivery each."""
    for start in range(first, first + count, AT_ONCE):
        events, deliveries = _rows(start, min(AT_ONCE, first + count - start), priority)

        await database.transact(functools.partial(_insert, events=events, deliveries=deliveries))


def _insert(connection: Connection, *, events: Rows, deliveries: Rows) -> None:
    connection.execute(insert(tables.events), events)
    connection.execute(insert(tables.deliveries), deliveries)


@asynccontextmanager
async def queue(kind: str) -> AsyncIterator[Database]:
    """A fresh database without deliveries."""
    async with fresh(kind) as url:
        database = open_database(url)
        await Migrations(SCRIPTS).apply(database)
        yield database
        await database.close()


@asynccontextmanager
async def working(database: Database, sink: Sink) -> AsyncIterator[Worker]:
    """A worker that delivers to the sink."""
    worker = Worker(
        deliveries=Deliveries(database), channels={"dm": sink}, clock=system_clock, ends=sink
    )
    running = asyncio.create_task(worker.run())
    yield worker
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def measure(kind: str, options: argparse.Namespace, found: Found) -> None:
    """How soon, who starves, and how many; each of them again, watched, if its goal is missed."""
    cases = {
        urgent_case(kind, options): functools.partial(urgent, kind, options),
        flood_case(kind): functools.partial(flood, kind, options),
        f"{kind}, a channel without limits": functools.partial(throughput, kind, options),
    }
    for case, work in cases.items():
        found.figures[case] = await work()
        figures = ", ".join(f"{name} {value:,.2f}" for name, value in found.figures[case].items())
        print(f"{case}: {figures}", flush=True)
    if options.no_profile:
        return
    for case in missed(goals(options), found.figures) & cases.keys():
        async with watched(os.getpid(), found, case):
            await cases[case]()


async def urgent(kind: str, options: argparse.Namespace) -> dict[str, float]:
    """From commit to channel, with many waiting."""
    async with queue(kind) as database:
        await tell(database, 0, options.waiting, Priority.LOW)
        sink = Sink()
        seconds = []
        async with working(database, sink) as worker:
            for number in range(options.urgent):
                await asyncio.sleep(0.1)
                sink.urgent.clear()
                await tell(database, options.waiting + number, 1, Priority.HIGH)
                begun = time.perf_counter()
                worker.wake()
                await sink.urgent.wait()
                seconds.append(time.perf_counter() - begun)
    return {"p50_ms": statistics.median(seconds) * 1000, "worst_ms": max(seconds) * 1000}


async def flood(kind: str, options: argparse.Namespace) -> dict[str, float]:
    """How many of the deliveries are LOW ones while more HIGH ones wait than can be delivered."""
    async with queue(kind) as database:
        await tell(database, 0, options.flood, Priority.LOW)
        await tell(database, options.flood, options.flood, Priority.HIGH)
        sink = Sink()
        sink.wanted = options.flood // 2
        async with working(database, sink):
            await sink.enough.wait()
        return {"low_share": sink.taken[Priority.LOW] / sum(sink.taken.values())}


async def throughput(kind: str, options: argparse.Namespace) -> dict[str, float]:
    """Deliveries a second to a channel that takes no time, on one fresh database."""
    async with queue(kind) as database:
        await tell(database, 0, options.throughput, Priority.LOW)
        sink = Sink(seconds=0)
        sink.wanted = options.throughput
        begun = time.perf_counter()
        async with working(database, sink):
            await sink.enough.wait()
        return {"per_second": options.throughput / (time.perf_counter() - begun)}


def urgent_case(kind: str, options: argparse.Namespace) -> str:
    """How long urgent deliveries take behind many others."""
    return f"{kind}, HIGH behind {options.waiting:,} LOW"


def flood_case(kind: str) -> str:
    """What is not, among too much that is."""
    return f"{kind}, LOW in a flood of HIGH"


def goals(options: argparse.Namespace) -> list[Goal]:
    """Urgent ones come at once, and others still come."""
    return [
        goal
        for kind in options.databases.split(",")
        for goal in (
            Goal(case=urgent_case(kind, options), figure="worst_ms", at_most=GOAL_MS),
            Goal(case=flood_case(kind), figure="low_share", at_least=GOAL_SHARE),
        )
    ]


def add_options(parser: argparse.ArgumentParser) -> None:
    """How many of each."""
    parser.add_argument("--waiting", type=int, default=100_000, help="LOW deliveries waiting")
    parser.add_argument("--urgent", type=int, default=50, help="HIGH ones, one after the other")
    parser.add_argument("--flood", type=int, default=4_000, help="HIGH ones, all at once")
    parser.add_argument(
        "--throughput", type=int, default=20_000, help="to a channel without limits"
    )


PART = Part(
    name="queue",
    about=__doc__,
    options=add_options,
    measure=measure,
    goals=goals,
    quick=["--waiting", "5000", "--urgent", "20", "--flood", "500", "--throughput", "2000"],
    full=["--waiting", "1000000", "--throughput", "200000"],
)

if __name__ == "__main__":
    configure_logs(level="ERROR", style="text")
    sys.exit(alone(PART))

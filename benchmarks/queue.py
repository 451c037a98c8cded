"""`make bench-queue`: how soon what is urgent arrives, and that nothing starves.

First, with 100,000 LOW deliveries waiting, HIGH ones are told one after the other: how long from
the commit until the channel has them. Then so many HIGH ones are there that they cannot all be
delivered: how many of the deliveries are LOW ones. The channel takes 20 ms for each. Last, one
that takes no time: how many deliveries a second the queue itself can do.
"""

import argparse
import asyncio
import functools
import json
import statistics
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import Connection, insert

from benchmarks.databases import fresh
from migrations import SCRIPTS
from payments.clock import system_clock
from payments.domain.events import PaymentExpired, PaymentFailed, Priority
from payments.domain.ids import GuildId, MemberId, PaymentId
from payments.domain.money import Money
from payments.domain.time import MINUTE, later
from payments.logs import configure_logs
from payments.queue.channel import Delivery
from payments.queue.worker import Worker
from payments.store import tables
from payments.store.codec import encode
from payments.store.deliveries import Deliveries
from payments.store.engine import Database, open_database
from payments.store.migrate import Migrations

Rows = list[dict[str, Any]]

GUILD = GuildId(900_000_000_000_000_001)
CHANNEL_SECONDS = 0.02
GOAL_SECONDS = 1.0
GOAL_SHARE = 0.1
AT_ONCE = 5_000


class Sink:
    """Takes everything, and notes when; each takes so many seconds."""

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
    """Commit so many events with a delivery each."""
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


async def measure(kind: str, options: argparse.Namespace) -> dict[str, object]:
    """How soon, and who starves, on one fresh database."""
    waiting, urgent, flood = options.waiting, options.urgent, options.flood
    async with queue(kind) as database:
        await tell(database, 0, waiting, Priority.LOW)
        sink = Sink()
        async with working(database, sink) as worker:
            seconds = []
            for number in range(urgent):
                await asyncio.sleep(0.1)
                sink.urgent.clear()
                await tell(database, waiting + number, 1, Priority.HIGH)
                begun = time.perf_counter()
                worker.wake()
                await sink.urgent.wait()
                seconds.append(time.perf_counter() - begun)
            await tell(database, waiting + urgent, flood, Priority.HIGH)
            sink.taken.clear()
            sink.wanted = flood // 2
            await sink.enough.wait()
            share = sink.taken[Priority.LOW] / sum(sink.taken.values())
    return {
        "waiting": waiting,
        "high_median_ms": round(statistics.median(seconds) * 1000, 1),
        "high_worst_ms": round(max(seconds) * 1000, 1),
        "low_share_under_flood": round(share, 3),
        "met": max(seconds) < GOAL_SECONDS and share >= GOAL_SHARE * 0.9,
    }


async def throughput(kind: str, count: int) -> dict[str, object]:
    """Deliveries a second to a channel that takes no time, on one fresh database."""
    async with queue(kind) as database:
        await tell(database, 0, count, Priority.LOW)
        sink = Sink(seconds=0)
        sink.wanted = count
        begun = time.perf_counter()
        async with working(database, sink):
            await sink.enough.wait()
        return {"deliveries_a_second": round(count / (time.perf_counter() - begun))}


async def both(options: argparse.Namespace) -> dict[str, dict[str, object]]:
    """Both measurements on each database."""
    return {
        kind: await measure(kind, options) | await throughput(kind, options.throughput)
        for kind in options.databases.split(",")
    }


def main() -> int:
    """Measure and print. Returns 1 if a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--waiting", type=int, default=100_000, help="LOW deliveries waiting")
    parser.add_argument("--urgent", type=int, default=50, help="HIGH ones, one after the other")
    parser.add_argument("--flood", type=int, default=4_000, help="HIGH ones, all at once")
    parser.add_argument(
        "--throughput", type=int, default=20_000, help="to a channel without limits"
    )
    parser.add_argument("--databases", default="sqlite,postgresql", help="one or both")
    options = parser.parse_args()
    configure_logs(level="ERROR", style="text")
    found = asyncio.run(both(options))
    print(json.dumps(found, indent=2))
    return 0 if all(each["met"] for each in found.values()) else 1


if __name__ == "__main__":
    sys.exit(main())

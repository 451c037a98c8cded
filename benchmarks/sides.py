"""A checkout's own webhook server, and the processor time that it takes."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg
from sqlalchemy import text

from benchmarks import bodies
from benchmarks.databases import fresh
from benchmarks.goals import WrongError
from benchmarks.load import post_all, request
from payments.store.engine.database import open_database

CLIENTS = 64

PREPARE = """
import asyncio, sys
from benchmarks.bodies import bought
from benchmarks.webhooks import prepare

async def main(url, count, seed):
    await (await prepare(url, bought(int(count), seed=int(seed)))).close()

asyncio.run(main(*sys.argv[1:]))
"""
"""The other checkout's own code makes its database."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """A server that is measured.

    Attributes:
        pid: Its process.
        port: Where it listens.
        url: Its database.
        payments: Those of it that are not paid yet.
    """

    pid: int
    port: int
    url: str
    payments: list[bodies.Bought] = field(repr=False)

    async def spent(self) -> dict[int, float]:
        """Seconds of processor time until now, by process."""
        pids = [self.pid]
        if self.url.startswith("postgresql"):
            connection = await asyncpg.connect(self.url)
            asked = "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
            others = f"{asked} AND backend_type = 'client backend' AND pid <> pg_backend_pid()"
            pids += [row["pid"] for row in await connection.fetch(others)]
            await connection.close()
        return {pid: processor_seconds(pid) for pid in pids}

    async def round(self, events: int) -> float:
        """Let some purchases be paid. Returns microseconds of processor time for each."""
        now, self.payments[:] = self.payments[:events], self.payments[events:]
        messages = [bodies.event_body(each) for each in now]
        requests = [request("/webhooks/stripe", body, bodies.signature(body)) for body in messages]
        before = await self.spent()
        load = await post_all([self.port], requests, clients=CLIENTS)
        after = await self.spent()
        if load.refused or len(now) != events:
            raise WrongError(f"{load.refused} of {len(now)} events were refused.")
        if not before.keys() <= after.keys():
            raise WrongError("A connection to the database was closed meanwhile.")
        return sum(after[pid] - before.get(pid, 0) for pid in after) * 1e6 / events


def processor_seconds(pid: int) -> float:
    """Processor time of a process with all its threads, also those that ended (Linux).

    In nanoseconds' steps: `/proc` counts in hundredths of a second.
    """
    return time.clock_gettime((~pid << 3) | 2)  # how Linux names a process's clock


def python_of(checkout: Path) -> Path:
    """The interpreter of a checkout's own environment. Raises WrongError if there is none."""
    found = checkout / ".venv" / "bin" / "python"
    if not found.exists():
        raise WrongError(f"There is no {found}: run make .venv/.dev there.")
    return found


@asynccontextmanager
async def served(checkout: Path, kind: str, count: int, seed: int) -> AsyncIterator[Side]:
    """A checkout's server on a database with payments, for as long as the context lasts."""
    python = str(python_of(checkout))
    async with fresh(kind) as url:
        making = await asyncio.create_subprocess_exec(
            python, "-c", PREPARE, url, str(count), str(seed), cwd=checkout
        )
        if await making.wait():
            raise WrongError(f"{checkout} could not make its database.")
        process = await asyncio.create_subprocess_exec(
            *(python, "-m", "benchmarks.server", "ours", url),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            cwd=checkout,
        )
        assert process.stdin is not None
        assert process.stdout is not None
        payments = bodies.bought(count, seed=seed)
        try:
            port = int(await process.stdout.readline())
            yield Side(pid=process.pid, port=port, url=url, payments=payments)
            await all_credited(url, count)
        finally:
            process.stdin.write_eof()
            await process.wait()


async def all_credited(url: str, count: int) -> None:
    """Each payment must have been credited once. Raises WrongError."""
    database = open_database(url)
    total = text("SELECT sum(balance) FROM accounts")
    points = await database.transact(lambda connection: connection.execute(total).scalar_one())
    await database.close()
    if points != count * bodies.POINTS:
        raise WrongError(f"{points} points of {count * bodies.POINTS}")

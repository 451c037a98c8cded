"""`make bench-growth`: what a purchase costs as the tables grow, and the memory that it takes.

Purchases are begun and paid through the runner, without HTTP, by members of their own, on one
database that is filled further and further. Costs are medians of five samples of 1,000 purchases.
"""

import argparse
import asyncio
import json
import os
import platform
import statistics
import sys
import time
from pathlib import Path

from benchmarks.databases import fresh
from migrations import SCRIPTS
from payments.clock import system_clock
from payments.domain.ids import MemberId
from payments.logs import configure_logs
from payments.queue.routing import route
from payments.runner import Runner
from payments.store.engine import open_database
from payments.store.migrate import Migrations
from payments.store.verify import verify
from tests.make import ADA, checkout_told, event, initiate
from tests.test_runner import put_up

GOAL = 1.5
"""How many times more a purchase may cost at the last size than at the first."""

SAMPLE = 1_000
SAMPLES = 5
AT_ONCE = 64
"""Purchases that are under way at the same time."""

MEGABYTE = 1024**2


async def buy(runner: Runner, numbers: range) -> float:
    """Carry so many purchases out; seconds."""
    waiting = iter(numbers)

    async def some() -> None:
        for number in waiting:
            name, member = f"01a1fca5-0000-7000-8000-{number:012}", MemberId(ADA + number)
            await runner.run(initiate(name, member=member, at=system_clock()))
            await runner.run(event(checkout_told(name, member=member), at=system_clock()))

    begun = time.perf_counter()
    await asyncio.gather(*(some() for _ in range(AT_ONCE)))
    return time.perf_counter() - begun


def resident() -> int:
    """Bytes of this process that are in memory (Linux)."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


async def measure(kind: str, sizes: list[int]) -> list[dict[str, float]]:
    """The cost at each size, on one kind of database."""
    found = []
    async with fresh(kind) as url:
        database = open_database(url)
        await Migrations(SCRIPTS).apply(database)
        runner = Runner(database, route=route)
        runner.start()
        await put_up(runner)
        done = 0
        for size in sizes:
            await buy(runner, range(done, size))
            done, samples = size, []
            for _ in range(SAMPLES):
                samples.append(await buy(runner, range(done, done + SAMPLE)) / SAMPLE * 1e6)
                done += SAMPLE
            memory = resident() / MEGABYTE
            found.append({"payments": size, "microseconds": statistics.median(samples)})
            found[-1]["resident_mb"] = memory
            print(
                f"{kind:>12}{size:>12,}{found[-1]['microseconds']:>12.0f}{memory:>12.0f}",
                flush=True,
            )
        complaints = await database.snapshot(lambda connection: list(verify(connection)))
        await runner.close()
        await database.close()
    if complaints:
        raise SystemExit("\n".join(complaints))
    return found


async def run(arguments: argparse.Namespace) -> int:
    """All sizes on all databases; 0 if the goal is met."""
    configure_logs(level="WARNING", style="text")
    sizes = [int(size) for size in arguments.sizes.split(",")]
    print(f"{platform.platform()}, Python {platform.python_version()}, {os.cpu_count()} cores")
    print(f"{'':>12}{'payments':>12}{'µs each':>12}{'MB':>12}")
    figures = {}
    met = True
    for kind in arguments.databases.split(","):
        figures[kind] = await measure(kind, sizes)
        ratio = figures[kind][-1]["microseconds"] / figures[kind][0]["microseconds"]
        met = met and ratio <= GOAL
        word = "met" if ratio <= GOAL else "missed"
        print(f"{kind}: {ratio:.2f} times from first to last size, goal at most {GOAL}: {word}")
    if arguments.json:
        arguments.json.write_text(json.dumps(figures, indent=2))
    return 0 if met else 1


def main() -> int:
    """Read the arguments and run."""
    parser = argparse.ArgumentParser(prog="make bench-growth", description=__doc__)
    parser.add_argument("--sizes", default="10000,100000", help="payments, with commas")
    parser.add_argument("--databases", default="sqlite,postgresql", help="one or both")
    parser.add_argument("--json", type=Path, help="where to write all figures")
    return asyncio.run(run(parser.parse_args()))


if __name__ == "__main__":
    sys.exit(main())

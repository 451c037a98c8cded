"""`make bench`: webhook events a second, this design and a plain handler in turn.

Each round posts different paid events by so many clients at the same time to a fresh database with
the payments in it, and checks afterwards that each was credited once. Figures are medians of the
rounds; the ratio is that of the medians. Both servers log warnings only.
"""

import argparse
import asyncio
import json
import platform
import statistics
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path

from sqlalchemy import func, insert, make_url, select

from benchmarks import bodies
from benchmarks.load import Load, post_all, request
from migrations import SCRIPTS
from payments.store import tables
from payments.store.engine import SqliteDatabase
from payments.store.migrate import Migrations
from payments.store.verify import verify

GOAL = 10
"""Times as many events a second as the plain handler."""


async def prepare(path: Path, payments: list[bodies.Bought]) -> SqliteDatabase:
    """A database with these payments, none of them paid."""
    database = SqliteDatabase(make_url(f"sqlite:///{path}"))
    await Migrations(SCRIPTS).apply(database)
    rows = [
        {
            "guild_id": bodies.GUILD,
            "payment_id": each.payment,
            "member_id": each.member,
            "provider": "stripe",
            "livemode": 0,
            "package_id": bodies.PACKAGE,
            "package_name": "Starter",
            "points": bodies.POINTS,
            "price_minor": bodies.MINOR,
            "currency": "EUR",
            "maturity": 0,
            "created_at": 0,
            "attempt": 1,
            "request": "{}",
            "checkout": "open",
            "money": "unpaid",
        }
        for each in payments
    ]
    await database.transact(lambda connection: connection.execute(insert(tables.payments), rows))
    return database


async def measure(which: str, count: int, clients: int, seed: int) -> Load:
    """One round: a fresh database and server, `count` events by `clients`."""
    payments = bodies.bought(count, seed=seed)
    with tempfile.TemporaryDirectory(prefix="guildbank-bench-") as folder:
        path = Path(folder) / "books.db"
        database = await prepare(path, payments)
        server = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "benchmarks.server",
            which,
            str(path),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        assert server.stdin is not None
        assert server.stdout is not None
        port = int(await server.stdout.readline())
        prepared = [bodies.event_body(each) for each in payments]
        requests = [request("/webhooks/stripe", body, bodies.signature(body)) for body in prepared]
        load = await post_all(port, requests, clients=clients)
        server.stdin.write_eof()
        await server.wait()
        await check(database, count, load, proven=which == "ours")
        await database.close()
    return load


async def check(database: SqliteDatabase, count: int, load: Load, *, proven: bool) -> None:
    """Each event must have been taken, and credited once."""
    total = select(func.sum(tables.accounts.c.balance))
    points = await database.transact(lambda c: c.execute(total).scalar_one())
    if load.refused or points != count * bodies.POINTS:
        raise SystemExit(f"{load.refused} refused, {points} points of {count * bodies.POINTS}")
    if proven:
        complaints = await database.transact(lambda connection: list(verify(connection)))
        if complaints:
            raise SystemExit("\n".join(complaints))


async def run(arguments: argparse.Namespace) -> int:
    """All rounds, A B A B; print the table, and return 0 if the goal is met."""
    loads: dict[str, list[Load]] = {"ours": [], "plain": []}
    for number in range(arguments.rounds):
        for which, count in (("ours", arguments.events), ("plain", arguments.plain_events)):
            load = await measure(which, count, arguments.clients, seed=number)
            loads[which].append(load)
            print(f"round {number + 1} {which:5}  {load.per_second:8.0f} events/s", flush=True)
    medians = {
        which: {
            name: statistics.median(getattr(load, name) for load in measured)
            for name in ("per_second", "p50_ms", "p99_ms")
        }
        for which, measured in loads.items()
    }
    ratio = medians["ours"]["per_second"] / medians["plain"]["per_second"]
    print(
        f"\n{platform.platform()}, Python {platform.python_version()}, {arguments.clients} clients"
    )
    print("                    events/s    p50 ms    p99 ms")
    for which, figures in medians.items():
        row = f"{figures['per_second']:12.0f}{figures['p50_ms']:10.1f}{figures['p99_ms']:10.1f}"
        print(f"{which:>16}{row}")
    met = ratio >= GOAL
    print(f"ratio {ratio:.1f} (goal: at least {GOAL}): {'met' if met else 'missed'}")
    if arguments.json:
        rounds = {which: [asdict(load) for load in measured] for which, measured in loads.items()}
        arguments.json.write_text(
            json.dumps({"medians": medians, "ratio": ratio, "rounds": rounds}, indent=2)
        )
    return 0 if met else 1


def main() -> int:
    """Read the arguments and run."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--clients", type=int, default=64)
    parser.add_argument("--events", type=int, default=8000, help="posted to ours in a round")
    parser.add_argument("--plain-events", type=int, default=1000, help="posted to the plain one")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", type=Path, help="where to write all figures")
    return asyncio.run(run(parser.parse_args()))


if __name__ == "__main__":
    sys.exit(main())

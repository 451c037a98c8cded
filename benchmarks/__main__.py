"""`make bench`: webhook events a second on two databases, beside two references in turn.

Each round posts different paid events by so many clients at the same time to a fresh database with
the payments in it, and checks afterwards that each was credited once. The references are a plain
handler (one transaction a request) and the bare limit (the same rows by hand, in batches). Figures
are medians of the rounds; a ratio is that of the medians. All servers log warnings only.
"""

import argparse
import asyncio
import json
import os
import platform
import statistics
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from sqlalchemy import func, insert, select

from benchmarks import bodies
from benchmarks.databases import fresh
from benchmarks.load import Load, post_all, post_paced, request
from migrations import SCRIPTS
from payments.store import tables
from payments.store.engine import Database, open_database
from payments.store.migrate import Migrations
from payments.store.verify import verify


async def prepare(url: str, payments: list[bodies.Bought]) -> Database:
    """A database with these payments, none of them paid."""
    database = open_database(url)
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What is measured: which handler, on which database, by how many clients, with how much.

    Attributes:
        paced: Events a second that come whether or not the answers do; as fast as it goes if none.
    """

    which: str
    database: str
    events: int
    clients: int
    processes: int = 1
    paced: int | None = None

    @property
    def name(self) -> str:
        """For the table."""
        several = f" x{self.processes}" if self.processes > 1 else ""
        load = f"{self.clients} clients" if self.paced is None else f"{self.paced}/s"
        return f"{self.which}{several}, {self.database}, {load}"


async def measure(case: Case, seed: int) -> Load:
    """One round: a fresh database and fresh servers."""
    payments = bodies.bought(case.events, seed=seed)
    async with fresh(case.database) as url:
        database = await prepare(url, payments)
        servers = [await _start(case.which, url) for _ in range(case.processes)]
        ports = [int(await server.stdout.readline()) for server in servers if server.stdout]
        prepared = [bodies.event_body(each) for each in payments]
        requests = [request("/webhooks/stripe", body, bodies.signature(body)) for body in prepared]
        if case.paced is None:
            load = await post_all(ports, requests, clients=case.clients)
        else:
            load = await post_paced(ports, requests, per_second=case.paced, clients=case.clients)
        for server in servers:
            assert server.stdin is not None
            server.stdin.write_eof()
            await server.wait()
        await check(database, case.events, load, proven=case.which == "ours")
        await database.close()
    return load


async def _start(which: str, url: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "benchmarks.server",
        which,
        url,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )


async def check(database: Database, count: int, load: Load, *, proven: bool) -> None:
    """Each event must have been taken, and credited once."""
    total = select(func.sum(tables.accounts.c.balance))
    points = await database.transact(lambda c: c.execute(total).scalar_one())
    if load.refused or points != count * bodies.POINTS:
        raise SystemExit(f"{load.refused} refused, {points} points of {count * bodies.POINTS}")
    if proven:
        complaints = await database.transact(lambda connection: list(verify(connection)))
        if complaints:
            raise SystemExit("\n".join(complaints))


Figures = dict[str, dict[str, float]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """How many times as many events a second one case should do as another."""

    case: str
    beside: str
    ratio: float

    def shown(self, figures: Figures) -> tuple[str, bool]:
        """In words, and whether it is met."""
        found = figures[self.case]["per_second"] / figures[self.beside]["per_second"]
        met = found >= self.ratio
        word = "met" if met else "missed"
        line = f"{self.case} beside {self.beside}: {found:.2f}, goal {self.ratio}: {word}"
        return line, met


@dataclass(frozen=True, slots=True, kw_only=True)
class InTime:
    """Within how many milliseconds 99 of 100 answers should come."""

    case: str
    p99_ms: float

    @property
    def beside(self) -> str:
        """Nothing else is needed."""
        return self.case

    def shown(self, figures: Figures) -> tuple[str, bool]:
        """In words, and whether it is met."""
        found = figures[self.case]["p99_ms"]
        met = found <= self.p99_ms
        word = "met" if met else "missed"
        return f"{self.case}: p99 {found:.1f} ms, goal {self.p99_ms} ms: {word}", met


AT = "64 clients"
GOALS = (
    Goal(case=f"ours, sqlite, {AT}", beside=f"bare, sqlite, {AT}", ratio=0.7),
    Goal(case=f"ours, sqlite, {AT}", beside=f"plain, sqlite, {AT}", ratio=10),
    Goal(case=f"ours, postgresql, {AT}", beside=f"bare, postgresql, {AT}", ratio=0.6),
    Goal(case=f"ours, postgresql, {AT}", beside=f"plain, postgresql, {AT}", ratio=4),
    Goal(case=f"ours x2, postgresql, {AT}", beside=f"ours, postgresql, {AT}", ratio=1.5),
    InTime(case="ours, sqlite, 500/s", p99_ms=50),
    InTime(case="ours, postgresql, 500/s", p99_ms=50),
)

FEW = 16
"""Up to so many clients a round takes fewer events, so that it does not last for minutes."""


def cases_of(arguments: argparse.Namespace) -> list[Case]:
    """What is measured in each round, in this order."""
    cases = []
    for database in arguments.databases.split(","):
        for clients in (int(each) for each in arguments.clients.split(",")):
            many = arguments.events if clients >= FEW else arguments.events // 8
            few = arguments.plain_events
            cases += [
                Case(which=which, database=database, events=events, clients=clients)
                for which, events in (("ours", many), ("bare", many), ("plain", few))
            ]
            if database == "postgresql" and clients >= FEW:
                cases.append(
                    Case(which="ours", database=database, events=many, clients=clients, processes=2)
                )
        cases.append(Case(which="ours", database=database, events=5_000, clients=64, paced=500))
    return cases


async def run(arguments: argparse.Namespace) -> int:
    """All rounds, A B A B; print the table, and return 0 if all goals are met."""
    cases = cases_of(arguments)
    loads: dict[str, list[Load]] = {case.name: [] for case in cases}
    for number in range(arguments.rounds):
        for case in cases:
            load = await measure(case, seed=number)
            loads[case.name].append(load)
            print(f"round {number + 1} {case.name:36}{load.per_second:8.0f} events/s", flush=True)
    figures: Figures = {
        name: {
            figure: statistics.median(getattr(load, figure) for load in measured)
            for figure in ("per_second", "p50_ms", "p99_ms")
        }
        for name, measured in loads.items()
    }
    print(
        f"\n{platform.platform()}, Python {platform.python_version()}, {os.cpu_count()} cores"
        f"\n{'':36}events/s    p50 ms    p99 ms"
    )
    for name, each in figures.items():
        row = f"{each['per_second']:8.0f}{each['p50_ms']:10.1f}{each['p99_ms']:10.1f}"
        print(f"{name:>36}{row}")
    shown = [g.shown(figures) for g in GOALS if {g.case, g.beside} <= figures.keys()]
    for line, _ in shown:
        print(line)
    if arguments.json:
        rounds = {name: [asdict(load) for load in measured] for name, measured in loads.items()}
        goals = [line for line, _ in shown]
        arguments.json.write_text(
            json.dumps({"medians": figures, "goals": goals, "rounds": rounds}, indent=2)
        )
    return 0 if all(met for _, met in shown) else 1


def main() -> int:
    """Read the arguments and run."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--clients", default="1,16,64,256", help="at the same time, with commas")
    parser.add_argument("--events", type=int, default=8000, help="posted to ours in a round")
    parser.add_argument("--plain-events", type=int, default=1000, help="posted to the plain one")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--databases", default="sqlite,postgresql", help="one or both")
    parser.add_argument("--json", type=Path, help="where to write all figures")
    return asyncio.run(run(parser.parse_args()))


if __name__ == "__main__":
    sys.exit(main())

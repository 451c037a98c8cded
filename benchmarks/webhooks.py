"""`make bench-webhooks`: webhook events a second, beside two references in turn.

Each round posts different paid events, by several clients at the same time, to a fresh database
with the payments in it, and checks afterwards that each was credited once. The references are a
plain handler (one transaction a request) and the bare limit (the same rows by hand, in batches); a
peer, dj-stripe, is measured where it is installed. Figures are medians of the rounds; a ratio is
that of the medians. All servers log warnings only.

PayPal and Square are measured with 64 clients, in the same rounds, beside a bare limit that checks
their signatures. Their messages are only a sign: each is kept before it is answered, and its
purchase is credited once a local server was asked, as the program asks. So they have a second
figure, purchases credited a second. The bare limit believes the message, and asks nobody.
"""

import argparse
import asyncio
import statistics
import sys
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace

from sqlalchemy import Connection, func, insert, select

from benchmarks import bodies, peer
from benchmarks.databases import fresh
from benchmarks.goals import Found, Goal, WrongError, missed
from benchmarks.load import Load, post_all, post_paced, request
from benchmarks.profiles import watched
from benchmarks.report import Part, alone
from benchmarks.senders import INSTALLATION, SENDERS, sender_of
from benchmarks.vendor import answering
from migrations import SCRIPTS
from payments.store import tables
from payments.store.books.installation import renew_installation
from payments.store.engine.database import Database, open_database
from payments.store.engine.migrate import Migrations
from payments.store.verify.verify import verify


async def prepare(url: str, payments: list[bodies.Bought], provider: str = "stripe") -> Database:
    """A database with these payments of a provider, none of them paid."""
    database = open_database(url)
    await Migrations(SCRIPTS).apply(database)
    rows = [
        {
            "guild_id": bodies.GUILD,
            "payment_id": each.payment,
            "member_id": each.member,
            "provider": provider,
            "installation": None if provider == "stripe" else INSTALLATION,
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

    def work(connection: Connection) -> None:
        renew_installation(connection, INSTALLATION)
        connection.execute(insert(tables.payments), rows)

    await database.transact(work)
    return database


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What is measured: which handler, on which database, by how many clients, with how much.

    Attributes:
        paced: Events a second that come whether or not the answers do; as fast as it goes if none.
        sender: Whose events.
    """

    which: str
    sender: str = "stripe"
    database: str
    events: int
    clients: int
    processes: int = 1
    paced: int | None = None

    @property
    def name(self) -> str:
        """For the table."""
        several = f" x{self.processes}" if self.processes > 1 else ""
        several += "" if self.sender == "stripe" else f" {self.sender}"
        load = f"{self.clients} clients" if self.paced is None else f"{self.paced}/s"
        return f"{self.which}{several}, {self.database}, {load}"


@asynccontextmanager
async def _server(case: Case, url: str, vendor: str) -> AsyncIterator[tuple[int, int]]:
    """One of the servers, for as long as the context lasts: its process and its port."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "benchmarks.server", case.which, url),
        *("--sender", case.sender, "--vendor", vendor),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        yield process.pid, int(await process.stdout.readline())
    finally:
        process.stdin.write_eof()
        await process.wait()


async def one_round(case: Case, seed: int, watching: Found | None = None) -> Load:
    """A fresh database and fresh servers, of which the first can be watched."""
    payments = bodies.bought(case.events, seed=seed)
    if case.which == PEER:
        return await peer.one_round(payments, case.clients)
    async with fresh(case.database) as url, answering() as vendor:
        sender = sender_of(case.sender, vendor.url)
        vendor.answers.update(sender.answers(payments))
        prepared = [sender.message(each) for each in payments]
        database = await prepare(url, payments, sender.name)
        async with AsyncExitStack() as stack:
            servers = [
                await stack.enter_async_context(_server(case, url, vendor.url))
                for _ in range(case.processes)
            ]
            ports = [port for _, port in servers]
            requests = [request(sender.path, body, sender.headers(body)) for body in prepared]
            if watching:
                first, _ = servers[0]
                await stack.enter_async_context(watched(first, watching, case.name))
            begun = time.perf_counter()
            load = await _post(case, ports, requests)
            if case.which == "ours" and sender.looks_up:
                await credited(database, case.events)
                seconds = time.perf_counter() - begun
                load = replace(load, credited_per_second=case.events / seconds)
        await check(database, case.events, load, proven=case.which == "ours")
        await database.close()
    return load


async def credited(database: Database, count: int) -> None:
    """Wait until that many purchases are credited. Raises WrongError if that does not come."""
    for _ in range(int(LONGEST_SECONDS / LOOK_SECONDS)):
        if await points_in(database) >= count * bodies.POINTS:
            return
        await asyncio.sleep(LOOK_SECONDS)
    raise WrongError(f"{await points_in(database)} points of {count * bodies.POINTS} after all")


async def points_in(database: Database) -> int:
    """All members' points."""
    total = select(func.coalesce(func.sum(tables.accounts.c.balance), 0))
    return await database.snapshot(lambda connection: int(connection.execute(total).scalar_one()))


LONGEST_SECONDS = 300
LOOK_SECONDS = 0.1
"""How often it is looked at what was credited."""


async def _post(case: Case, ports: list[int], requests: list[bytes]) -> Load:
    if case.paced is None:
        return await post_all(ports, requests, clients=case.clients)
    return await post_paced(ports, requests, per_second=case.paced, clients=case.clients)


async def check(database: Database, count: int, load: Load, *, proven: bool) -> None:
    """Each event must have been taken, and credited once."""
    points = await points_in(database)
    if load.refused or points != count * bodies.POINTS:
        raise WrongError(f"{load.refused} refused, {points} points of {count * bodies.POINTS}")
    if proven:
        complaints = await database.transact(lambda connection: list(verify(connection)))
        if complaints:
            raise WrongError("\n".join(complaints))


AT = "64 clients"
GOAL_MS = 50


def goals(options: argparse.Namespace) -> list[Goal]:
    """How fast beside the others, and how soon at a steady rate."""
    beside = {
        "sqlite": [("ours", "bare", 0.7), ("ours", "plain", 10)],
        "postgresql": [("ours", "bare", 0.6), ("ours", "plain", 4), ("ours x2", "ours", 1.5)],
    }
    goals = []
    for kind in options.databases.split(","):
        goals += [
            Goal(
                case=f"{case}, {kind}, {AT}",
                beside=f"{other}, {kind}, {AT}",
                figure="per_second",
                at_least=ratio,
            )
            for case, other, ratio in beside[kind]
        ]
        goals.append(Goal(case=f"ours, {kind}, 500/s", figure="p99_ms", at_most=GOAL_MS))
    return goals


PEER = "dj-stripe"
FEW = 16
"""Highest number of clients whose round takes fewer events, so that it does not last minutes."""


def cases_of(database: str, options: argparse.Namespace) -> list[Case]:
    """What is measured in each round, in this order."""
    cases = []
    for clients in (int(each) for each in options.clients.split(",")):
        many = options.events if clients >= FEW else options.events // 8
        few = options.plain_events
        cases += [
            Case(which=which, database=database, events=events, clients=clients)
            for which, events in (("ours", many), ("bare", many), ("plain", few))
        ]
        if database == "postgresql" and clients >= FEW:
            cases.append(
                Case(which="ours", database=database, events=many, clients=clients, processes=2)
            )
    cases += [
        Case(which=which, database=database, events=options.events, clients=64, sender=sender)
        for sender in SENDERS
        if sender != "stripe"
        for which in ("ours", "bare")
    ]
    if database == "postgresql" and peer.installed():
        events = options.peer_events
        cases.append(Case(which=PEER, database=database, events=events, clients=64))
    paced = options.paced_events
    return [*cases, Case(which="ours", database=database, events=paced, clients=64, paced=500)]


async def measure(database: str, options: argparse.Namespace, found: Found) -> None:
    """All rounds, A B A B; then those again whose goals are missed, watched."""
    cases = cases_of(database, options)
    loads: dict[str, list[Load]] = {case.name: [] for case in cases}
    for number in range(options.rounds):
        for case in cases:
            load = await one_round(case, seed=number)
            loads[case.name].append(load)
            found.figures[case.name] = medians(loads[case.name])
            print(f"round {number + 1} {case.name:36}{load.per_second:8.0f} events/s", flush=True)
    wanted = set() if options.no_profile else missed(goals(options), found.figures)
    for case in cases:
        if case.name in wanted:
            await one_round(case, seed=options.rounds, watching=found)


def medians(loads: list[Load]) -> dict[str, float]:
    """What many rounds say together, and how far apart they are."""
    rates = [load.per_second for load in loads]
    asked = [each for load in loads if (each := load.credited_per_second) is not None]
    return {
        "per_second": statistics.median(rates),
        "spread_percent": 100 * (max(rates) - min(rates)) / statistics.median(rates),
        "p50_ms": statistics.median(load.p50_ms for load in loads),
        "p99_ms": statistics.median(load.p99_ms for load in loads),
        **({"credited_per_second": statistics.median(asked)} if asked else {}),
    }


def add_options(parser: argparse.ArgumentParser) -> None:
    """How many clients, events and rounds."""
    parser.add_argument("--clients", default="1,16,64,256", help="at the same time, with commas")
    parser.add_argument("--events", type=int, default=4000, help="posted to ours in a round")
    parser.add_argument("--plain-events", type=int, default=500, help="posted to the plain one")
    parser.add_argument("--peer-events", type=int, default=300, help="posted to dj-stripe")
    parser.add_argument("--paced-events", type=int, default=5000, help="at 500 a second")
    parser.add_argument("--rounds", type=int, default=3)


QUICK = (
    "--clients 64 --events 1500 --plain-events 150 --peer-events 150 --paced-events 1500 --rounds 1"
)
PART = Part(
    name="webhooks",
    about=__doc__,
    options=add_options,
    measure=measure,
    goals=goals,
    quick=QUICK.split(),
    full=["--events", "40000", "--plain-events", "5000"],
)

if __name__ == "__main__":
    sys.exit(alone(PART))

"""`make bench-discord`: how long members wait for the bot, and from a payment to its message.

`guildbank run` as a process between the local Discord and the local Stripe, all on this machine,
with books that are large already. First `/balance`, `/history` and `/transfer` come at a steady
rate, each from another member: times until Discord has the first answer, and until it has the final
one; and how many read something else than what they asked for, or nothing at all, because Discord
takes no first answer after three seconds. Then members buy: times from the payment until the
buyer's direct message is there.
"""

import argparse
import asyncio
import contextlib
import functools
import json
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from sqlalchemy import Connection, insert, text

from benchmarks.databases import fresh
from benchmarks.goals import Found, Goal, missed
from benchmarks.load import Load, summed
from benchmarks.processes import SECRET_KEY, SIGNING, TOKEN, free_port, running, settings, sync
from benchmarks.profiles import watched
from benchmarks.report import Part, alone
from migrations import SCRIPTS
from payments.domain.values.ids import AccountKey, GuildId, House, MemberId
from payments.domain.values.ledger import Lot, PointsKind, Terms
from payments.domain.values.time import Instant
from payments.infra.clock import system_clock
from payments.store import tables
from payments.store.engine.database import Database, open_database
from payments.store.engine.dialect import is_postgres
from payments.store.engine.migrate import Migrations
from sandbox.discord_wire import WireDiscord, default_world
from sandbox.discord_wire.world import GENERAL, GUILD, OWNER, Member, User, World
from sandbox.stripe import LocalStripe

FIRST = 500_000_000_000_000_000
SEEN = 1_000
"""Members of the local Discord; the others have accounts only."""

GRANTED = 7
AT_ONCE = 2_000
GOAL_MS = 100.0
FIRST_SECONDS = 5
"""How long Discord takes a first answer."""
FINAL_SECONDS = 60


def world() -> World:
    """The guild with many members."""
    usual = default_world()
    (guild,) = usual.guilds
    more = [User(id=FIRST + number, username=f"member{number}") for number in range(SEEN)]
    members = (*guild.members, *(Member(user=each.id) for each in more))
    wider = guild.model_copy(update={"members": members})
    return usual.model_copy(update={"users": (*usual.users, *more), "guilds": (wider,)})


def rows_of(members: range, each: int) -> Iterator[tuple[Any, list[dict[str, Any]]]]:
    """Rows of accounts with this number of grants, by table; equal terms make one lot each."""
    terms = Terms(kind=PointsKind.PROMOTIONAL, payment=None, matures_at=Instant(0))
    accounts, lots, transfers, entries = [], [], [], []
    for number in members:
        member = FIRST + number
        account = AccountKey(GuildId(GUILD), MemberId(member))
        lot = Lot(account=account, terms=terms, opened_at=Instant(1), remaining=0).id
        whole = each * GRANTED
        accounts.append({"guild_id": GUILD, "member_id": member, "balance": whole, "debt": 0})
        lots.append(
            {"guild_id": GUILD, "lot_id": lot, "member_id": member, "kind": "promotional"}
            | {"matures_at": 0, "opened_at": 1, "remaining": whole, "lapsed": 0}
        )
        for grant in range(each):
            key = {"guild_id": GUILD, "transfer_id": f"{number * each + grant:032x}"}
            transfers.append(
                key
                | {"kind": "grant", "source": House.ADJUSTED.value, "destination": member}
                | {"points": GRANTED, "at": grant + 1, "command_key": "filled", "note": ""}
            )
            entries.append(key | {"position": 0, "lot_id": lot, "points": GRANTED})
    yield tables.accounts, accounts
    yield tables.lots, lots
    yield tables.transfers, transfers
    yield tables.lot_entries, entries


async def fill(database: Database, accounts: int, transfers: int) -> None:
    """Books as if this number of grants had been made."""
    await Migrations(SCRIPTS).apply(database)
    for start in range(0, accounts, AT_ONCE):
        members = range(start, min(accounts, start + AT_ONCE))
        await database.transact(
            functools.partial(_insert, members=members, each=transfers // accounts)
        )
    await database.transact(_analyse)


def _insert(connection: Connection, *, members: range, each: int) -> None:
    for table, rows in rows_of(members, each):
        connection.execute(insert(table), rows)


def _analyse(connection: Connection) -> None:
    """Statistics, as PostgreSQL has made them long before there are this many rows."""
    if is_postgres(connection):
        connection.execute(text("ANALYZE"))


async def final(wire: WireDiscord, asked: int) -> None:
    """Wait until the answer is no longer a promise.

    Raises:
        TimeoutError: There is none, and none is expected any longer.
    """
    answer = await wire.wait_for_answer(asked, timeout_seconds=FIRST_SECONDS)
    if answer.deferred:
        await wire.wait_for_answer(asked, edited=1, timeout_seconds=FINAL_SECONDS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A command, and words of the card that answers it."""

    command: str
    answer: str

    async def ask(self, wire: WireDiscord, member: int) -> int:
        """Use it; the interaction's id."""
        other = FIRST + (member - FIRST + 1) % SEEN
        options = {"member": other, "points": 1} if self.command == "transfer" else None
        return await wire.slash(member, GENERAL, self.command, options)


WAYS = (
    Way(command="balance", answer="### Your balance"),
    Way(command="history", answer="### Your history"),
    Way(command="transfer", answer="### Sent: 1 point"),
)


@dataclass(slots=True)
class Answers:
    """What members saw.

    Attributes:
        first: Seconds until Discord had the first answer, of those that came.
        final: Seconds until it had the final one.
        unanswered: How often Discord said that the application did not respond.
        unfinished: How often it said forever that the bot is thinking.
        others: How often the answer was another one than expected, such as an error.
        elapsed: Seconds from the first command to the last answer.
    """

    first: list[float] = field(default_factory=list)
    final: list[float] = field(default_factory=list)
    unanswered: int = 0
    unfinished: int = 0
    others: int = 0
    elapsed: float = 0.0

    @property
    def failed(self) -> int:
        """How many members did not read what they asked for."""
        return self.unanswered + self.unfinished + self.others

    def loads(self) -> dict[str, Load]:
        """In milliseconds."""
        return {
            "command to first answer": summed(self.first, self.elapsed, self.unanswered),
            "command to final answer": summed(self.final, self.elapsed, self.failed),
        }


async def commands(wire: WireDiscord, per_second: float, count: int) -> Answers:
    """A steady number of commands a second."""
    seen = Answers()

    async def one(number: int) -> None:
        begun = time.perf_counter()
        way = WAYS[number % len(WAYS)]
        asked = await way.ask(wire, FIRST + number % SEEN)
        with contextlib.suppress(TimeoutError):
            await final(wire, asked)
            seen.final.append(time.perf_counter() - begun)
        interaction, answer = wire.interaction(asked), wire.answer(asked)
        if interaction.acknowledged is None:
            seen.unanswered += 1
            return
        seen.first.append((interaction.acknowledged - interaction.created) / 1e6)
        if answer.loading:
            seen.unfinished += 1
        elif way.answer not in json.dumps(answer.message):
            seen.others += 1

    begun = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for number in range(count):
            await asyncio.sleep(begun + number / per_second - time.perf_counter())
            group.create_task(one(number))
    seen.elapsed = time.perf_counter() - begun
    return seen


async def purchases(
    wire: WireDiscord, stripe: LocalStripe, per_second: float, count: int
) -> dict[str, Load]:
    """Members buy; milliseconds from the payment to the direct message."""
    added = await wire.slash(
        OWNER,
        GENERAL,
        "package add",
        {"name": "Starter", "points": 500, "price": "4.99", "currency": "EUR"},
    )
    await final(wire, added)
    (choice, *_) = await wire.autocomplete(OWNER, GENERAL, "buy", "package", "start")
    times: list[float] = []

    async def one(number: int) -> None:
        member = FIRST + number
        asked = await wire.slash(member, GENERAL, "buy", {"package": choice["value"]})
        await final(wire, asked)
        session = await _session(wire.answer(asked).message)
        begun = time.perf_counter()
        await stripe.pay(session)
        await wire.wait_for_dm(member, timeout_seconds=60)
        times.append(time.perf_counter() - begun)

    begun = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for number in range(count):
            await asyncio.sleep(begun + number / per_second - time.perf_counter())
            group.create_task(one(number))
    return {"payment to direct message": summed(times, time.perf_counter() - begun)}


async def _session(message: Any) -> str:  # noqa: ANN401 - JSON
    link = next(url for url in _urls(message) if "/pay/" in url)
    async with aiohttp.ClientSession() as http, http.get(link, allow_redirects=False) as answer:
        return answer.headers["Location"].split("#")[0].rsplit("/", 1)[1].split("?")[0]


def _urls(part: Any) -> list[str]:  # noqa: ANN401 - JSON
    if isinstance(part, dict):
        own = [part["url"]] if isinstance(part.get("url"), str) else []
        return own + [url for value in part.values() for url in _urls(value)]
    return [url for value in part for url in _urls(value)] if isinstance(part, list) else []


async def measure(kind: str, options: argparse.Namespace, found: Found) -> None:
    """Both measurements, on one fresh database; commands again, watched, if they are late."""
    async with fresh(kind) as url:
        database = open_database(url)
        await fill(database, options.accounts, options.transfers)
        await database.close()
        port = free_port()
        hook = (f"http://127.0.0.1:{port}/webhooks/stripe", SIGNING, ())
        async with (
            WireDiscord(world(), token=TOKEN, clock=system_clock) as wire,
            LocalStripe(secret_key=SECRET_KEY, webhook_endpoints=[hook]) as stripe,
        ):
            environment = settings(wire, stripe.url, url, port)
            await sync(environment)
            async with running(environment) as process:
                await commands(wire, options.rate, int(options.rate))  # caches are warm now
                seen = await commands(wire, options.rate, options.commands)
                found.note(kind, seen.loads())
                bought = await purchases(wire, stripe, options.buying, options.purchases)
                found.note(kind, bought)
                late = first_answer(kind) in missed(goals(options), found.figures)
                if late and not options.no_profile:
                    async with watched(process.pid, found, first_answer(kind)):
                        await commands(wire, options.rate, options.commands)


def goals(options: argparse.Namespace) -> list[Goal]:
    """How soon a command is acknowledged, and that everybody reads what they asked for."""
    return [
        goal
        for kind in options.databases.split(",")
        for goal in (
            Goal(case=first_answer(kind), figure="p99_ms", at_most=GOAL_MS),
            Goal(case=f"{kind}, command to final answer", figure="failed", at_most=0),
        )
    ]


def first_answer(kind: str) -> str:
    """The case that has a goal."""
    return f"{kind}, command to first answer"


def add_options(parser: argparse.ArgumentParser) -> None:
    """How large the books are, and how much is asked."""
    parser.add_argument("--accounts", type=int, default=100_000)
    parser.add_argument("--transfers", type=int, default=1_000_000)
    parser.add_argument("--rate", type=float, default=50, help="commands a second")
    parser.add_argument("--commands", type=int, default=1_500)
    parser.add_argument("--buying", type=float, default=5, help="purchases a second")
    parser.add_argument("--purchases", type=int, default=150)


PART = Part(
    name="discord",
    about=__doc__,
    options=add_options,
    measure=measure,
    goals=goals,
    quick=["--accounts", "2000", "--transfers", "20000", "--commands", "300", "--purchases", "25"],
    full=["--accounts", "1000000", "--transfers", "10000000"],
)

if __name__ == "__main__":
    sys.exit(alone(PART))

"""`make bench-discord`: how long members wait for the bot, and from a payment to its message.

`guildbank run` as a process between the local Discord and the local Stripe, all on this machine,
with books that are large already. First `/balance`, `/history` and `/transfer` come at a steady
rate, each from another member: times until Discord has the first answer, and until it has the final
one; and how many read something else than what they asked for, or nothing at all, because Discord
takes no first answer after three seconds. Then `/shop` does, with hundreds of items for sale. Then
members buy: times from the payment until the buyer's direct message is there.
"""

import argparse
import asyncio
import contextlib
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from benchmarks.databases import fresh
from benchmarks.discord_books import FIRST, SEEN, fill, put_up, world
from benchmarks.goals import Found, Goal, missed
from benchmarks.load import Load, summed
from benchmarks.processes import SECRET_KEY, SIGNING, TOKEN, free_port, running, settings, sync
from benchmarks.profiles import watched
from benchmarks.report import Part, alone
from payments.infra.clock import system_clock
from payments.store.engine.database import open_database
from sandbox.discord_wire import WireDiscord
from sandbox.discord_wire.world import GENERAL, OWNER
from sandbox.stripe import LocalStripe

"""Members of the local Discord; the others have accounts only."""

GOAL_MS = 100.0
FIRST_SECONDS = 5
"""How long Discord takes a first answer."""
FINAL_SECONDS = 60


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
    Way(command="transfer", answer="### 1 point sent"),
)

SHOP = (Way(command="shop", answer="### Shop"),)


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

    def loads(self, what: str = "command") -> dict[str, Load]:
        """In milliseconds."""
        return {
            f"{what} to first answer": summed(self.first, self.elapsed, self.unanswered),
            f"{what} to final answer": summed(self.final, self.elapsed, self.failed),
        }


async def commands(
    wire: WireDiscord, per_second: float, count: int, ways: Sequence[Way] = WAYS
) -> Answers:
    """A steady number of commands a second."""
    seen = Answers()

    async def one(number: int) -> None:
        begun = time.perf_counter()
        way = ways[number % len(ways)]
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
        await put_up(database, options.items)
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
                await commands(wire, options.rate, int(options.rate), SHOP)
                shopped = await commands(wire, options.rate, options.commands // 3, SHOP)
                found.note(kind, shopped.loads("/shop"))
                bought = await purchases(wire, stripe, options.buying, options.purchases)
                found.note(kind, bought)
                late = first_answer(kind) in missed(goals(options), found.figures)
                if late and not options.no_profile:
                    async with watched(process.pid, found, first_answer(kind)):
                        await commands(wire, options.rate, options.commands)
                late = shop_answer(kind) in missed(goals(options), found.figures)
                if late and not options.no_profile:
                    async with watched(process.pid, found, shop_answer(kind)):
                        await commands(wire, options.rate, options.commands // 3, SHOP)


def goals(options: argparse.Namespace) -> list[Goal]:
    """How soon a command is acknowledged, and that everybody reads what they asked for."""
    return [
        goal
        for kind in options.databases.split(",")
        for goal in (
            Goal(case=first_answer(kind), figure="p99_ms", at_most=GOAL_MS),
            Goal(case=f"{kind}, command to final answer", figure="failed", at_most=0),
            Goal(case=shop_answer(kind), figure="p99_ms", at_most=GOAL_MS),
            Goal(case=f"{kind}, /shop to final answer", figure="failed", at_most=0),
        )
    ]


def first_answer(kind: str) -> str:
    """The case that has a goal."""
    return f"{kind}, command to first answer"


def shop_answer(kind: str) -> str:
    """That of `/shop`."""
    return f"{kind}, /shop to first answer"


def add_options(parser: argparse.ArgumentParser) -> None:
    """How large the books are, and how much is asked."""
    parser.add_argument("--accounts", type=int, default=100_000)
    parser.add_argument("--transfers", type=int, default=1_000_000)
    parser.add_argument("--items", type=int, default=500, help="what is for sale")
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

"""`make bench-footprint`: from start to ready, and memory, beside a process that only imports.

`guildbank run` as a process between the local Discord and the local Stripe; medians of some starts.
Then it gets many payments by its webhook, and its memory is measured on the way. Direct
messages go out meanwhile as Discord's limits let them; most of them still wait at the end.
"""

import argparse
import asyncio
import statistics
import sys
import time

from benchmarks import bodies
from benchmarks.databases import fresh
from benchmarks.goals import Found, Goal, Profile, WrongError, missed
from benchmarks.load import post_all, request
from benchmarks.processes import (
    SECRET_KEY,
    SIGNING,
    TOKEN,
    begun,
    free_port,
    memory,
    ready,
    resident,
    running,
    settings,
)
from benchmarks.profiles import watched
from benchmarks.report import Part, alone
from benchmarks.webhooks import prepare
from sandbox.discord_wire import WireDiscord, default_world
from sandbox.discord_wire.world import Member, User, World
from sandbox.stripe import LocalStripe

GOAL_SECONDS = 2.5
GOAL_GROWTH = 1.1
CLIENTS = 64
IMPORTS = (
    "import aiohttp, alembic, asyncpg, babel, cryptography.fernet, discord, jinja2, "
    "prometheus_client, pydantic_settings, sqlalchemy.ext.asyncio, stripe, structlog, typer"
)
"""What the program imports of others."""


async def bare() -> tuple[float, float]:
    """Seconds until all is imported, and the memory then."""
    started = time.perf_counter()
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        f"{IMPORTS}; print(flush=True); import sys; sys.stdin.read()",
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stdin is not None
    await process.stdout.readline()
    found = time.perf_counter() - started, resident(process.pid)
    process.stdin.close()
    await process.wait()
    return found


async def ours(environment: dict[str, str]) -> tuple[float, float]:
    """Seconds until `/readyz` says healthy, and the memory then."""
    started = time.perf_counter()
    async with running(environment) as process:
        return time.perf_counter() - started, resident(process.pid)


def world() -> World:
    """The guild with everybody who will buy."""
    usual = default_world()
    (guild,) = usual.guilds
    first = bodies.FIRST_MEMBER
    known = {each.id for each in usual.users}
    more = [
        User(id=first + number, username=f"member{number}")
        for number in range(bodies.MEMBERS)
        if first + number not in known
    ]
    members = (*guild.members, *(Member(user=each.id) for each in more))
    wider = guild.model_copy(update={"members": members})
    return usual.model_copy(update={"users": (*usual.users, *more), "guilds": (wider,)})


async def measure(kind: str, options: argparse.Namespace, found: Found) -> None:
    """Starts of both in turn, then payments."""
    samples: dict[str, list[tuple[float, float]]] = {"imports alone": [], f"{kind}, ready": []}
    async with (
        WireDiscord(world(), token=TOKEN) as wire,
        LocalStripe(secret_key=SECRET_KEY, webhook_endpoints=[]) as stripe,
    ):
        for _ in range(options.starts):
            samples["imports alone"].append(await bare())
            async with fresh(kind) as url:
                environment = settings(wire, stripe.url, url, free_port())
                samples[f"{kind}, ready"].append(await ours(environment))
        for case, both in samples.items():
            found.figures[case] = {
                "seconds": statistics.median(seconds for seconds, _ in both),
                "resident_mb": statistics.median(memory for _, memory in both),
            }
        wanted = set() if options.no_profile else missed(goals(options), found.figures)
        if f"{kind}, ready" in wanted:
            await _watch_start(kind, wire, stripe, found)
        await _pay(kind, wire, stripe, options, found)


async def _watch_start(kind: str, wire: WireDiscord, stripe: LocalStripe, found: Found) -> None:
    async with fresh(kind) as url:
        environment = settings(wire, stripe.url, url, free_port())
        async with (
            begun(environment) as process,
            watched(process.pid, found, f"{kind}, ready"),
        ):
            await ready(environment)


async def _pay(
    kind: str, wire: WireDiscord, stripe: LocalStripe, options: argparse.Namespace, found: Found
) -> None:
    payments = bodies.bought(options.payments, seed=0)
    async with fresh(kind) as url:
        await (await prepare(url, payments)).close()
        port = free_port()
        async with running(settings(wire, stripe.url, url, port)) as process:
            done, before = 0, memory(process.pid)
            for wanted in [0, *sizes(options)]:
                refused = await _events_sent(port, payments[done:wanted]) if wanted else 0
                if refused:
                    raise WrongError(f"{refused} events were refused.")
                done = wanted
                found.figures[paid_case(kind, wanted)] = {"resident_mb": resident(process.pid)}
                print(f"{paid_case(kind, wanted)}: {resident(process.pid):.0f} MB", flush=True)
            shares = {
                part: {"idle_mb": before[part], "afterwards_mb": after}
                for part, after in memory(process.pid).items()
            }
            found.profiles[paid_case(kind, options.payments)] = Profile(shares=shares)


async def _events_sent(port: int, payments: list[bodies.Bought]) -> int:
    """Post what happened; how many were refused."""
    refused = 0
    for start in range(0, len(payments), AT_ONCE):
        messages = [bodies.event_body(each) for each in payments[start : start + AT_ONCE]]
        requests = [
            request("/webhooks/stripe", body, bodies.signature(body, SIGNING)) for body in messages
        ]
        refused += (await post_all([port], requests, clients=CLIENTS)).refused
    return refused


AT_ONCE = 5_000
"""Number of messages that are signed together: a signature is valid for a few minutes only."""


def sizes(options: argparse.Namespace) -> list[int]:
    """After how many payments memory is looked at."""
    return [number for number in (1_000, 10_000) if number < options.payments] + [options.payments]


def paid_case(kind: str, payments: int) -> str:
    """For the table."""
    return f"{kind}, after {payments:,} payments" if payments else f"{kind}, idle"


def goals(options: argparse.Namespace) -> list[Goal]:
    """Soon ready, and no larger after many payments than before."""
    return [
        goal
        for kind in options.databases.split(",")
        for goal in (
            Goal(case=f"{kind}, ready", figure="seconds", at_most=GOAL_SECONDS),
            Goal(
                case=paid_case(kind, options.payments),
                beside=paid_case(kind, 0),
                figure="resident_mb",
                at_most=GOAL_GROWTH,
            ),
        )
    ]


def add_options(parser: argparse.ArgumentParser) -> None:
    """How many starts and payments."""
    parser.add_argument("--starts", type=int, default=5)
    parser.add_argument("--payments", type=int, default=100_000)


PART = Part(
    name="footprint",
    about=__doc__,
    options=add_options,
    measure=measure,
    goals=goals,
    quick=["--starts", "2", "--payments", "2000"],
    full=["--payments", "1000000"],
    databases="sqlite",
)

if __name__ == "__main__":
    sys.exit(alone(PART))

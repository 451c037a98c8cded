"""The worker is killed again and again in the middle of its work: each message is told once."""

import asyncio
import random
import sqlite3
from collections import Counter
from pathlib import Path

import pytest

from payments.commands.base import by_member
from payments.commands.guild.settings import ChangeSettings
from payments.domain.values.guilds import GuildSettings
from payments.domain.values.ids import MemberId
from payments.notifications.routing import route
from payments.runner.runner import Runner
from payments.store.engine.database import open_database
from sandbox.discord_wire import WireDiscord
from sandbox.discord_wire.world import ADA, BEN, MIRA, MODS, OWNER
from tests.process.conftest import PATIENCE_SECONDS, Process
from tests.support.commands import put_up
from tests.support.databases import all_migrations
from tests.support.make import GUILD, checkout_update, event, initiate, key, package

PURCHASES = 45
KILLS = 5
SEED = 20261121


async def sell(url: str) -> int:
    """Purchases that nobody was told of yet; the number of messages that are due."""
    database = open_database(url)
    await all_migrations().apply(database)
    runner = Runner(database, route=route)
    runner.start()
    await put_up(runner)
    wanted = GuildSettings(guild=GUILD, mod_channel=MODS)
    owner = by_member(MemberId(OWNER))
    await runner.run(
        ChangeSettings(key=key(), at=initiate("x").at, actor=owner, guild=GUILD, settings=wanted)
    )
    for number in range(PURCHASES):
        member = MemberId((ADA, BEN, MIRA)[number % 3])
        await runner.run(initiate(f"p{number}", member=member))
        too_little = number % 5 == 0
        update = checkout_update(
            f"p{number}", member=member, of=package(minor=1) if too_little else None
        )
        await runner.run(event(update))
    await runner.close()
    await database.close()
    with sqlite3.connect(url.removeprefix("sqlite:///")) as books:
        (waiting,) = books.execute(
            "SELECT count(*) FROM deliveries WHERE channel <> 'answer'"
        ).fetchone()
    return int(waiting)


def nonces(wire: WireDiscord) -> Counter[str]:
    """How often each delivery stands in somebody's channel."""
    messages = [each for user in (ADA, BEN, MIRA) for each in wire.dms(user)] + wire.messages(MODS)
    return Counter(each["nonce"] for each in messages)


def statuses(books: Path) -> Counter[str]:
    with sqlite3.connect(books) as connection:
        return Counter(status for (status,) in connection.execute("SELECT status FROM deliveries"))


def leases_run_out(books: Path) -> None:
    """The leases of the process that was killed run out."""
    with sqlite3.connect(books, timeout=10) as connection:
        connection.execute("UPDATE deliveries SET leased_until = 0 WHERE leased_until IS NOT NULL")


@pytest.mark.parametrize("round_", range(2))
async def test_killed_at_any_moment_it_tells_each_thing_once(
    process: Process, wire: WireDiscord, tmp_path: Path, round_: int, *, thorough: bool
) -> None:
    if round_ and not thorough:
        pytest.skip("once is enough here; `make trust` does it again at other moments")
    chance = random.Random(SEED + round_)  # noqa: S311 - chooses moments, guards nothing
    due = await sell(process.environment["DATABASE_URL"])
    assert due > PURCHASES
    books = tmp_path / "books.db"
    process.environment["STRIPE_API_URL"] = "http://127.0.0.1:9"
    for _ in range(KILLS):
        seen = len(wire.requests)
        moment = seen + chance.randrange(1, due // 2)
        running = await process.start("run")
        async with asyncio.timeout(PATIENCE_SECONDS):
            while len(wire.requests) < moment and statuses(books)["waiting"]:  # noqa: ASYNC110 - another process
                await asyncio.sleep(chance.random() / 100)
        running.kill()
        await running.communicate()
        leases_run_out(books)
    running = await process.start("run")
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            while statuses(books)["waiting"]:  # noqa: ASYNC110 - as above
                await asyncio.sleep(0.05)
    finally:
        running.kill()
        await running.communicate()
    assert set(statuses(books)) == {"delivered"}
    messages = nonces(wire)
    assert set(messages.values()) == {1}, "each stands once"
    assert len(messages) == due

"""`guildbank bot --shards auto`: as many connections as Discord recommends, in one process."""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import aiohttp
import pytest

from sandbox.discord_wire import WireDiscord, default_world
from sandbox.discord_wire.faults import Fault
from sandbox.discord_wire.world import ADA, GENERAL, GUILD, Channel, Guild
from tests.process.conftest import PATIENCE_SECONDS, TOKEN, Process, free_port

SHARDS = 3
"""Between two of them discord.py waits five seconds, as Discord wants."""


def guild(number: int) -> Guild:
    """One like the first, on the next shard."""
    (first,) = default_world().guilds
    identity = GUILD + (number << 22)
    roles = (first.roles[0].model_copy(update={"id": identity}), *first.roles[1:])
    channels = (Channel(id=GENERAL + (number << 22), name="general"),)
    return first.model_copy(update={"id": identity, "roles": roles, "channels": channels})


PLACES = [GENERAL + (number << 22) for number in range(SHARDS)]


@pytest.fixture
async def wire() -> AsyncIterator[WireDiscord]:
    world = default_world()
    guilds = (*world.guilds, *(guild(number) for number in range(1, SHARDS)))
    async with WireDiscord(world.model_copy(update={"guilds": guilds}), token=TOKEN) as running:
        running.gateway.recommended = SHARDS
        yield running


class Part:
    """The process, asked how it does."""

    def __init__(self, http: aiohttp.ClientSession, port: int) -> None:
        self._http = http
        self._url = f"http://127.0.0.1:{port}/readyz"

    async def gateway(self) -> str:
        """What it says of its gateway; nothing while it does not answer yet."""
        try:
            async with self._http.get(self._url) as answer:
                return str((await answer.json())["checks"]["gateway"]["state"])
        except aiohttp.ClientConnectorError:
            return ""

    async def until(self, state: str) -> None:
        await until_async(self.gateway, state)


async def until_async(look: Callable[[], object], wanted: object) -> None:
    async with asyncio.timeout(2 * PATIENCE_SECONDS):
        while True:
            found = look()
            if asyncio.iscoroutine(found):
                found = await found
            if found == wanted:
                return
            await asyncio.sleep(0.05)


@asynccontextmanager
async def bot(process: Process) -> AsyncIterator[Part]:
    """`guildbank bot --shards auto`; it must end well."""
    process.environment["STRIPE_API_URL"] = "http://127.0.0.1:9"
    process.environment["GUILD_IDS"] = ",".join(str(guild(n).id) for n in range(SHARDS))
    assert (await process.typed("sync")).code == 0
    port = free_port()
    running = await process.start("bot", "--shards", "auto", METRICS_PORT=str(port))
    log = asyncio.create_task(running.communicate())
    try:
        async with aiohttp.ClientSession() as http:
            yield Part(http, port)
    finally:
        if running.returncode is None:
            running.terminate()
        _, errors = await log
    assert running.returncode == 0, errors.decode()


async def balance_in_each_guild(wire: WireDiscord) -> None:
    """Each guild's command is answered, and once."""
    before = len(wire.requests)
    for place in PLACES:
        asked = await wire.slash(ADA, place, "balance")
        answer = await wire.wait_for_answer(asked, timeout_seconds=PATIENCE_SECONDS)
        assert "0 points" in json.dumps(answer.message)
        assert answer.followups == ()
    paths = Counter(each.path for each in wire.requests[before:] if "/callback" in each.path)
    assert len(paths) == len(PLACES)
    assert set(paths.values()) == {1}


async def test_so_many_are_started_as_discord_recommends_and_ready_is_who_has_all(
    process: Process, wire: WireDiscord
) -> None:
    async with bot(process) as part:
        await until_async(lambda: wire.gateway.shards, [(0, SHARDS)])
        assert await part.gateway() == "away"
        await until_async(lambda: len(wire.gateway.shards), SHARDS - 1)
        assert await part.gateway() == "away"
        await part.until("ok")
        assert wire.gateway.shards == [(number, SHARDS) for number in range(SHARDS)]
        await balance_in_each_guild(wire)


async def test_one_that_is_lost_is_said_and_comes_back_while_the_others_answer(
    process: Process, wire: WireDiscord
) -> None:
    async with bot(process) as part:
        await part.until("ok")
        wire.gateway.away = True
        lost = (GUILD >> 22) % SHARDS
        assert wire.gateway.drop(lost) == 1
        await part.until("away")
        asked = await wire.slash(ADA, PLACES[1], "balance")
        answer = await wire.wait_for_answer(asked, timeout_seconds=PATIENCE_SECONDS)
        assert "0 points" in json.dumps(answer.message)
        wire.gateway.away = False
        await part.until("ok")
        await balance_in_each_guild(wire)


async def test_discord_that_does_not_say_how_many_is_asked_again(
    process: Process, wire: WireDiscord
) -> None:
    """discord.py asks once, and would end the process with a trace."""
    wire.gateway.recommended = 2
    wire.faults.add(Fault(kind="drop", method="GET", path="/gateway/bot", times=4))
    async with bot(process) as part:
        await part.until("ok")
        assert wire.gateway.shards == [(0, 2), (1, 2)]

"""The gateway's own rules: shards, sessions that end, and what it does not take."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import discord
import pytest
from discord.ext import commands

from payments.domain.values.time import MINUTE
from sandbox.discord_wire import WireDiscord
from sandbox.discord_wire.world import ADA, BOT, GENERAL, GUILD
from tests.conftest import Time
from tests.sandbox.discord_wire.conftest import TOKEN

SHARDS = 2
HOME = (GUILD >> 22) % SHARDS
"""The shard of the guild."""


class Sharded(commands.AutoShardedBot):
    """Two shards in one process, and the interactions that reached them."""

    def __init__(self) -> None:
        super().__init__(
            command_prefix="!",
            intents=discord.Intents.default(),
            shard_count=SHARDS,
            guild_ready_timeout=0.05,
        )
        self.ready = asyncio.Event()
        self.resumed: asyncio.Queue[int] = asyncio.Queue()
        self.came: list[int] = []

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Nobody else identifies here: no need to wait five seconds between shards."""

    async def on_ready(self) -> None:
        self.ready.set()

    async def on_shard_resumed(self, shard: int) -> None:
        await self.resumed.put(shard)

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        self.came.append(interaction.id)
        await interaction.response.send_message("here")


@pytest.fixture
async def sharded(
    addresses: None,  # noqa: ARG001 - sets where the bot logs in
) -> AsyncIterator[Sharded]:
    bot = Sharded()
    task = asyncio.create_task(bot.start(TOKEN))
    async with asyncio.timeout(5):
        await bot.ready.wait()
    yield bot
    await bot.close()
    await task


async def test_each_shard_hears_of_its_own_guilds(local: WireDiscord, sharded: Sharded) -> None:
    guild = sharded.get_guild(GUILD)
    assert guild is not None
    assert guild.shard_id == HOME
    assert sorted(each.shard for each in local.gateway.sessions.values()) == [(0, 2), (1, 2)]
    ping: Any = {"name": "ping", "description": "Ping"}
    await sharded.http.upsert_global_command(BOT, ping)
    for place in (GENERAL, local.dm_channel(ADA)):
        asked = await local.slash(ADA, place, "ping")
        await local.wait_for_answer(asked)
        assert sharded.came.count(asked) == 1


async def test_a_shard_that_is_dropped_resumes_alone(local: WireDiscord, sharded: Sharded) -> None:
    assert local.gateway.drop(HOME) == 1
    async with asyncio.timeout(10):
        assert await sharded.resumed.get() == HOME
    assert local.gateway.resumes == 1
    assert len(local.gateway.sessions) == SHARDS


class Raw:
    """A connection that says exactly what it is told."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket

    async def send(self, op: int, **data: Any) -> None:
        await self.socket.send_json({"op": op, "d": data})

    async def identify(self, **more: Any) -> dict[str, Any]:
        """READY's data, after which GUILD_CREATE has been read too."""
        await self.send(2, token=TOKEN, intents=0, properties={}, **more)
        ready = await self.socket.receive_json()
        assert ready["t"] == "READY"
        assert (await self.socket.receive_json())["t"] == "GUILD_CREATE"
        return dict(ready["d"])

    async def closed(self) -> int | None:
        """The code of its end."""
        await self.socket.receive()
        return self.socket.close_code


@asynccontextmanager
async def raw(local: WireDiscord) -> AsyncIterator[Raw]:
    async with aiohttp.ClientSession() as http, http.ws_connect(local.gateway_url) as socket:
        assert (await socket.receive_json())["op"] == 10
        yield Raw(socket)


async def away(local: WireDiscord) -> str:
    """The id of a session that was dropped after its second event."""
    async with raw(local) as one:
        session = str((await one.identify())["session_id"])
        local.gateway.drop()
        await one.closed()
        await local.state.until(lambda: not local.gateway.connected or None, 5)
    return session


async def test_a_session_outlives_anothers_beginning(local: WireDiscord) -> None:
    session = await away(local)
    async with raw(local) as other:
        await other.identify()
    async with raw(local) as back:
        await back.send(6, token=TOKEN, session_id=session, seq=1)
        assert (await back.socket.receive_json())["t"] == "GUILD_CREATE"
        resumed = await back.socket.receive_json()
        assert (resumed["t"], resumed["s"]) == ("RESUMED", 3)


@pytest.mark.parametrize("why", ["too late", "too much missed", "a number of the future"])
async def test_what_cannot_be_made_up_for_is_an_invalid_session(
    local: WireDiscord, clock: Time, why: str
) -> None:
    session = await away(local)
    if why == "too late":
        clock.pass_(6 * MINUTE)
    if why == "too much missed":
        for _ in range(1001):
            await local.gateway.dispatch("SOMETHING", {}, guild=GUILD)
    async with raw(local) as back:
        seq = 99 if why == "a number of the future" else 2
        await back.send(6, token=TOKEN, session_id=session, seq=seq)
        invalid = await back.socket.receive_json()
        assert (invalid["op"], invalid["d"]) == (9, False)


async def test_what_the_gateway_does_not_take_ends_the_connection(local: WireDiscord) -> None:
    for text in ("{", "[]", '{"d": 1}'):
        async with raw(local) as one:
            await one.socket.send_str(text)
            assert await one.closed() == 4002
    async with raw(local) as one:
        await one.send(2, token=TOKEN, intents=0, shard=[2, 2])
        assert await one.closed() == 4010
    async with raw(local) as one:
        await one.send(2, intents=0)
        assert await one.closed() == 4004
    async with raw(local) as one:
        await one.identify()
        await one.send(2, token=TOKEN, intents=0)
        assert await one.closed() == 4005
    async with raw(local) as one:
        await one.identify()
        await one.send(77)
        assert await one.closed() == 4001


async def test_so_many_shards_are_recommended_as_was_set(local: WireDiscord) -> None:
    headers = {"Authorization": f"Bot {TOKEN}"}
    async with aiohttp.ClientSession(headers=headers) as http:
        for recommended in (1, 16):
            local.gateway.recommended = recommended
            async with http.get(f"{local.api_url}/gateway/bot") as answer:
                assert (await answer.json())["shards"] == recommended


async def test_a_gateway_that_is_away_takes_nobody_and_drops_nobody(local: WireDiscord) -> None:
    async with raw(local) as here:
        await here.identify()
        local.gateway.away = True
        with pytest.raises(aiohttp.WSServerHandshakeError, match="503"):
            async with raw(local):
                pass
        assert local.gateway.shards == [(0, 1)]
        local.gateway.away = False
        async with raw(local) as other:
            await other.identify(shard=[HOME, SHARDS])
            assert local.gateway.shards == [(0, 1), (HOME, SHARDS)]

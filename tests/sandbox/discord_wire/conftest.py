"""A local Discord with a real discord.py bot that is logged in to it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import discord
import pytest
import yarl

from sandbox.discord_wire import WireDiscord, default_world
from tests.conftest import Time
from tests.sandbox.discord_wire.bot import Bot

TOKEN = "sandbox-token"


@pytest.fixture
async def local(clock: Time) -> AsyncIterator[WireDiscord]:
    async with WireDiscord(default_world(), token=TOKEN, clock=clock) as running:
        yield running


@pytest.fixture
def addresses(local: WireDiscord, monkeypatch: pytest.MonkeyPatch) -> None:
    """discord.py speaks to the local Discord as long as this lasts."""
    socket = discord.gateway.DiscordWebSocket
    monkeypatch.setattr(discord.http.Route, "BASE", local.api_url)
    monkeypatch.setattr(socket, "DEFAULT_GATEWAY", yarl.URL(local.gateway_url))


@asynccontextmanager
async def running(bot: Bot) -> AsyncIterator[Bot]:
    """The bot, logged in and ready."""
    task = asyncio.create_task(bot.start(TOKEN))
    try:
        async with asyncio.timeout(5):
            await bot.ready.wait()
        yield bot
    finally:
        await bot.close()
        await task


@pytest.fixture
async def bot(addresses: None) -> AsyncIterator[Bot]:  # noqa: ARG001 - sets where the bot logs in
    async with running(Bot()) as ready:
        yield ready

"""A local Discord with a real discord.py bot that is logged in to it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
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


class Http:
    """The local Discord's API without a library that checks first."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self._session = session
        self._url = url

    async def __call__(self, method: str, path: str, given: object) -> tuple[int, Any]:
        async with self._session.request(method, self._url + path, json=given) as answer:
            return answer.status, await answer.json() if answer.status != 204 else None


@pytest.fixture
async def call(local: WireDiscord) -> AsyncIterator[Http]:
    headers = {"Authorization": f"Bot {TOKEN}"}
    async with aiohttp.ClientSession(headers=headers) as session:
        yield Http(session, local.api_url)

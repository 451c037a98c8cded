"""Logging in to Discord, patiently; or to another server that speaks as it does."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Final

import aiohttp
import discord
import structlog
from discord.gateway import DiscordWebSocket
from discord.http import Route
from yarl import URL

from bot.errors import StartFailed
from payments.infra.settings import Addresses, Settings

log = structlog.get_logger(__name__)

LOGIN_PAUSES_SECONDS = (1, 2, 5, 10, 30)
"""Pauses between tries to reach Discord at the start; the last one is repeated."""


AWAY: Final = (
    aiohttp.ClientError,
    OSError,
    discord.DiscordServerError,
    discord.GatewayNotFound,
)
"""What is raised while Discord is away."""


def point_discord_at(settings: Settings | Addresses) -> None:
    """Point discord.py to the server in the settings; it knows only one for a process."""
    if settings.discord_api_url is not None:
        Route.BASE = str(settings.discord_api_url).rstrip("/")
    if settings.discord_gateway_url is not None:
        DiscordWebSocket.DEFAULT_GATEWAY = URL(str(settings.discord_gateway_url))


async def log_in_once(client: discord.Client, settings: Settings) -> None:
    """Try it once.

    Raises:
        StartFailed: Discord refuses the token.
        aiohttp.ClientError, OSError, discord.DiscordServerError: Discord is away.
    """
    try:
        await client.login(settings.discord_token.get_secret_value())
    except discord.LoginFailure as error:
        raise StartFailed(
            "Discord refuses DISCORD_TOKEN. Copy the bot's token again from Discord's "
            "developer portal (Bot, Reset Token)."
        ) from error


async def log_in(client: discord.Client, settings: Settings) -> None:
    """Try it until Discord is there. Raises `StartFailed` as the single try."""
    await with_pauses(partial(log_in_once, client, settings))


async def with_pauses(ask: Callable[[], Awaitable[None]]) -> None:
    """Ask something of Discord until it is there."""
    tries = 0
    while True:
        try:
            await ask()
        except AWAY as error:
            pause = LOGIN_PAUSES_SECONDS[min(tries, len(LOGIN_PAUSES_SECONDS) - 1)]
            log.warning("discord.unreachable", error=str(error), retry_seconds=pause)
            tries += 1
            await asyncio.sleep(pause)
        else:
            return


async def connect(client: discord.Client) -> None:
    """Stay connected to the gateway, forever.

    Raises:
        StartFailed: Discord does not let the bot see members.
    """
    try:
        await client.connect(reconnect=True)
    except discord.PrivilegedIntentsRequired as error:
        raise StartFailed(
            "Discord does not let the bot see members. In the developer portal, Bot, switch "
            "Server Members Intent on, or set DISCORD_MEMBERS_INTENT to false."
        ) from error

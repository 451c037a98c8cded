"""Keeping what guilds are called, for the pay pages: they ask nobody."""

import asyncio
from typing import Final

import discord
import structlog
from discord.ext import commands
from sqlalchemy.exc import SQLAlchemyError

from payments.domain.values.ids import GuildId
from payments.store.records.guild_names import GuildNames

log = structlog.get_logger(__name__)

_EVENTS: Final = ("on_guild_available", "on_guild_join")
"""With one guild each; as many come at the start as the bot is on."""


class SeenNames:
    """Hears what guilds are called, and keeps it; many at a time where many come together.

    Args:
        names: Where they are kept.
    """

    def __init__(self, names: GuildNames) -> None:
        self._names = names
        self._seen: dict[GuildId, str] = {}
        self._keeping: asyncio.Task[None] | None = None

    def listen(self, bot: commands.Bot) -> None:
        """Hear of guilds that come, and of those that change."""
        for event in _EVENTS:
            bot.add_listener(self._came, event)
        bot.add_listener(self._changed, "on_guild_update")

    async def close(self) -> None:
        """Finish what is to be kept."""
        if self._keeping is not None:
            await self._keeping

    async def _came(self, guild: discord.Guild) -> None:
        self._note(guild)

    async def _changed(self, _before: discord.Guild, after: discord.Guild) -> None:
        self._note(after)

    def _note(self, guild: discord.Guild) -> None:
        if guild.name:
            self._seen[GuildId(guild.id)] = guild.name
        if self._keeping is None or self._keeping.done():
            self._keeping = asyncio.create_task(self._keep())

    async def _keep(self) -> None:
        while self._seen:
            seen, self._seen = self._seen, {}
            try:
                await self._names.remember(seen)
            except (SQLAlchemyError, OSError) as error:
                log.warning("guild_names.not_kept", kind=type(error).__name__, guilds=len(seen))
                return

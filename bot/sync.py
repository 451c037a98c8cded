"""Telling Discord which commands there are: an explicit act, never a part of starting."""

import hashlib
import json
from collections.abc import Iterable

import discord

from bot.client import COGS, GuildbankBot
from payments.domain.ids import GuildId


async def sync_commands(bot: GuildbankBot, guilds: Iterable[GuildId] | None) -> int:
    """Make the bot's commands known to Discord.

    A command that is known both everywhere and in a guild shows twice, so the other place is
    emptied: the commands for everywhere, or those of the guilds that the bot is on.

    Args:
        bot: Logged in; no gateway is needed.
        guilds: Where they are known at once; none for everywhere.

    Returns:
        How many commands there are in each place.

    Raises:
        discord.Forbidden: The bot is not on one of the servers, or was invited without the scope
            `applications.commands`.
        discord.HTTPException: Discord did not take them.
    """
    if guilds is None:
        count = len(await bot.tree.sync())
        await _empty_guilds(bot)
        return count
    known = bot.tree.get_commands()
    for guild in guilds:
        place = discord.Object(guild)
        bot.tree.clear_commands(guild=place)
        bot.tree.copy_global_to(guild=place)
        await bot.tree.sync(guild=place)
    if bot.application_id is not None and await bot.http.get_global_commands(bot.application_id):
        await bot.http.bulk_upsert_global_commands(bot.application_id, payload=[])
    return len(known)


async def _empty_guilds(bot: GuildbankBot) -> None:
    """Take back what was made known in single guilds."""
    async for guild in bot.fetch_guilds(limit=None, with_counts=False):
        place = discord.Object(guild.id)
        try:
            known = await bot.tree.fetch_commands(guild=place)
        except discord.Forbidden:  # invited without commands, so none are known there
            continue
        if known:
            bot.tree.clear_commands(guild=place)
            await bot.tree.sync(guild=place)


async def commands_hash(bot: GuildbankBot) -> str:
    """A short text that changes when the commands do: a reason to sync them again."""
    for cog in COGS:
        if cog not in bot.extensions:
            await bot.load_extension(cog)
    told = [command.to_dict(bot.tree) for command in bot.tree.get_commands()]
    ordered = json.dumps(sorted(told, key=lambda each: str(each["name"])), sort_keys=True)
    return hashlib.blake2b(ordered.encode(), digest_size=8).hexdigest()

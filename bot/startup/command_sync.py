"""Telling Discord which commands there are: an explicit act, never a part of starting."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

import aiohttp
import discord
import structlog

from bot.client import GuildbankBot
from bot.errors import StartFailed
from bot.startup.create import load_features
from payments.domain.values.ids import GuildId

log = structlog.get_logger(__name__)

ESSENTIAL: Final = frozenset(
    {"name", "description", "type", "options", "required", "choices", "value", "channel_types"}
    | {"autocomplete", "min_value", "max_value", "min_length", "max_length", "nsfw"}
    | {"default_member_permissions"}
)
"""What of a command makes it what it is; where it can be used is decided by where it is known."""


@contextmanager
def explained() -> Iterator[None]:
    """Say in a sentence why the commands could not be made known. Raises StartFailed."""
    try:
        yield
    except discord.Forbidden as error:
        raise StartFailed(
            "Discord does not let the bot set commands in every server of GUILD_IDS. Is it "
            "invited there, with the scopes bot and applications.commands?"
        ) from error
    except discord.HTTPException as error:
        raise StartFailed(f"Discord did not take the commands: {error.text}") from error
    except (aiohttp.ClientError, OSError) as error:
        raise StartFailed(f"Discord cannot be reached: {error}") from error


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
    await load_features(bot)
    sent = await _in_all_languages(bot)
    ordered = json.dumps(sorted(sent, key=lambda each: str(each["name"])), sort_keys=True)
    return hashlib.blake2b(ordered.encode(), digest_size=8).hexdigest()


async def known_commands(bot: GuildbankBot, guild: GuildId | None) -> list[dict[str, Any]]:
    """The commands as Discord knows them, in a guild or everywhere.

    Raises:
        discord.Forbidden: The bot is not on that server, or was invited without commands.
    """
    application = bot.application_id or 0
    if guild is None:
        return [dict(each) for each in await bot.http.get_global_commands(application)]
    return [dict(each) for each in await bot.http.get_guild_commands(application, guild)]


async def learn_ids(bot: GuildbankBot, guilds: Iterable[GuildId] | None) -> None:
    """Learn under which ids Discord knows the commands, so that people can click them.

    Args:
        bot: Logged in.
        guilds: Where they are known; none for everywhere.

    Raises:
        discord.HTTPException, aiohttp.ClientError: Discord does not tell.
    """
    for place in [None] if guilds is None else list(guilds):
        try:
            bot.command_ids.learn(place, await known_commands(bot, place))
        except discord.Forbidden:  # the bot is not there, or was invited without commands
            log.info("commands.ids_not_known", guild=place)


async def sync_and_learn(bot: GuildbankBot, guilds: Sequence[GuildId] | None) -> int:
    """Make the bot's commands known, and learn their ids; as `sync_commands` and `learn_ids`."""
    count = await sync_commands(bot, guilds)
    await learn_ids(bot, guilds)
    return count


def tell_apart(bot: GuildbankBot, known: list[dict[str, Any]]) -> list[str]:
    """Names of the commands that Discord does not know as they are now, or that are gone."""
    ours = {_key(each): _essence(each) for each in _as_sent(bot)}
    theirs = {_key(each): _essence(each) for each in known}
    names = {key[1] for key in ours.keys() | theirs.keys() if ours.get(key) != theirs.get(key)}
    return sorted(names)


def _as_sent(bot: GuildbankBot) -> list[dict[str, Any]]:
    return [command.to_dict(bot.tree) for command in bot.tree.get_commands()]


async def _in_all_languages(bot: GuildbankBot) -> list[dict[str, Any]]:
    translator = bot.tree.translator
    if translator is None:
        return _as_sent(bot)
    commands = bot.tree.get_commands()
    return [await each.get_translated_payload(bot.tree, translator) for each in commands]


def _key(command: dict[str, Any]) -> tuple[int, str]:
    return command.get("type", 1), command["name"]


def _essence(part: Any) -> Any:  # noqa: ANN401 - a part of a command
    """What makes a command: not what Discord adds, leaves out, or writes in another form."""
    if isinstance(part, dict):
        kept = {key: _essence(value) for key, value in part.items() if key in ESSENTIAL}
        if part.get("default_member_permissions") is not None:
            kept["default_member_permissions"] = str(part["default_member_permissions"])
        return {key: value for key, value in kept.items() if value not in (None, False, "", [])}
    return [_essence(each) for each in part] if isinstance(part, list) else part

"""Checks of each server: is the bot there, and may it do its work in its channels?"""

import asyncio
from typing import Final

import discord

from app.doctor.context import Context
from bot.connection.permissions import HOLDS_THREADS, WRITES, invite_link, lacking, names
from bot.features.packages.skus import costs_more_there
from payments.domain.errors import Refused
from payments.domain.values.guilds import GuildSettings
from payments.domain.values.ids import GuildId
from payments.domain.values.written_text import one_line
from payments.infra.finding import Finding, error, ok, warning, within_limit

MOST_GUILDS: Final = 25
"""Of more servers only the first are looked at: each takes a few requests."""


async def check_guilds(context: Context, application: int, *, books: bool) -> list[Finding]:
    """What is found on the servers that may sell.

    Args:
        context: What is looked at; logged in to Discord.
        application: The id of the bot's application.
        books: Whether the settings of servers can be read.
    """
    chosen = context.settings.guild_ids
    guilds: list[GuildId] = [] if chosen == "*" else sorted(chosen)
    open_to_all: list[Finding] = []
    if chosen == "*":
        found = await within_limit("Servers", _find(context, application, guilds))
        if found:
            return found
        open_to_all = await within_limit("Any server", _any_server(context, guilds, books=books))
    looks = (
        within_limit(f"Server {each}", _look(context, application, each, books=books))
        for each in guilds[:MOST_GUILDS]
    )
    found = [finding for findings in await asyncio.gather(*looks) for finding in findings]
    found = [*open_to_all, *found]
    if len(guilds) > MOST_GUILDS:
        found.append(ok("Servers", f"Only the first {MOST_GUILDS} servers were looked at."))
    return found


async def _find(context: Context, application: int, guilds: list[GuildId]) -> list[Finding]:
    """Find the servers that the bot is on, where all of them may sell."""
    found = context.bot.fetch_guilds(limit=MOST_GUILDS + 1, with_counts=False)
    guilds.extend([GuildId(each.id) async for each in found])
    if guilds:
        return []
    remedy = f"Invite it: {invite_link(application)}"
    return [warning("Servers", "The bot is on no server.", remedy)]


async def _any_server(context: Context, guilds: list[GuildId], *, books: bool) -> list[Finding]:
    """That strangers may invite the bot, and which of their servers wait for its operator."""
    admitted = await context.guildbank.services.admissions.all() if books else []
    waiting = [each for each in guilds if each not in admitted]
    words = (
        "GUILD_IDS is *: any server may invite the bot, and those that you let in sell through "
        f"your account. Let in: {len(admitted):,}."
    )
    remedy = "Name your servers in GUILD_IDS if you want no others."
    if waiting and books:
        words += f" These wait: {', '.join(map(str, waiting[:MOST_GUILDS]))}."
        remedy += " `guildbank admit SERVER` lets one in."
    return [warning("Any server", words, remedy)]


async def _look(
    context: Context, application: int, identity: GuildId, *, books: bool
) -> list[Finding]:
    bot = context.bot
    check = f"Server {identity}"
    try:
        guild = await bot.fetch_guild(identity, with_counts=False)
    except (discord.NotFound, discord.Forbidden):
        return [
            error(
                check,
                "The bot is not on this server of GUILD_IDS.",
                f"Invite it: {invite_link(application, identity)}",
            )
        ]
    check = f"Server {one_line(guild.name)}"
    if not books:
        remedy = "Mend the database first, and run this again."
        return [warning(check, "Its settings cannot be read, so it was not looked at.", remedy)]
    me = await guild.fetch_member(application_user(bot))
    settings = await context.queries.settings(identity)
    found = _role(check, guild, settings)
    for what, command, place, needed in _places(settings):
        found += await _channel(check, guild, me, (what, command, place), needed)
    found += await _prices(context, check, identity)
    if settings.mod_channel is None:
        found.append(
            warning(
                check,
                "No moderators' channel is set, so what needs a person waits.",
                "On that server, choose one: /setup panel.",
            )
        )
    return found or [ok(check, "The bot may do its work in every channel of the settings.")]


async def _prices(context: Context, check: str, guild: GuildId) -> list[Finding]:
    """Packages that nobody can buy; they were put up for sale before prices were checked."""
    found = []
    for package in await context.queries.packages(guild):
        try:
            (await context.bot.buying.pricing(guild)).check_price(package.price)
        except Refused as refused:
            words = f"Nobody can buy the package {package.name!r}. {refused}"
            found.append(error(check, words, "On that server, change its price: /package edit."))
        if (dearer := costs_more_there(package)) is not None:
            words = f"{package.name!r} costs {dearer} in Discord's shop and {package.price} here."
            remedy = "Discord allows no higher price there: change one of them."
            found.append(warning(check, words, remedy))
    return found


def application_user(bot: discord.Client) -> int:
    """The id of the bot's own user; logged in."""
    return 0 if bot.user is None else bot.user.id


def _places(
    settings: GuildSettings,
) -> list[tuple[str, str, int, discord.Permissions]]:
    """Each channel of the settings: what it is for, its option, its id, what is needed there."""
    places = [
        ("moderators' channel", "mod_channel", settings.mod_channel, WRITES),
        ("announcement channel", "announcement_channel", settings.announcement_channel, WRITES),
        ("channel for private threads", "notice_channel", settings.notice_channel, HOLDS_THREADS),
        ("channel for orders", "fulfilment_channel", settings.fulfilment_channel, WRITES),
    ]
    return [
        (what, option, place, needed) for what, option, place, needed in places if place is not None
    ]


def _role(check: str, guild: discord.Guild, settings: GuildSettings) -> list[Finding]:
    if settings.moderator_role is None or guild.get_role(settings.moderator_role) is not None:
        return []
    return [
        warning(
            check,
            "The moderators' role is gone: only those who manage the server are moderators now.",
            "On that server, choose another: /setup set moderator_role.",
        )
    ]


async def _channel(
    check: str,
    guild: discord.Guild,
    me: discord.Member,
    place: tuple[str, str, int],
    needed: discord.Permissions,
) -> list[Finding]:
    what, option, identity = place
    try:
        channel = await guild.fetch_channel(identity)
    except (discord.NotFound, discord.InvalidData):
        words = f"The {what} is gone."
        return [error(check, words, f"On that server, choose another: /setup set {option}.")]
    except discord.Forbidden:
        remedy = f"Allow its role in that channel's settings: {', '.join(names(needed))}."
        return [error(check, f"The bot may not see the {what}.", remedy)]
    missing = lacking(needed, channel.permissions_for(me))
    if not missing:
        return []
    return [
        error(
            check,
            f"The bot lacks permissions in the {what}, #{one_line(channel.name)}: "
            f"{', '.join(missing)}.",
            "Allow them for its role, in that channel's settings.",
        )
    ]

"""Checks of the bot's application at Discord: its token, its switches, its commands."""

from typing import Final

import aiohttp
import discord

from app.doctor.check_guilds import check_guilds
from app.doctor.context import Context
from bot.connection.login import log_in_once
from bot.errors import StartFailed
from bot.startup.command_sync import known_commands, tell_apart
from payments.infra.finding import Finding, error, ok, warning, within_limit

_MEMBERS: Final = "Server Members"

_PRIVILEGED: Final = {
    "gateway_presence": "Presence",
    "gateway_presence_limited": "Presence",
    "gateway_guild_members": _MEMBERS,
    "gateway_guild_members_limited": _MEMBERS,
    "gateway_message_content": "Message Content",
    "gateway_message_content_limited": "Message Content",
}
"""Flags of an application, and what the developer portal calls them."""


async def check_discord(context: Context, *, books: bool) -> list[Finding]:
    """What is found; nothing beyond the token if that does not work.

    Args:
        context: What is looked at.
        books: Whether the books can be read.
    """
    found = await within_limit("Discord token", _token(context))
    application = context.bot.application
    if application is None:
        return found
    sees_members = context.settings.discord_members_intent
    found += _application(application, sees_members=sees_members)
    found += await within_limit("Discord commands", _commands(context))
    found += await check_guilds(context, application.id, books=books)
    return found


async def _token(context: Context) -> list[Finding]:
    check = "Discord token"
    try:
        await log_in_once(context.bot, context.settings)
    except StartFailed:
        return [
            error(
                check,
                "Discord refuses DISCORD_TOKEN.",
                "Copy the bot's token again from Discord's developer portal (Bot, Reset Token).",
            )
        ]
    except discord.HTTPException as failure:
        return [
            error(
                check,
                f"Discord answered {failure.status} instead of letting the bot in.",
                "See https://discordstatus.com, and try again.",
            )
        ]
    except (aiohttp.ClientError, OSError):
        return [
            error(
                check,
                "Discord cannot be reached from this machine.",
                "Look at its network and firewall, and at DISCORD_API_URL if you have set it.",
            )
        ]
    return [ok(check, f"Discord knows the bot as {context.bot.user}.")]


def _application(application: discord.AppInfo, *, sees_members: bool) -> list[Finding]:
    found = [_intents(application.flags, sees_members=sees_members)]
    if application.interactions_endpoint_url:
        found.append(
            error(
                "Discord application",
                "Its interactions go to an address of their own, so commands never come here.",
                "In the developer portal, General Information, empty Interactions Endpoint URL.",
            )
        )
    if application.bot_require_code_grant:
        found.append(
            error(
                "Discord application",
                "It requires an OAuth2 code grant, so nobody can invite the bot.",
                "In the developer portal, Bot, switch Requires OAuth2 Code Grant off.",
            )
        )
    return found


def _intents(flags: discord.ApplicationFlags, *, sees_members: bool) -> Finding:
    """The bot asks for one at most, so it does not matter whether the others are on."""
    on = {name for flag, name in _PRIVILEGED.items() if getattr(flags, flag)}
    if sees_members and _MEMBERS not in on:
        return error(
            "Discord intents",
            "DISCORD_MEMBERS_INTENT is on, and Discord does not let the bot see members.",
            "In the developer portal, Bot, switch Server Members Intent on, or set "
            "DISCORD_MEMBERS_INTENT to false.",
        )
    if sees_members:
        words = "The bot sees members join, as DISCORD_MEMBERS_INTENT says."
        on.remove(_MEMBERS)
    else:
        words = "No privileged intent is needed."
    if on:
        words += f" {', '.join(sorted(on))} may be switched off in the developer portal."
    return ok("Discord intents", words)


async def _commands(context: Context) -> list[Finding]:
    check, settings = "Discord commands", context.settings
    places = [None] if settings.guild_ids == "*" else sorted(settings.guild_ids)
    found = []
    for place in places:
        where = "" if place is None else f" on server {place}"
        try:
            difference = tell_apart(context.bot, await known_commands(context.bot, place))
        except (discord.Forbidden, discord.NotFound):
            continue  # the bot is not there, which the server's own check says
        if difference:
            found.append(
                warning(
                    check,
                    f"Discord does not know the commands of this version{where}: "
                    f"{', '.join(difference)}.",
                    "Run `guildbank sync`.",
                )
            )
    return found or [ok(check, "Discord knows the commands of this version.")]

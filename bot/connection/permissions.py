"""What the bot needs to be allowed on a server, and the link that asks for just that."""

from typing import Final

import discord

WRITES: Final = discord.Permissions(view_channel=True, send_messages=True)
"""In a channel where it posts."""

HOLDS_THREADS: Final = WRITES | discord.Permissions(
    create_private_threads=True, send_messages_in_threads=True
)
"""In the channel below which it talks to single members."""

_NAMES: Final = {
    "read_messages": "View Channel",  # no sentence - as Discord writes it
    "send_messages_in_threads": "Send Messages in Threads",  # no sentence - as above
}
"""Permissions that Discord's own pages call otherwise than its library does."""


def invite_link(application: int, guild: int | None = None) -> str:
    """The address at which an owner invites the bot with the permissions that it needs.

    Args:
        application: The id of the bot's application.
        guild: The server that is chosen there already, if it is known.
    """
    chosen = discord.utils.MISSING if guild is None else discord.Object(guild)
    return discord.utils.oauth_url(application, permissions=HOLDS_THREADS, guild=chosen)


def lacking(needed: discord.Permissions, held: discord.Permissions) -> list[str]:
    """Permissions that are needed and not held, as Discord's own pages call them."""
    return names(discord.Permissions(needed.value & ~held.value))


def names(permissions: discord.Permissions) -> list[str]:
    """How Discord's own pages call these."""
    return [_named(flag) for flag, is_set in permissions if is_set]


def _named(flag: str) -> str:
    return _NAMES.get(flag, flag.replace("_", " ").title())

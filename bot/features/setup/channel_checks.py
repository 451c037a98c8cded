"""What the bot and the moderators need of channels and roles, and how to mend what is wrong."""

from collections.abc import Iterator
from typing import Final

import discord

EVERYONE_MODERATES: Final = "@everyone cannot be the moderators' role."


def why_not_writable(channel: discord.TextChannel) -> str | None:
    """Why the bot could not say anything in a channel, and what to do; None if it can."""
    allowed = channel.permissions_for(channel.guild.me)
    if allowed.view_channel and allowed.send_messages:
        return None
    return f"I cannot write in {channel.mention}. Let me view it and send messages there first."


def why_no_threads(channel: discord.TextChannel) -> str | None:
    """Why the bot could not talk to one member below a channel, and what to do; None if it can."""
    if channel.is_news():
        return f"{channel.mention} takes no private threads. Choose a text channel instead."
    allowed = channel.permissions_for(channel.guild.me)
    if allowed.create_private_threads and allowed.send_messages_in_threads:
        return None
    return (
        f"I cannot make private threads in {channel.mention}. Let me create private threads "
        "and send messages in threads there first."
    )


def why_no_moderators(role: discord.Role) -> str | None:
    """Why a role cannot be that of the moderators; None if it can."""
    if role.is_default():
        return EVERYONE_MODERATES
    if role.is_bot_managed():
        return f"{role.mention} belongs to a bot. Choose a role that people can have."
    return None


def open_questions(channel: discord.TextChannel | None, role: discord.Role | None) -> Iterator[str]:
    """What works, but is hardly meant, about the moderators' channel and role."""
    if channel is None:
        return
    if channel.permissions_for(channel.guild.default_role).view_channel:
        yield (
            f"Everybody can read {channel.mention}, also who bought what. Take “View Channel” "
            "from @everyone there."
        )
    if role is not None and not channel.permissions_for(role).view_channel:
        yield f"{role.mention} cannot see {channel.mention}. Let the role view it."

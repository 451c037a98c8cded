"""What the bot and the moderators need of channels and roles, and how to mend what is wrong."""

from typing import Final

import discord

from payments.domain.sentences.parts import Place, Role
from payments.domain.sentences.sentence import Sentence

EVERYONE_MODERATES: Final = Sentence("@everyone cannot be the moderators' role.")


def why_not_writable(channel: discord.TextChannel) -> Sentence | None:
    """Why the bot could not say anything in a channel, and what to do; None if it can."""
    allowed = channel.permissions_for(channel.guild.me)
    if allowed.view_channel and allowed.send_messages:
        return None
    return Sentence(
        "I cannot write in {channel}. Let me view it and send messages there first.",
        channel=Place(channel.id),
    )


def why_no_threads(channel: discord.TextChannel) -> Sentence | None:
    """Why the bot could not talk to one member below a channel, and what to do; None if it can."""
    if channel.is_news():
        return Sentence(
            "{channel} takes no private threads. Choose a text channel instead.",
            channel=Place(channel.id),
        )
    allowed = channel.permissions_for(channel.guild.me)
    if allowed.create_private_threads and allowed.send_messages_in_threads:
        return None
    return Sentence(
        "I cannot make private threads in {channel}. Let me create private threads and send "
        "messages in threads there first.",
        channel=Place(channel.id),
    )


def why_no_moderators(role: discord.Role) -> Sentence | None:
    """Why a role cannot be that of the moderators; None if it can."""
    if role.is_default():
        return EVERYONE_MODERATES
    if role.is_bot_managed():
        return Sentence(
            "{role} belongs to a bot. Choose a role that people can have.", role=Role(role.id)
        )
    return None


def who_reads(channel: discord.TextChannel) -> Sentence | None:
    """What works, but is hardly meant, about the moderators' channel; None if nothing is."""
    if not channel.permissions_for(channel.guild.default_role).view_channel:
        return None
    return Sentence(
        "Everybody can read {channel}, also who bought what. Take “View Channel” from @everyone "
        "there.",
        channel=Place(channel.id),
    )


def who_is_shut_out(channel: discord.TextChannel | None, role: discord.Role) -> Sentence | None:
    """Whether a role cannot see the moderators' channel; None if it can, or there is none."""
    if channel is None or channel.permissions_for(role).view_channel:
        return None
    return Sentence(
        "{role} cannot see {channel}. Let the role view it.",
        role=Role(role.id),
        channel=Place(channel.id),
    )

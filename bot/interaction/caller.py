"""Who asks, what they may do, and how they are answered."""

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import discord
from discord import app_commands

from bot.interaction.errors import SERVERS_ONLY, Denied
from payments.domain.values.guilds import GuildSettings
from payments.domain.values.ids import CommandKey, GuildId, MemberId

if TYPE_CHECKING:
    from bot.client import GuildbankBot

Interaction: TypeAlias = discord.Interaction["GuildbankBot"]
"""An interaction of our bot."""


class Caller(NamedTuple):
    """A member who asks for something on a server."""

    guild: GuildId
    member: MemberId


def caller_of(interaction: Interaction) -> Caller:
    """Who asks, and where."""
    if interaction.guild_id is None:
        raise Denied(SERVERS_ONLY)
    return Caller(GuildId(interaction.guild_id), MemberId(interaction.user.id))


def key_of(interaction: Interaction) -> CommandKey:
    """The idempotency key of what an interaction asks for: Discord may send it twice."""
    return CommandKey(f"discord:{interaction.id}")


def is_moderator(interaction: Interaction, settings: GuildSettings) -> bool:
    """Whether the person has the moderators' role, or may manage the server."""
    return interaction.permissions.manage_guild or has_role(interaction, settings.moderator_role)


def has_role(interaction: Interaction, role: int | None) -> bool:
    """Whether the person has a role of the server; nobody has none."""
    user = interaction.user
    return isinstance(user, discord.Member) and any(each.id == role for each in user.roles)


def owns(interaction: Interaction) -> bool:
    """Whether the server belongs to the person: they alone need nobody's word for themselves."""
    return interaction.guild is not None and interaction.guild.owner_id == interaction.user.id


def owners_only(interaction: Interaction) -> bool:
    """Allow only those who may manage the server.

    Raises:
        MissingPermissions: The person may not.
    """
    if not interaction.permissions.manage_guild:
        raise app_commands.MissingPermissions(["manage_guild"])
    return True

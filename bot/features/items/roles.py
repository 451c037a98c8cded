"""Roles that items give: what Discord lets the bot see of them before anybody orders."""

from collections.abc import Sequence
from typing import Final

import discord

from payments.domain.errors import Refused
from payments.domain.sentences.parts import Role
from payments.domain.sentences.sentence import Sentence

DANGEROUS: Final = {
    "administrator": Sentence("Administrator"),
    "manage_guild": Sentence("Manage Server"),
    "manage_roles": Sentence("Manage Roles"),
    "manage_channels": Sentence("Manage Channels"),
    "manage_webhooks": Sentence("Manage Webhooks"),
    "manage_messages": Sentence("Manage Messages"),
    "manage_threads": Sentence("Manage Threads"),
    "manage_nicknames": Sentence("Manage Nicknames"),
    "manage_expressions": Sentence("Manage Expressions"),
    "manage_events": Sentence("Manage Events"),
    "moderate_members": Sentence("Time out members"),
    "kick_members": Sentence("Kick Members"),
    "ban_members": Sentence("Ban Members"),
    "mention_everyone": Sentence("Mention @everyone"),
    "view_audit_log": Sentence("View Audit Log"),
    "move_members": Sentence("Move Members"),
    "mute_members": Sentence("Mute Members"),
    "deafen_members": Sentence("Deafen Members"),
}
"""Permissions with which a buyer could harm others: discord.py's names, and Discord's."""


def why_not_given(role: discord.Role) -> Sentence | None:
    """Why the bot could not give members a role, and what to do; None if it can."""
    shown = Role(role.id)
    if role.is_default():
        return Sentence("Everybody has @everyone already. Choose another role.")
    if role.managed:
        return Sentence(
            "{role} is given by Discord or by a program alone. Choose another role.", role=shown
        )
    me = role.guild.me
    if not me.guild_permissions.manage_roles:
        return Sentence("I can't give roles. Let me manage roles in the server's settings first.")
    if role >= me.top_role:
        return Sentence(
            "{role} stands above my highest role, {mine}. Move mine above it in the server's "
            "settings first.",
            role=shown,
            mine=Role(me.top_role.id),
        )
    return None


def dangers_of(role: discord.Role) -> Sequence[Sentence]:
    """Which permissions that harm others come with a role."""
    allowed = role.permissions
    if allowed.administrator:
        return (DANGEROUS["administrator"],)
    return tuple(label for name, label in DANGEROUS.items() if getattr(allowed, name))


def check_given(role: discord.Role) -> None:
    """Refuse a role that the bot could not give.

    Raises:
        Refused: Says why, and what to do.
    """
    wrong = why_not_given(role)
    if wrong is not None:
        raise Refused(wrong)

"""What the bot is sent when a member does something."""

import secrets

from sandbox.discord_wire import payloads, rights
from sandbox.discord_wire.errors import CannotAct
from sandbox.discord_wire.payloads import Json
from sandbox.discord_wire.state import State

GUILD_CONTEXT, DM_CONTEXT = 0, 1
_INSTALLED_IN_GUILD = "0"
_ATTACHMENT_LIMIT = 10 * 1024 * 1024


def interaction_payload(state: State, kind: int, user: int, channel: int, data: Json) -> Json:
    """An interaction, complete but for the message that it came from.

    After Discord's page "Receiving and Responding to Interactions".

    Raises:
        CannotAct: The member does not see the channel.
        ApiError: There is no such user or channel, or the user is not in the guild.
    """
    who, found = state.user(user), state.channel(channel)
    payload: Json = {
        "id": str(state.new_id()),
        "application_id": str(state.application.id),
        "type": kind,
        "data": data,
        "token": secrets.token_urlsafe(64),
        "version": 1,
        "channel_id": str(channel),
        "app_permissions": str(state.permissions(state.bot.id, channel)),
        "locale": who.locale,
        "entitlements": [],
        "attachment_size_limit": _ATTACHMENT_LIMIT,
    }
    blind = CannotAct(f"{who.username} does not see the channel {channel}")
    if found is None:
        if state.dms[channel] != user:
            raise blind
        return payload | {
            "context": DM_CONTEXT,
            "authorizing_integration_owners": {_INSTALLED_IN_GUILD: "0"},
            "user": payloads.user(who),
            "channel": payloads.dm_channel(channel, who),
        }
    guild, within = found
    member = state.member(guild, user)
    allowed = rights.permissions(member, guild, within)
    if not allowed & rights.VIEW_CHANNEL:
        raise blind
    home = {"id": str(guild.id), "locale": guild.preferred_locale, "features": []}
    return payload | {
        "context": GUILD_CONTEXT,
        "authorizing_integration_owners": {_INSTALLED_IN_GUILD: str(guild.id)},
        "guild_id": str(guild.id),
        "guild": home,
        "guild_locale": guild.preferred_locale,
        "channel": payloads.channel(within, guild) | {"permissions": str(allowed)},
        "member": payloads.member(member, who) | {"permissions": str(allowed)},
    }

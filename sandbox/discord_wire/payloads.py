"""Discord's JSON for people, guilds and channels."""

import datetime as dt
from typing import Any

from sandbox.discord_wire.rights import VIEW_CHANNEL, permissions
from sandbox.discord_wire.world import (
    PRIVATE_THREAD,
    Application,
    Channel,
    Guild,
    Member,
    Overwrite,
    Role,
    User,
)

Json = dict[str, Any]

_DM = 1
_DAY_MINUTES = 1440
JOINED = "2024-01-01T00:00:00+00:00"


def timestamp(microseconds: int) -> str:
    """A time as Discord writes it."""
    return dt.datetime.fromtimestamp(microseconds / 1_000_000, dt.UTC).isoformat()


def user(of: User) -> Json:
    """A user as others see them."""
    return {
        "id": str(of.id),
        "username": of.username,
        "discriminator": "0",
        "global_name": of.global_name,
        "avatar": None,
        "avatar_decoration_data": None,
        "bot": of.bot,
        "system": False,
        "public_flags": 0,
        "flags": 0,
        "primary_guild": None,
    }


def bot_user(of: User) -> Json:
    """The bot's user as it sees itself."""
    return user(of) | {
        "verified": True,
        "mfa_enabled": False,
        "email": None,
        "locale": of.locale,
    }


def member(of: Member, who: User) -> Json:
    """A member, the user included."""
    return {
        "user": user(who),
        "nick": of.nick,
        "avatar": None,
        "banner": None,
        "roles": [str(role) for role in of.roles],
        "joined_at": of.joined_at or JOINED,
        "premium_since": None,
        "deaf": False,
        "mute": False,
        "flags": 0,
        "pending": False,
        "communication_disabled_until": None,
    }


def role(of: Role) -> Json:
    """A role."""
    return {
        "id": str(of.id),
        "name": of.name,
        "permissions": str(of.permissions),
        "position": of.position,
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "managed": False,
        "mentionable": False,
        "icon": None,
        "unicode_emoji": None,
        "flags": 0,
    }


def _overwrite(of: Overwrite) -> Json:
    return {"id": str(of.id), "type": of.type, "allow": str(of.allow), "deny": str(of.deny)}


def channel(of: Channel, within: Guild) -> Json:
    """A channel of a guild; a thread looks otherwise than all others."""
    if of.is_thread:
        return _thread(of, within)
    return {
        "id": str(of.id),
        "type": of.type,
        "guild_id": str(within.id),
        "name": of.name,
        "position": within.channels.index(of),
        "permission_overwrites": [_overwrite(each) for each in of.overwrites],
        "parent_id": None if of.parent is None else str(of.parent),
        "topic": None,
        "nsfw": False,
        "rate_limit_per_user": 0,
        "last_message_id": None,
        "flags": 0,
    }


def _thread(of: Channel, within: Guild) -> Json:
    return {
        "id": str(of.id),
        "type": of.type,
        "guild_id": str(within.id),
        "name": of.name,
        "parent_id": str(of.parent),
        "owner_id": str(of.owner),
        "message_count": 0,
        "total_message_sent": 0,
        "member_count": len(of.members),
        "rate_limit_per_user": 0,
        "last_message_id": None,
        "flags": 0,
        "thread_metadata": {
            "archived": False,
            "auto_archive_duration": _DAY_MINUTES,
            "archive_timestamp": JOINED,
            "create_timestamp": JOINED,
            "locked": False,
        }
        | ({"invitable": False} if of.type == PRIVATE_THREAD else {}),
    }


def dm_channel(identity: int, recipient: User) -> Json:
    """The bot's direct messages with a user."""
    return {
        "id": str(identity),
        "type": _DM,
        "recipients": [user(recipient)],
        "last_message_id": None,
        "flags": 0,
    }


def guild(of: Guild) -> Json:
    """A guild as `GET /guilds/{id}` shows it."""
    return {
        "id": str(of.id),
        "name": of.name,
        "icon": None,
        "owner_id": str(of.owner),
        "preferred_locale": of.preferred_locale,
        "roles": [role(each) for each in of.roles],
        "emojis": [],
        "stickers": [],
        "features": [],
        "verification_level": 0,
        "default_message_notifications": 1,
        "explicit_content_filter": 0,
        "mfa_level": 0,
        "nsfw_level": 0,
        "premium_tier": 0,
        "system_channel_id": None,
        "system_channel_flags": 0,
        "rules_channel_id": None,
        "public_updates_channel_id": None,
        "afk_channel_id": None,
        "afk_timeout": 300,
        "premium_progress_bar_enabled": False,
        "premium_subscription_count": 0,
        "description": None,
        "home_header": None,
        "splash": None,
        "discovery_splash": None,
        "banner": None,
        "application_id": None,
        "region": "deprecated",
        "widget_enabled": False,
        "widget_channel_id": None,
        "max_presences": None,
        "max_members": 500_000,
        "max_stage_video_channel_users": 50,
        "max_video_channel_users": 25,
        "vanity_url_code": None,
        "safety_alerts_channel_id": None,
        "nsfw": False,
        "incidents_data": None,
    }


def guild_create(of: Guild, members: list[Json], bot: int) -> Json:
    """A guild as the gateway shows it, with these of its members; `bot` is the user who looks."""
    (looking,) = (each for each in of.members if each.user == bot)
    threads = [
        each
        for each in of.channels
        if each.is_thread and permissions(looking, of, each) & VIEW_CHANNEL
    ]
    return guild(of) | {
        "joined_at": JOINED,
        "large": False,
        "unavailable": False,
        "member_count": len(of.members),
        "members": members,
        "channels": [channel(each, of) for each in of.channels if not each.is_thread],
        "threads": [channel(each, of) for each in threads],
        "presences": [],
        "voice_states": [],
        "stage_instances": [],
        "guild_scheduled_events": [],
        "soundboard_sounds": [],
    }


def ready(
    session: str, shard: tuple[int, int], app: Application, bot: User, guilds: list[Guild]
) -> Json:
    """What a session begins with; its guilds follow one by one."""
    return {
        "v": 10,
        "user": bot_user(bot),
        "guilds": [{"id": str(each.id), "unavailable": True} for each in guilds],
        "session_id": session,
        "session_type": "normal",
        "shard": list(shard),
        "application": {"id": str(app.id), "flags": app.flags},
        "private_channels": [],
    }


def own_guild(of: Guild, who: int) -> Json:
    """A guild as `GET /users/@me/guilds` lists it for one of its members."""
    (mine,) = (each for each in of.members if each.user == who)
    return {
        "id": str(of.id),
        "name": of.name,
        "icon": None,
        "banner": None,
        "owner": of.owner == who,
        "permissions": str(permissions(mine, of)),
        "features": [],
        "approximate_member_count": len(of.members),
        "approximate_presence_count": 0,
    }


def application(of: Application, owner: User) -> Json:
    """The bot's application as it sees it."""
    return {
        "id": str(of.id),
        "name": of.name,
        "description": "",
        "icon": None,
        "bot_public": False,
        "bot_require_code_grant": of.require_code_grant,
        "owner": user(owner),
        "team": None,
        "verify_key": "0" * 64,
        "flags": of.flags,
        "interactions_endpoint_url": of.interactions_endpoint_url,
        "redirect_uris": [],
        "integration_types_config": {"0": {}},
        "type": None,
        "flags_new": str(of.flags),
        "role_connections_verification_url": None,
        "approximate_guild_count": 1,
        "approximate_user_install_count": 0,
        "approximate_user_authorization_count": 0,
        "explicit_content_filter": 0,
        "eligible_oauth2_scopes": ["bot", "applications.commands"],
    }

"""The people, guilds and channels that the local Discord starts with."""

from typing import Self

from pydantic import BaseModel, ConfigDict, model_validator

from sandbox.discord_shop.objects import USER_SUBSCRIPTION, Sku, SkuType

GUILD = 900000000000000001
GENERAL = 900000000000000011
MODS = 900000000000000012
MODERATORS = 900000000000000021
BOT_ROLE = 900000000000000022
OWNER = 900000000000000031
ADA = 900000000000000032
BEN = 900000000000000033
MIRA = 900000000000000034
BOT = 900000000000000041
STARTER_SKU = 900000000000000051
REGULAR_SKU = 900000000000000052
BADGE_SKU = 900000000000000053
CLUB_SKU = 900000000000000054
RETIRED_SKU = 900000000000000055

# What Discord grants @everyone in a new guild, as far as a text channel knows it: see and send,
# react, embed, attach, read the history, use application commands, start threads and write there.
_EVERYONE = (
    (1 << 6 | 1 << 10 | 1 << 11 | 1 << 14 | 1 << 15 | 1 << 16 | 1 << 31)
    | (1 << 35 | 1 << 36)
    | 1 << 38
)
_MODERATOR = 1 << 1 | 1 << 2 | 1 << 5 | 1 << 13 | 1 << 40
_BOT = 1 << 13 | 1 << 28 | 1 << 36 | 1 << 38
_VIEW_CHANNEL = 1 << 10
# Limited (small bots): presence, guild members, message content.
_ALL_INTENTS = 1 << 13 | 1 << 15 | 1 << 19


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class User(_Part):
    """Someone with an account.

    Attributes:
        accepts_dms: Whether the bot's direct messages reach them; else 50007.
        locale: The language of their Discord, such as `de`.
    """

    id: int
    username: str
    global_name: str | None = None
    locale: str = "en-US"
    bot: bool = False
    accepts_dms: bool = True


class Role(_Part):
    """A role; the one with the guild's own id is @everyone. `position` 0 is the lowest."""

    id: int
    name: str
    permissions: int = 0
    position: int = 1


class Overwrite(_Part):
    """What a channel allows or denies a role (`type` 0) or a member (`type` 1)."""

    id: int
    type: int = 0
    allow: int = 0
    deny: int = 0


TEXT, CATEGORY, NEWS, PUBLIC_THREAD, PRIVATE_THREAD = 0, 4, 5, 11, 12


class Channel(_Part):
    """A channel of a guild.

    Attributes:
        type: Discord's number: text, category, news, or one of the threads.
        parent: The channel of a thread, or the category of any other; none outside of one.
        owner: Who started a thread.
        members: Who was added to a thread.
    """

    id: int
    name: str
    overwrites: tuple[Overwrite, ...] = ()
    type: int = TEXT
    parent: int | None = None
    owner: int | None = None
    members: tuple[int, ...] = ()

    @property
    def is_thread(self) -> bool:
        """Whether it is a thread: it has its parent's permissions."""
        return self.type in {PUBLIC_THREAD, PRIVATE_THREAD}


class Member(_Part):
    """A user inside a guild; `roles` without @everyone, `joined_at` in ISO 8601 if not long ago."""

    user: int
    roles: tuple[int, ...] = ()
    nick: str | None = None
    joined_at: str | None = None


class Guild(_Part):
    """A guild with its roles, channels, threads and members. The bot must be one of the members."""

    id: int
    name: str
    owner: int
    preferred_locale: str = "en-US"
    roles: tuple[Role, ...]
    channels: tuple[Channel, ...]
    members: tuple[Member, ...]


class Application(_Part):
    """The bot's application.

    Attributes:
        flags: Which privileged intents it may use.
        interactions_endpoint_url: Where Discord posts interactions, in place of the gateway.
        skus: What it sells.
        require_code_grant: Whether an invitation needs a server of the bot's that takes a code.
    """

    id: int
    name: str = "Guildbank"
    owner: int
    flags: int = _ALL_INTENTS
    interactions_endpoint_url: str | None = None
    require_code_grant: bool = False
    skus: tuple[Sku, ...] = ()


class World(_Part):
    """All that exists at the start. `bot` is the id of the bot's user."""

    users: tuple[User, ...]
    guilds: tuple[Guild, ...]
    application: Application
    bot: int

    @model_validator(mode="after")
    def _complete(self) -> Self:
        known = {user.id for user in self.users}
        named = {self.bot, self.application.owner}
        for guild in self.guilds:
            named |= {guild.owner} | {member.user for member in guild.members}
            roles = {role.id for role in guild.roles}
            if guild.id not in roles:
                raise ValueError(f"guild {guild.id} has no @everyone (a role with its own id)")
            worn = {role for member in guild.members for role in member.roles}
            if worn - roles:
                raise ValueError(f"guild {guild.id} has no roles {sorted(worn - roles)}")
            if not {self.bot, guild.owner} <= {member.user for member in guild.members}:
                raise ValueError(f"guild {guild.id} needs the bot and its owner as members")
        if named - known:
            raise ValueError(f"no users {sorted(named - known)}")
        return self


_SKUS = (
    Sku(id=STARTER_SKU, name="500 points"),
    Sku(id=REGULAR_SKU, name="1,200 points", cents=999),
    Sku(id=BADGE_SKU, name="Badge", type=SkuType.DURABLE, cents=199),
    Sku(id=CLUB_SKU, name="Club", type=SkuType.SUBSCRIPTION, flags=USER_SUBSCRIPTION),
    Sku(id=RETIRED_SKU, name="50 points", flags=0, cents=99),
)


def default_world() -> World:
    """One guild with #general and #mods, the members Ada and Ben, Mira (moderator), its owner.

    The application sells two consumables, and has a SKU of each kind that is none.
    """
    return World(
        users=(
            User(id=OWNER, username="olivia", global_name="Olivia"),
            User(id=ADA, username="ada", global_name="Ada"),
            User(id=BEN, username="ben", global_name="Ben", locale="de"),
            User(id=MIRA, username="mira", global_name="Mira"),
            User(id=BOT, username="guildbank", bot=True),
        ),
        guilds=(_default_guild(),),
        application=Application(id=BOT, owner=OWNER, skus=_SKUS),
        bot=BOT,
    )


def _default_guild() -> Guild:
    hidden = (
        Overwrite(id=GUILD, deny=_VIEW_CHANNEL),
        Overwrite(id=MODERATORS, allow=_VIEW_CHANNEL),
        Overwrite(id=BOT_ROLE, allow=_VIEW_CHANNEL),
    )
    return Guild(
        id=GUILD,
        name="The Guild",
        owner=OWNER,
        roles=(
            Role(id=GUILD, name="@everyone", permissions=_EVERYONE, position=0),
            Role(id=MODERATORS, name="Moderators", permissions=_MODERATOR, position=1),
            Role(id=BOT_ROLE, name="Guildbank", permissions=_BOT, position=2),
        ),
        channels=(
            Channel(id=GENERAL, name="general"),
            Channel(id=MODS, name="mods", overwrites=hidden),
        ),
        members=(
            Member(user=OWNER),
            Member(user=ADA),
            Member(user=BEN),
            Member(user=MIRA, roles=(MODERATORS,)),
            Member(user=BOT, roles=(BOT_ROLE,)),
        ),
    )

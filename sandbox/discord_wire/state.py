"""What the local Discord knows: the world as it is now, and what was said and asked in it."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar

from payments.domain.values.time import SECOND, Clock, Instant, later
from sandbox.discord_shop import Sku
from sandbox.discord_wire import errors, rights
from sandbox.discord_wire.payloads import Json
from sandbox.discord_wire.world import Channel, Guild, Member, User, World

_DISCORD_EPOCH_MS = 1_420_070_400_000
_T = TypeVar("_T")


@dataclass(slots=True, kw_only=True)
class Message:
    """A message and how it came to be as it is.

    Attributes:
        id: Its snowflake.
        channel: Where it stands.
        body: Discord's JSON of it as it is now.
        visible_to: The only user who sees it (an ephemeral message); None if all of the channel do.
        token: The token of the interaction that it answers; none for an ordinary message.
        edits: Its earlier JSON, oldest first.
        deleted: Whether it is gone.
    """

    id: int
    channel: int
    body: Json
    visible_to: int | None = None
    token: str | None = None
    edits: list[Json] = field(default_factory=list)
    deleted: bool = False


@dataclass(slots=True, kw_only=True)
class Interaction:
    """Something that a member did, and the bot's answers to it.

    Attributes:
        id: Its snowflake.
        token: What the bot answers with.
        created: When it was sent to the bot.
        user: Who did it.
        channel: Where.
        payload: What the bot was sent.
        source: The message whose button or select was used.
        trigger: The interaction whose modal it submits.
        acknowledged: When the bot first answered.
        callback: The type of that answer (4 message, 5 deferred, 6 deferred update, 7 update,
            8 choices, 9 modal).
        original: The message that `@original` names.
        followups: Further messages.
        choices: The choices of an autocompletion.
        modal: The modal that the bot opened.
    """

    id: int
    token: str
    created: Instant
    user: int
    channel: int
    payload: Json
    source: Message | None = None
    trigger: "Interaction | None" = None
    acknowledged: Instant | None = None
    callback: int | None = None
    original: Message | None = None
    followups: list[Message] = field(default_factory=list)
    choices: list[Json] | None = None
    modal: Json | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A call of the bot: the path after `/api/v10`, and the status that it met (0: dropped)."""

    method: str
    path: str
    status: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """A call of the bot with all that was said.

    Attributes:
        method: Such as `POST`.
        path: What follows `/api/v10`.
        query: What follows the question mark.
        sent: The JSON of its body; none without one.
        files: How many files came along.
        status: The status of the answer.
        answered: The JSON of the answer; none without one.
    """

    method: str
    path: str
    query: Mapping[str, str]
    sent: Any
    files: int
    status: int
    answered: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """An attachment's bytes; `number` is what the call's JSON names it by."""

    number: int
    name: str
    content: bytes


class State:
    """All of it, in memory. Ids are snowflakes of the clock that is passed in."""

    def __init__(self, world: World, clock: Clock) -> None:
        self._clock = clock
        self._ahead = 0
        self.address = ""
        self.application = world.application
        self.skus: Mapping[int, Sku] = {}
        """What the application's shop sells, as it is now."""
        self.users = {user.id: user for user in world.users}
        self.bot = self.users[world.bot]
        self.guilds = {guild.id: guild for guild in world.guilds}
        self.messages: dict[int, Message] = {}
        self.dms: dict[int, int] = {}
        """Channel id to the user whose direct messages with the bot it holds."""
        self.interactions: dict[int, Interaction] = {}
        self.commands: dict[int | None, list[Json]] = {None: []}
        """The synced commands, by guild; none is global."""
        self.files: dict[int, File] = {}
        self.requests: list[Request] = []
        self.exchanges: list[Exchange] | None = None
        """The same with all that was said, once somebody wants to know; it grows without end."""
        self._tokens: dict[str, Interaction] = {}
        self._counter = 0
        self._changed = asyncio.Event()

    def clock(self) -> Instant:
        """The time here."""
        return later(self._clock(), self._ahead)

    def pass_time(self, microseconds: int) -> None:
        """Go ahead of the clock that was passed in, so that tokens, nonces and sessions end."""
        self._ahead += microseconds
        self.changed()

    def new_id(self) -> int:
        """A snowflake that was never used."""
        self._counter += 1
        milliseconds = max(self.clock() // 1000 - _DISCORD_EPOCH_MS, 0)
        return (milliseconds << 22) + self._counter

    def changed(self) -> None:
        """Wake all that wait for something to happen."""
        self._changed.set()
        self._changed = asyncio.Event()

    async def until(self, look: Callable[[], _T | None], timeout_seconds: float) -> _T:
        """What `look` finds, as soon as it finds something.

        Raises:
            TimeoutError: Nothing was found in time.
        """
        async with asyncio.timeout(timeout_seconds):
            while (found := look()) is None:
                await self._changed.wait()
        return found

    def user(self, identity: int) -> User:
        """A user; 10013 if there is none."""
        if identity not in self.users:
            raise errors.unknown_user()
        return self.users[identity]

    def guild(self, identity: int) -> Guild:
        """A guild; 10004 if there is none."""
        if identity not in self.guilds:
            raise errors.unknown_guild()
        return self.guilds[identity]

    def member(self, guild: Guild, user: int) -> Member:
        """A member; 10007 if there is none."""
        for member in guild.members:
            if member.user == user:
                return member
        raise errors.unknown_member()

    def channel(self, identity: int) -> tuple[Guild, Channel] | None:
        """A guild's channel with its guild; none for direct messages; 10003 if there is none."""
        if identity in self.dms:
            return None
        for guild in self.guilds.values():
            for channel in guild.channels:
                if channel.id == identity:
                    return guild, channel
        raise errors.unknown_channel()

    def dm(self, user: int) -> int:
        """The channel of the bot's direct messages with a user, opened where it was not yet."""
        for channel, recipient in self.dms.items():
            if recipient == user:
                return channel
        channel = self.new_id()
        self.dms[channel] = self.user(user).id
        return channel

    def permissions(self, user: int, channel: int) -> int:
        """What someone may in a channel; everything that counts in direct messages."""
        found = self.channel(channel)
        if found is None:
            return rights.VIEW_CHANNEL | rights.SEND_MESSAGES
        guild, within = found
        return rights.permissions(self.member(guild, user), guild, within)

    def remove_member(self, guild: Guild, user: int) -> None:
        """Take a member out of a guild; 10007 if there is none."""
        gone = self.member(guild, user)
        members = tuple(each for each in guild.members if each is not gone)
        self.guilds[guild.id] = guild.model_copy(update={"members": members})

    def add_member(self, guild: Guild, user: int) -> Member:
        """A user has joined a guild now, and has no roles."""
        joined = datetime.fromtimestamp(self.clock() / SECOND, tz=UTC).isoformat()
        member = Member(user=user, joined_at=joined)
        self.guilds[guild.id] = guild.model_copy(update={"members": (*guild.members, member)})
        return member

    def replace_member(self, guild: Guild, member: Member) -> None:
        """Put a member in the place of what they were."""
        members = tuple(member if each.user == member.user else each for each in guild.members)
        self.guilds[guild.id] = guild.model_copy(update={"members": members})

    def put_channel(self, guild: Guild, channel: Channel) -> None:
        """Add a channel to a guild, or put it in the place of what it was."""
        known = [each.id for each in guild.channels]
        channels = tuple(channel if each.id == channel.id else each for each in guild.channels)
        added = channels if channel.id in known else (*channels, channel)
        self.guilds[guild.id] = guild.model_copy(update={"channels": added})

    def message(self, channel: int, identity: int) -> Message:
        """A message that anyone may address by its channel; 10008 if there is none."""
        found = self.messages.get(identity)
        if found is None or found.deleted or found.channel != channel or found.visible_to:
            raise errors.unknown_message()
        return found

    def add(self, interaction: Interaction) -> None:
        """Keep a new interaction."""
        self.interactions[interaction.id] = interaction
        self._tokens[interaction.token] = interaction

    def interaction(self, token: str) -> Interaction | None:
        """The interaction with a token."""
        return self._tokens.get(token)

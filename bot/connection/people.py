"""What members are called, for lists in which Discord shows nothing but text.

The bot keeps no members in memory (that takes a privileged intent). So those who are named in a
list are asked for by their ids, which takes none, and kept for a while.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final, NamedTuple

import discord
import structlog

from payments.domain.values.ids import GuildId, MemberId
from payments.domain.values.time import MINUTE, Clock, Instant, later
from payments.domain.values.written_text import one_line

log = structlog.get_logger(__name__)

ASKED_AT_A_TIME: Final = 100
"""Discord: the most ids in one request for members (page "Gateway Events")."""

KEPT: Final = 2_000
"""Number of names that are kept at most."""

LIFE: Final = 10 * MINUTE
"""How long a name is kept: people change theirs. Microseconds."""

PATIENCE_SECONDS: Final = 1.0
"""How long a list waits for names: Discord waits three seconds for the list."""

ANSWER_SECONDS: Final = 10.0
"""How long an answer is waited for beside the lists: who comes late is known to the next."""


class _Known(NamedTuple):
    """What somebody is called, or None if they are not on the server; true until a moment."""

    name: str | None
    until: Instant


class _Asking(NamedTuple):
    """A request that is under way, and until when a list waits for it, in seconds of the loop."""

    task: asyncio.Task[bool]
    until: float


class People:
    """Names of members.

    At most one request for each server is under way; whoever needs names then waits for the same.

    Args:
        clock: Tells the time.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._known: OrderedDict[tuple[GuildId, MemberId], _Known] = OrderedDict()
        self._asking: dict[int, _Asking] = {}

    async def names(
        self, guild: discord.Guild | None, members: Iterable[MemberId]
    ) -> Mapping[MemberId, str]:
        """What members are called on a server, as far as Discord tells in time.

        Args:
            guild: The server; nobody is known on one that the bot does not see.
            members: Whom to look for, the most important first.
        """
        if guild is None:
            return {}
        wanted = list(dict.fromkeys(members))
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await self._learn(guild, wanted)
        except TimeoutError:
            log.info("people.late", guild=guild.id)
        found = {each: self._of(guild, each) for each in wanted}
        return {each: known.name for each, known in found.items() if known and known.name}

    async def _learn(self, guild: discord.Guild, wanted: Sequence[MemberId]) -> None:
        """Ask for those who are not known, behind what is under way, as long as Discord tells.

        Raises:
            TimeoutError: What is under way takes longer than lists wait.
        """
        while missing := [each for each in wanted if self._of(guild, each) is None]:
            asking = self._asking.get(guild.id)
            is_ours = asking is None
            if asking is None:
                task = asyncio.create_task(self._ask(guild, missing))
                until = asyncio.get_running_loop().time() + PATIENCE_SECONDS
                asking = self._asking[guild.id] = _Asking(task, until)
            async with asyncio.timeout_at(asking.until):
                if not await asyncio.shield(asking.task) or is_ours:
                    return

    async def _ask(self, guild: discord.Guild, members: Sequence[MemberId]) -> bool:
        """Ask for some, and keep what comes, however late; whether all came."""
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                for begin in range(0, len(members), ASKED_AT_A_TIME):
                    await self._ask_for_some(guild, members[begin : begin + ASKED_AT_A_TIME])
        except (TimeoutError, discord.DiscordException, OSError) as error:
            log.warning("people.unknown", guild=guild.id, error=repr(error))
            return False
        finally:
            del self._asking[guild.id]
        return True

    async def _ask_for_some(self, guild: discord.Guild, members: Collection[MemberId]) -> None:
        found = await guild.query_members(
            user_ids=[int(each) for each in members], limit=ASKED_AT_A_TIME, cache=False
        )
        names = {MemberId(each.id): one_line(each.display_name) for each in found}
        until = later(self._clock(), LIFE)
        for member in members:
            self._known[_key(guild, member)] = _Known(names.get(member), until)
        while len(self._known) > KEPT:
            self._known.popitem(last=False)

    def _of(self, guild: discord.Guild, member: MemberId) -> _Known | None:
        known = self._known.get(_key(guild, member))
        return None if known is None or known.until <= self._clock() else known


def _key(guild: discord.Guild, member: MemberId) -> tuple[GuildId, MemberId]:
    return GuildId(guild.id), member

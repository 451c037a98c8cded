"""Members' roles on Discord, over REST: it needs no gateway, and asks for members one by one."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Final, NamedTuple

import discord

from bot.client import GuildbankBot
from bot.delivery.outcome import understood
from bot.features.items.roles import dangers_of
from bot.wording import text
from payments.domain.errors import GuildbankError
from payments.domain.sentences.sentence import Sentence
from payments.domain.values.roles import RoleKey, RoleTrouble
from payments.domain.values.time import SECOND, Instant

ORDERED: Final = Sentence("Ordered with points")
OVER: Final = Sentence("What was ordered with points is over")

_NO_MEMBER: Final = frozenset({10007, 10013})
"""Discord's codes "Unknown Member" and "Unknown User"."""

_NO_ROLE: Final = 10011
"""Discord's code "Unknown Role"."""

_FORBIDDEN: Final = frozenset({50001, 50013, 10004})
"""Discord's codes "Missing Access", "Missing Permissions" (also if the role stands above the bot's
own), and "Unknown Guild"."""


class MemberGone(GuildbankError):
    """The member is not on the server."""


class RoleTroubled(GuildbankError):
    """A role cannot be given or taken until somebody mends it.

    Attributes:
        trouble: What is wrong.
    """

    def __init__(self, trouble: RoleTrouble) -> None:
        super().__init__(f"the role is {trouble.value}")  # no sentence - for the log
        self.trouble = trouble


class SeenMember(NamedTuple):
    """A member as Discord shows them.

    Attributes:
        roles: Their roles' ids.
        joined_at: Since when they are on the server; None if Discord does not say.
    """

    roles: frozenset[int]
    joined_at: Instant | None


class DiscordRoles:
    """What can be done with members' roles.

    All raise:
        MemberGone: They are not on the server.
        RoleTroubled: The role cannot be given or taken.
        Postpone: Not now.
        discord.HTTPException: Anything else that Discord refuses.

    Args:
        bot: Logged in.
    """

    def __init__(self, bot: GuildbankBot) -> None:
        self._bot = bot

    async def look(self, key: RoleKey) -> SeenMember:
        """The member."""
        with _clear():
            found = await self._bot.http.get_member(key.guild, key.member)
        roles = frozenset(int(each) for each in found["roles"])
        joined = found.get("joined_at")
        return SeenMember(roles, None if joined is None else _instant(joined))

    async def check_harmless(self, key: RoleKey) -> None:
        """Refuse a role with which its holder could harm others."""
        guild = self._bot.get_guild(key.guild)
        if guild is None:  # this process has no gateway
            with _clear():
                guild = await self._bot.fetch_guild(key.guild, with_counts=False)
        role = guild.get_role(key.role)
        if role is not None and dangers_of(role):
            raise RoleTroubled(RoleTrouble.DANGEROUS)

    async def give(self, key: RoleKey) -> None:
        """Give the role; again does no harm."""
        with _clear():
            await self._bot.http.add_role(
                key.guild, key.member, key.role, reason=text.PLAIN.say(ORDERED)
            )

    async def take(self, key: RoleKey) -> None:
        """Take the role; again does no harm."""
        with _clear():
            await self._bot.http.remove_role(
                key.guild, key.member, key.role, reason=text.PLAIN.say(OVER)
            )


@contextmanager
def _clear() -> Iterator[None]:
    with understood():
        try:
            yield
        except discord.HTTPException as error:
            if error.code in _NO_MEMBER:
                raise MemberGone(str(error)) from error
            if error.code == _NO_ROLE:
                raise RoleTroubled(RoleTrouble.GONE) from error
            if error.code in _FORBIDDEN:
                raise RoleTroubled(RoleTrouble.FORBIDDEN) from error
            raise


def _instant(written: str) -> Instant:
    return Instant(int(datetime.fromisoformat(written).timestamp() * SECOND))

"""Ordered roles are compared with Discord: at the start, every hour, and when somebody joins."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Final

import aiohttp
import discord
import structlog

from bot.client import GuildbankBot
from bot.fulfilment.discord_roles import RoleTroubled
from bot.fulfilment.roles import RoleKeeper
from payments.domain.values.ids import GuildId, MemberId
from payments.domain.values.roles import RoleKey
from payments.notifications.errors import DeliveryError, Postpone
from payments.store.queries import Queries

log = structlog.get_logger(__name__)

PAUSE_SECONDS: Final = 3600
"""Pause between two comparisons."""

PAGE: Final = 500
"""How many roles are read from the books at a time."""


class RoleComparison:
    """Heals roles that have come apart: given while nobody looked, left, or never taken.

    Each role costs one request to Discord, which waits for its turn as all others do
    (`DISCORD_REQUESTS_PER_SECOND`).

    Args:
        bot: Logged in.
        queries: Reads what is to be.
    """

    def __init__(self, bot: GuildbankBot, *, queries: Queries) -> None:
        self._queries = queries
        self._keeper = RoleKeeper(bot, queries=queries)

    async def run(self, alone: Callable[[str], AbstractAsyncContextManager[bool]]) -> None:
        """Compare at once and every hour until cancelled, unless another process does.

        Args:
            alone: Whether something is ours to do now.
        """
        while True:
            try:
                async with alone("roles") as mine:
                    if mine:
                        await self.compare_all()
            except Exception:  # it is done again after its pause
                log.exception("roles.not_compared")
            await asyncio.sleep(PAUSE_SECONDS)

    async def compare_all(self) -> int:
        """Compare all. Returns how many there are; stops early while Discord is away."""
        compared, last = 0, None
        while page := await self._queries.ordered_roles(last, PAGE):
            for key in page:
                try:
                    await self._compare(key)
                except Postpone as reason:
                    log.warning("roles.comparison_stopped", reason=str(reason), compared=compared)
                    return compared
                compared += 1
            last = page[-1]
        return compared

    async def joined(self, member: discord.Member) -> None:
        """Somebody has joined a server: what they ordered there is theirs at once."""
        keys = await self._queries.roles_of(GuildId(member.guild.id), MemberId(member.id))
        for key in keys:
            try:
                await self._compare(key)
            except Postpone as reason:  # the next comparison gives it
                log.warning("roles.not_given_back", role=str(key), reason=str(reason))

    async def _compare(self, key: RoleKey) -> None:
        """Compare one; one that cannot be compared stops no other.

        Raises:
            Postpone: Discord or the books are away.
        """
        try:
            await self._keeper.compare(key)
        except RoleTroubled as error:
            await self._keeper.report(key, error.trouble)
        except Postpone:
            raise
        except (DeliveryError, discord.HTTPException, aiohttp.ClientError) as error:
            log.warning("roles.one_not_compared", role=str(key), error=str(error))

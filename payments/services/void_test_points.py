"""Going live with test points in the books: saying so, and removing them.

Points that were bought with a test card are as good as paid ones to a member who spends them.
"""

import structlog

from payments.commands.base import SYSTEM
from payments.commands.payments.void_test_points import VoidTestPayment
from payments.domain.errors import Refused
from payments.domain.values.ids import CommandKey, GuildId
from payments.domain.values.left_test_points import TestPoints
from payments.services.money_service import MoneyService

log = structlog.get_logger(__name__)


class Voiding(MoneyService):
    """Finds and removes the points of test payments, once real money is taken."""

    @property
    def live(self) -> list[str]:
        """The providers that take real money."""
        return sorted(each.name for each in self._providers.values() if each.livemode)

    async def quote(self, guild: GuildId | None = None) -> list[TestPoints]:
        """What is left of test payments in the books, by guild, where real money is taken now.

        Args:
            guild: Only there; everywhere if none.
        """
        if not self.live:
            return []
        return await self._queries.test_points(self.live, guild)

    async def warn(self) -> None:
        """Write to the log where test points can be spent beside paid ones."""
        for each in await self.quote():
            log.warning(
                "books.test_points",
                guild=each.guild,
                points=each.points,
                members=each.members,
                remedy="guildbank void",
            )

    async def void(self, guild: GuildId | None = None) -> int:
        """Remove what is left of all test payments, there or everywhere; tells each member.

        Returns:
            How many points were removed.

        Raises:
            Refused: Test money is what is taken now.
            BooksUnavailable: The database is away; the same may be done again.
        """
        if not self.live:
            raise Refused("A test key is in use, so test points are what this shop sells.")
        removed = 0
        for whose, payment in await self._queries.test_payments(self.live, guild):
            removed += await self._runner.run(
                VoidTestPayment(
                    key=CommandKey(f"void:{payment}:{self._new_id()}"),
                    at=self._clock(),
                    actor=SYSTEM,
                    guild=whose,
                    payment=payment,
                )
            )
        return removed

"""Which purchases are taxed, and by which ways they can be paid then."""

from collections.abc import Iterable
from typing import Final

from payments.domain.errors import Refused
from payments.domain.sentences.parts import Code
from payments.domain.values.flags import TAX
from payments.domain.values.ids import GuildId
from payments.domain.values.tax import TaxRule
from payments.integrations.flags import Flags
from payments.services.pricing import Seller


class Taxes:
    """Says where tax is taken, and who can take it.

    Args:
        is_set_up: Whether any tax service is.
        flags: Say where taxes are switched off.
    """

    def __init__(self, *, is_set_up: bool, flags: Flags | None) -> None:
        self._is_set_up = is_set_up
        self._flags = flags

    async def are_on(self, guild: GuildId) -> bool:
        """Whether tax is taken on a server, of what says so. Raises Refused if it is not known."""
        if not self._is_set_up:
            return False
        return self._flags is None or await self._flags.is_on(TAX, guild)

    def check_set_up(self) -> None:
        """Refuse that something be taxed where nobody could compute it. Raises Refused."""
        if not self._is_set_up:
            raise Refused(
                "Taxes are not switched on. Whoever runs the bot must set {setting} first.",
                setting=Code("TAX_SERVICES"),
            )

    async def rule_of(self, guild: GuildId, rule: TaxRule | None) -> TaxRule | None:
        """How something is taxed at a server now; None if no tax is taken. Raises as `are_on`."""
        return rule if rule is not None and await self.are_on(guild) else None

    def able(self, sellers: Iterable[Seller], rule: TaxRule | None) -> list[Seller]:
        """Who of those that sell can take the tax; all of them where none is taken."""
        return [each for each in sellers if rule is None or each.checkouts.computes_tax]


NO_TAXES: Final = Taxes(is_set_up=False, flags=None)
"""Of an installation that takes none."""

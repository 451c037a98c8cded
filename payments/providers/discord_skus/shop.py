"""Discord's shop, as the rest of the program uses it."""

from collections.abc import Mapping

from payments.domain.values.ids import GuildId
from payments.providers.discord_skus.entitlements import DiscordEntitlements
from payments.providers.discord_skus.events import as_event, body_of, read_event
from payments.providers.discord_skus.names import CONSUMABLE
from payments.providers.errors import ProviderRefused
from payments.providers.follow_up import Ware
from payments.providers.protocol import Refusal
from payments.providers.requests import ProviderEvent


class DiscordShop:
    """What is sold there, and what was bought.

    Args:
        sold: Finds entitlements.
        home: Where a purchase counts that names no guild.
    """

    def __init__(self, sold: DiscordEntitlements, home: GuildId | None) -> None:
        self._sold = sold
        self.home = home

    def hear(self, kind: str, thing: Mapping[str, object]) -> ProviderEvent:
        """Read what the gateway tells. Raises as the protocol says."""
        return read_event(body_of(kind, thing))

    async def of_sku(self, sku: str) -> list[ProviderEvent]:
        """All that was ever bought of a SKU. Raises as the protocol says."""
        pages = self._sold.pages({"sku_ids": sku})
        return [as_event(each) async for page in pages for each in page]

    async def wares(self) -> list[Ware]:
        """All that the application sells. Raises as the protocol says."""
        return [
            Ware(
                id=str(each.id),
                name=each.name or str(each.id),
                fits=each.type == CONSUMABLE,
                is_for_sale=each.is_published,
            )
            for each in await self._sold.skus()
        ]

    async def consume(self, entitlement: str, request: str, *, idempotency_key: str) -> None:
        """Use one up. Raises as the protocol says."""
        del idempotency_key  # Discord takes none: whether it is used up is looked up instead
        await self._sold.consume(entitlement, request)

    async def is_consumed(self, entitlement: str) -> bool:
        """Whether nothing of it is left to use up: it is used up, deleted or gone."""
        try:
            found = await self._sold.fetch(entitlement)
        except ProviderRefused as error:
            if error.why is Refusal.UNKNOWN_OBJECT:
                return True
            raise
        return found.is_consumed or found.deleted

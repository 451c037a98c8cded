"""What stands behind rows of the audit log that are about items and orders."""

from collections.abc import Collection, Iterable
from typing import NamedTuple

from sqlalchemy import select

from payments.domain.values.ids import GuildId, MemberId
from payments.domain.values.items import Offer
from payments.store import tables
from payments.store.queries.reader import Reader
from payments.store.rows.codec import decode


class OrderedItem(NamedTuple):
    """What an order is, in few words.

    Attributes:
        name: What the item was called when it was ordered.
        member: Who ordered it.
    """

    name: str
    member: MemberId


class AuditedOrderQueries(Reader):
    """What items and orders of the audit log are called."""

    async def item_names(self, guild: GuildId, ids: Iterable[str | None]) -> dict[str, str]:
        """What items are called now, by id; also those that were retired."""
        items, wanted = tables.items, _known(ids)
        query = select(items.c.item_id, items.c.name).where(
            items.c.guild_id == guild, items.c.item_id.in_(wanted)
        )
        found = await self._mappings(query) if wanted else ()
        return {row["item_id"]: row["name"] for row in found}

    async def ordered_items(
        self, guild: GuildId, ids: Iterable[str | None]
    ) -> dict[str, OrderedItem]:
        """What was ordered by whom, by the order's id."""
        orders, wanted = tables.orders, _known(ids)
        query = select(orders.c.order_id, orders.c.member_id, orders.c.offer).where(
            orders.c.guild_id == guild, orders.c.order_id.in_(wanted)
        )
        found = await self._mappings(query) if wanted else ()
        return {
            row["order_id"]: OrderedItem(
                decode(Offer, row["offer"]).name, MemberId(row["member_id"])
            )
            for row in found
        }


def _known(ids: Iterable[str | None]) -> Collection[str]:
    return sorted({each for each in ids if each is not None})

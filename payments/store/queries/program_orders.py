"""Orders as other programs know them."""

from dataclasses import dataclass

from sqlalchemy import select

from payments.domain.values.ids import GuildId, OrderId
from payments.domain.values.items import ItemKind, Offer
from payments.domain.values.orders import OrderState
from payments.domain.values.time import Instant
from payments.store import tables
from payments.store.queries.reader import Reader
from payments.store.rows.codec import decode


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderStanding:
    """How far an order is.

    Attributes:
        kind: What the buyer gets.
        state: How far it is.
        fulfilled_at: When it was fulfilled, if it ever was.
    """

    kind: ItemKind
    state: OrderState
    fulfilled_at: Instant | None


class ProgramOrderQueries(Reader):
    """Questions of other programs about orders."""

    async def order_standing(self, guild: GuildId, order: OrderId) -> OrderStanding | None:
        """How far an order of a guild is; none if there is no such order."""
        table = tables.orders
        query = select(table.c.offer, table.c.state, table.c.fulfilled_at).where(
            table.c.guild_id == guild, table.c.order_id == order
        )
        found = await self._mappings(query)
        if not found:
            return None
        return OrderStanding(
            kind=decode(Offer, found[0]["offer"]).kind,
            state=OrderState(found[0]["state"]),
            fulfilled_at=found[0]["fulfilled_at"],
        )

"""Numbers of the shop: what is bought with points, and what waits."""

from dataclasses import dataclass

from sqlalchemy import func, select

from payments.domain.values.ids import GuildId
from payments.domain.values.orders import OrderState
from payments.domain.values.report import Period
from payments.domain.values.time import Instant
from payments.store import tables
from payments.store.queries.reader import Reader

_COUNTING = [state.value for state in OrderState if state.counts]


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemOrders:
    """What members gave for one item.

    Attributes:
        name: What it is called now.
        orders: Number of orders.
        points: What these cost.
    """

    name: str
    orders: int
    points: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenOrders:
    """Orders that are neither fulfilled nor ended.

    Attributes:
        number: How many.
        oldest: When the oldest was placed; None without any.
    """

    number: int
    oldest: Instant | None


class ShopStatsQueries(Reader):
    """What can be asked about orders in a period."""

    async def ordered_most(self, guild: GuildId, period: Period, limit: int) -> list[ItemOrders]:
        """The items for which most points were given; orders whose points came back do not count.

        Args:
            guild: Whose.
            period: When they were placed.
            limit: How many items at most.
        """
        orders, items = tables.orders, tables.items
        points = func.sum(orders.c.points)
        query = (
            select(items.c.name, func.count().label("orders"), points.label("points"))
            .select_from(orders.join(items))
            .where(
                orders.c.guild_id == guild,
                orders.c.placed_at >= period.start,
                orders.c.placed_at < period.end,
                orders.c.state.in_(_COUNTING),
            )
            .group_by(items.c.item_id, items.c.name)
            .order_by(points.desc(), items.c.item_id)
            .limit(limit)
        )
        return [
            ItemOrders(name=row["name"], orders=int(row["orders"]), points=int(row["points"]))
            for row in await self._mappings(query)
        ]

    async def waiting_now(self, guild: GuildId) -> OpenOrders:
        """How many orders are open, and since when the oldest is."""
        orders = tables.orders
        query = select(
            func.count().label("number"), func.min(orders.c.placed_at).label("oldest")
        ).where(orders.c.guild_id == guild, orders.c.due_at.is_not(None))
        (row,) = await self._mappings(query)
        oldest = None if row["oldest"] is None else Instant(row["oldest"])
        return OpenOrders(number=int(row["number"]), oldest=oldest)

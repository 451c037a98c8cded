"""What members have ordered for points, and what they got."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, and_, func, or_, select

from payments.domain.values.codes import Code
from payments.domain.values.ids import GuildId, MemberId, OrderId
from payments.domain.values.ledger import PointsKind
from payments.domain.values.orders import Order
from payments.domain.values.payment import Payment
from payments.domain.values.time import Instant
from payments.store import tables
from payments.store.books.orders import read_orders
from payments.store.queries.reader import Reader
from payments.store.rows.shop import code_from


@dataclass(frozen=True, slots=True, kw_only=True)
class OrdersPage:
    """Some of a member's orders, from new to old.

    Attributes:
        orders: They.
        above: How many newer ones there are.
        total: How many there are in all.
    """

    orders: tuple[Order, ...]
    above: int
    total: int


class OrderQueries(Reader):
    """Questions about orders."""

    async def orders_of(
        self, guild: GuildId, member: MemberId, *, above: int = 0, limit: int = 10
    ) -> OrdersPage:
        """One page of a member's orders, from new to old; the last one if `above` is too much."""
        orders = tables.orders
        theirs = and_(orders.c.guild_id == guild, orders.c.member_id == member)
        counted = await self._mappings(select(func.count().label("total")).where(theirs))
        total = int(counted[0]["total"])
        above = max(0, min(above, total - 1)) // limit * limit
        query = (
            select(orders.c.order_id)
            .where(theirs)
            .order_by(orders.c.placed_at.desc(), orders.c.order_id.desc())
            .limit(limit)
            .offset(above)
        )
        found = tuple(await self._orders_in(query))
        return OrdersPage(orders=found, above=above, total=total)

    async def newest_orders(self, guild: GuildId, limit: int) -> list[Order]:
        """A server's orders, from new to old; their ids begin with the time."""
        orders = tables.orders
        query = (
            select(orders.c.order_id)
            .where(orders.c.guild_id == guild)
            .order_by(orders.c.order_id.desc())
            .limit(limit)
        )
        return await self._orders_in(query)

    async def open_orders(self, guild: GuildId, member: MemberId) -> list[Order]:
        """A member's orders whose points are reserved, the oldest first."""
        orders = tables.orders
        query = (
            select(orders.c.order_id)
            .where(
                orders.c.guild_id == guild,
                orders.c.member_id == member,
                orders.c.due_at.is_not(None),
            )
            .order_by(orders.c.placed_at, orders.c.order_id)
        )
        return await self._orders_in(query)

    async def orders_paid_by(self, payment: Payment) -> list[Order]:
        """Orders, of whoever had them, that points of a payment paid for; the oldest first."""
        orders, pieces = tables.orders, tables.order_pieces
        its_own = select(pieces.c.order_id).where(
            pieces.c.guild_id == payment.guild, pieces.c.payment_id == payment.id
        )
        query = (
            select(orders.c.order_id)
            .where(orders.c.guild_id == payment.guild, orders.c.order_id.in_(its_own))
            .order_by(orders.c.placed_at, orders.c.order_id)
        )
        return await self._orders_in(query)

    async def spendable(
        self, guild: GuildId, member: MemberId, now: Instant
    ) -> Mapping[PointsKind, int]:
        """How many points of each kind a member can give for an order at `now`."""
        lots = tables.lots
        query = (
            select(lots.c.kind, func.sum(lots.c.remaining).label("points"))
            .where(
                lots.c.guild_id == guild,
                lots.c.member_id == member,
                lots.c.remaining > 0,
                or_(lots.c.expires_at.is_(None), lots.c.expires_at > now),
            )
            .group_by(lots.c.kind)
        )
        found = await self._mappings(query)
        return {PointsKind(row["kind"]): int(row["points"]) for row in found}

    async def codes_of(self, guild: GuildId, order: OrderId) -> list[Code]:
        """The codes that an order got, encrypted, the oldest first; not those that were bad."""
        codes = tables.item_codes
        query = (
            select(codes)
            .where(codes.c.guild_id == guild, codes.c.order_id == order, codes.c.bad == 0)
            .order_by(codes.c.code_id)
        )
        return [code_from(row) for row in await self._mappings(query)]

    async def _orders_in(self, query: Any) -> list[Order]:  # noqa: ANN401 - a select of ids
        """Orders in the order in which a query finds their ids."""

        def find(connection: Connection) -> list[Order]:
            ids = [OrderId(each) for each in connection.execute(query).scalars()]
            found = read_orders(connection, ids, changing=False)
            return [order for each in ids if (order := found[each]) is not None]

        return await self._reader.read(find)

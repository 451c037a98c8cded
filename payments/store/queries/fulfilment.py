"""Orders that are to be fulfilled, and roles that members have because of theirs."""

from sqlalchemy import select, text, tuple_

from payments.domain.values.ids import GuildId, ItemId, MemberId, OrderId
from payments.domain.values.orders import Order
from payments.domain.values.roles import RoleKey, RoleTerm
from payments.store import tables
from payments.store.books.orders import read_orders
from payments.store.queries.reader import Reader
from payments.store.rows.shop import order_from, role_key_from, role_term_from

_TERMS = tables.role_terms.c


class FulfilmentQueries(Reader):
    """Questions of those who fulfil orders."""

    async def order(self, order: OrderId) -> Order | None:
        """One order with its points."""
        found = await self._reader.read(
            lambda connection: read_orders(connection, [order], changing=False)
        )
        return found[order]

    async def waiting_orders(
        self, guild: GuildId, item: ItemId | None = None, *, limit: int = 500
    ) -> list[Order]:
        """Open orders that need a person, without their points; the oldest first.

        Args:
            guild: Whose.
            item: Of this item alone, if not of all.
            limit: How many open orders are looked through at most.
        """
        orders = tables.orders
        query = select(orders).where(orders.c.guild_id == guild, orders.c.due_at.is_not(None))
        if item is not None:
            query = query.where(orders.c.item_id == item)
        ordered = query.order_by(orders.c.placed_at, orders.c.order_id).limit(limit)
        found = [order_from(row, ()) for row in await self._mappings(ordered)]
        return [order for order in found if not order.offer.is_automatic]

    async def role_term(self, key: RoleKey) -> RoleTerm:
        """What a member is to have of a role, and what of it is on Discord."""
        query = select(tables.role_terms).where(
            _TERMS.guild_id == key.guild,
            _TERMS.member_id == key.member,
            _TERMS.role_id == key.role,
        )
        found = await self._mappings(query)
        return role_term_from(found[0]) if found else RoleTerm()

    async def ordered_roles(self, after: RoleKey | None, limit: int) -> list[RoleKey]:
        """Roles that members are to have, or may have because of us, in the order of their keys.

        Args:
            after: Those behind this one; from the first on if None.
            limit: How many at most.
        """
        key = tuple_(_TERMS.guild_id, _TERMS.member_id, _TERMS.role_id)
        query = select(tables.role_terms).where(
            (_TERMS.grants != text("'[]'")) | (_TERMS.standing != text("'none'"))
        )
        if after is not None:
            query = query.where(key > after)
        found = await self._mappings(
            query.order_by(_TERMS.guild_id, _TERMS.member_id, _TERMS.role_id).limit(limit)
        )
        return [role_key_from(row) for row in found]

    async def roles_of(self, guild: GuildId, member: MemberId) -> list[RoleKey]:
        """Roles that one member has or had because of orders."""
        query = (
            select(tables.role_terms)
            .where(_TERMS.guild_id == guild, _TERMS.member_id == member)
            .order_by(_TERMS.role_id)
        )
        return [role_key_from(row) for row in await self._mappings(query)]

"""What guilds give for points."""

from collections.abc import Mapping

from sqlalchemy import select

from payments.domain.values.ids import GuildId, ItemId
from payments.domain.values.items import Item
from payments.store import tables
from payments.store.queries.reader import Reader
from payments.store.rows.shop import item_from


class ItemQueries(Reader):
    """Questions about items."""

    async def items(self, guild: GuildId) -> list[Item]:
        """What a guild has for sale, the cheapest first."""
        table = tables.items
        query = (
            select(table)
            .where(table.c.guild_id == guild, table.c.active == 1)
            .order_by(table.c.price, table.c.name, table.c.item_id)
        )
        return [item_from(row) for row in await self._mappings(query)]

    async def item(self, guild: GuildId, item: ItemId) -> Item | None:
        """One item, retired or not."""
        table = tables.items
        query = select(table).where(table.c.guild_id == guild, table.c.item_id == item)
        found = await self._mappings(query)
        return item_from(found[0]) if found else None

    async def encrypted_codes(self, guild: GuildId) -> Mapping[str, str]:
        """All codes of a guild as they are stored: also those that were given, or do not work.

        Returns:
            What the item of each is called, by the code.
        """
        codes, items = tables.item_codes, tables.items
        query = (
            select(codes.c.encrypted, items.c.name)
            .select_from(codes.join(items))
            .where(codes.c.guild_id == guild)
        )
        return {row["encrypted"]: row["name"] for row in await self._mappings(query)}

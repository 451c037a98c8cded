"""What guilds give for points."""

from collections.abc import Mapping

from sqlalchemy import select

from payments.domain.values.ids import GuildId, ItemId
from payments.domain.values.items import Item
from payments.store import tables
from payments.store.queries.reader import Reader
from payments.store.rows.shop import item_from, item_of


class ItemQueries(Reader):
    """Questions about items."""

    async def items(self, guild: GuildId) -> list[Item]:
        """What a guild has for sale, the cheapest first.

        Hundreds of them are read with each look into the shop, so it is done column by column.
        """
        columns = tables.items.c
        stock = columns.available, columns.reserved, columns.sold
        query = (
            select(columns.guild_id, columns.item_id, columns.offer, *stock, columns.active)
            .where(columns.guild_id == guild, columns.active == 1)
            .order_by(columns.price, columns.name, columns.item_id)
        )
        found = await self._reader.read(lambda connection: connection.execute(query).all())
        return [item_of(*row) for row in found]

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

"""In which guild members last looked at what they may buy in a provider's own shop.

What is bought there belongs to a person, and books belong to a guild: this says which is meant.
"""

from sqlalchemy import Connection, select

from payments.domain.values.ids import GuildId, MemberId
from payments.domain.values.time import Instant
from payments.store.engine.database import Database
from payments.store.statements.bulk import insert_or_update
from payments.store.tables import sku_choices


class SkuChoices:
    """What members have chosen.

    Args:
        database: Where that is kept.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(self, member: MemberId, sku: str, guild: GuildId, at: Instant) -> None:
        """What a member buys under this name counts in this guild from now on."""
        row = {"member_id": member, "sku": sku, "guild_id": guild, "at": at}
        await self._database.transact(
            lambda connection: insert_or_update(connection, sku_choices, [row])
        )

    async def of(self, member: MemberId, sku: str) -> GuildId | None:
        """Where it counts, as they have chosen; None if they have not."""
        query = select(sku_choices.c.guild_id).where(
            sku_choices.c.member_id == member, sku_choices.c.sku == sku
        )

        def read(connection: Connection) -> GuildId | None:
            found = connection.execute(query).scalar()
            return None if found is None else GuildId(found)

        return await self._database.reader.read(read)

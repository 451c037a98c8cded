"""Which other programs may ask for something."""

from sqlalchemy import Select, select

from payments.domain.values.api_keys import ApiKey
from payments.domain.values.ids import GuildId
from payments.store import tables
from payments.store.queries.reader import Reader
from payments.store.rows.api_keys import api_key_from


class ApiKeyQueries(Reader):
    """Questions about keys of other programs."""

    async def api_keys(self, guild: GuildId) -> list[ApiKey]:
        """Keys of a guild that can be used, the oldest first."""
        ordered = _usable(guild).order_by(tables.api_keys.c.key_id)
        return [api_key_from(row) for row in await self._mappings(ordered)]

    async def api_key(self, guild: GuildId, hashed: str) -> ApiKey | None:
        """The key of a guild that has this hash, if it can be used."""
        query = _usable(guild).where(tables.api_keys.c.hashed == hashed)
        found = await self._mappings(query)
        return api_key_from(found[0]) if found else None


def _usable(guild: GuildId) -> Select[tuple[object, ...]]:
    table = tables.api_keys
    return select(table).where(table.c.guild_id == guild, table.c.active == 1)

"""What guilds are called on Discord, for whoever does not ask it, such as the pay pages."""

from collections.abc import Mapping
from typing import Final

from sqlalchemy import Connection, select

from payments.domain.values.characters import cleaned
from payments.domain.values.ids import GuildId
from payments.store.engine.database import Database
from payments.store.statements.bulk import insert_or_update
from payments.store.tables import guild_names

AT_ONCE: Final = 500
"""Number of guilds that are looked up in one statement."""


class GuildNames:
    """The names that were seen last; `Queries.guild_name` reads one.

    Args:
        database: Where.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def remember(self, names: Mapping[GuildId, str]) -> None:
        """Keep names of guilds; nothing is written where all are as they were."""
        guilds = sorted(names)
        for begin in range(0, len(guilds), AT_ONCE):
            await self._remember({each: names[each] for each in guilds[begin : begin + AT_ONCE]})

    async def _remember(self, names: Mapping[GuildId, str]) -> None:
        query = select(guild_names).where(guild_names.c.guild_id.in_(names))

        def read(connection: Connection) -> dict[int, str]:
            return {row["guild_id"]: row["name"] for row in connection.execute(query).mappings()}

        known = await self._database.reader.read(read)
        seen = {guild: cleaned(name) for guild, name in names.items()}
        rows = [
            {"guild_id": guild, "name": name}
            for guild, name in seen.items()
            if known.get(guild) != name
        ]
        if rows:
            await self._database.transact(
                lambda connection: insert_or_update(connection, guild_names, rows)
            )

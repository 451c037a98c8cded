"""Guilds that the operator has admitted, where any guild may invite the bot."""

from sqlalchemy import Connection, delete, select

from payments.domain.values.ids import GuildId
from payments.domain.values.time import Instant
from payments.store.engine.database import Database
from payments.store.statements.bulk import insert_or_leave
from payments.store.tables import admitted_guilds


class Admissions:
    """The guilds that were let in."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def holds(self, guild: GuildId) -> bool:
        """Whether a guild was let in."""
        query = select(admitted_guilds.c.guild_id).where(admitted_guilds.c.guild_id == guild)
        return await self._database.reader.read(
            lambda connection: connection.execute(query).first() is not None
        )

    async def all(self) -> list[GuildId]:
        """All that were let in, by their ids."""
        query = select(admitted_guilds.c.guild_id).order_by(admitted_guilds.c.guild_id)
        found = await self._database.reader.read(
            lambda connection: connection.execute(query).scalars().all()
        )
        return [GuildId(each) for each in found]

    async def admit(self, guild: GuildId, at: Instant) -> None:
        """Admit a guild."""
        await self._database.transact(
            lambda connection: insert_or_leave(
                connection, admitted_guilds, [{"guild_id": guild, "at": at}]
            )
        )

    async def withdraw(self, guild: GuildId) -> None:
        """Withdraw its admission."""

        def work(connection: Connection) -> None:
            theirs = admitted_guilds.c.guild_id == guild
            connection.execute(delete(admitted_guilds).where(theirs))

        await self._database.transact(work)

"""Since when nothing has reached a subscriber."""

from sqlalchemy import Connection, select, update

from payments.domain.values.ids import GuildId, SubscriberId
from payments.domain.values.time import Instant
from payments.store.engine.database import Database
from payments.store.tables import subscribers


class SubscriberFailures:
    """Remembers since when subscribers fail, through restarts."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def since(self, guild: GuildId, subscriber: SubscriberId) -> Instant | None:
        """Since when nothing has reached it, if that is so."""
        query = select(subscribers.c.failing_since).where(
            subscribers.c.guild_id == guild, subscribers.c.subscriber_id == subscriber
        )
        found: Instant | None = await self._database.reader.read(
            lambda connection: connection.execute(query).scalar()
        )
        return found

    async def note(self, guild: GuildId, subscriber: SubscriberId, since: Instant | None) -> None:
        """Note since when, or that something has reached it again."""

        def work(connection: Connection) -> None:
            statement = (
                update(subscribers)
                .where(subscribers.c.guild_id == guild, subscribers.c.subscriber_id == subscriber)
                .values(failing_since=since)
            )
            connection.execute(statement)

        await self._database.transact(work)

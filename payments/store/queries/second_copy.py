"""Whether another copy of the bot was noticed."""

from sqlalchemy import select

from payments.commands.guild.second_copy import ReportSecondCopy
from payments.domain.values.time import DAY, Instant, later
from payments.store import tables
from payments.store.queries.reader import Reader


class CopyQueries(Reader):
    """What can be asked about other copies of the bot."""

    async def second_copy_seen(self, now: Instant) -> Instant | None:
        """When another program was first noticed today, or else yesterday (UTC), if it was."""
        commands = tables.commands
        keys = [ReportSecondCopy.key_of(at) for at in (now, later(now, -DAY))]
        query = (
            select(commands.c.at)
            .where(commands.c.command_key.in_(keys))
            .order_by(commands.c.at.desc())
            .limit(1)
        )
        found = await self._mappings(query)
        return Instant(found[0]["at"]) if found else None

"""Messages in servers' channels from which members order or buy, and that are kept up to date."""

from dataclasses import dataclass

from sqlalchemy import Connection, delete, select

from payments.domain.values.ids import GuildId
from payments.domain.values.panels import PanelKind
from payments.store.engine.database import Database
from payments.store.statements.bulk import insert_or_update
from payments.store.tables import panels


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """A panel that was posted; a server has one of each kind.

    Attributes:
        guild: Whose.
        kind: What it sells.
        channel: Where it stands: Discord's id of the channel.
        message: Discord's id of the message.
    """

    guild: GuildId
    kind: PanelKind
    channel: int
    message: int


class Panels:
    """Where panels stand.

    Args:
        database: Where that is kept.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(self, panel: Panel) -> None:
        """Remember where a panel stands; the one of its kind before it is forgotten."""
        row = {
            "guild_id": panel.guild,
            "kind": panel.kind,
            "channel": panel.channel,
            "message": panel.message,
        }
        await self._database.transact(
            lambda connection: insert_or_update(connection, panels, [row])
        )

    async def find(self, guild: GuildId, kind: PanelKind) -> Panel | None:
        """A server's panel of a kind, if it has one."""
        query = select(panels).where(panels.c.guild_id == guild, panels.c.kind == kind)

        def read(connection: Connection) -> Panel | None:
            row = connection.execute(query).mappings().first()
            if row is None:
                return None
            return Panel(guild=guild, kind=kind, channel=row["channel"], message=row["message"])

        return await self._database.reader.read(read)

    async def everywhere(self) -> list[Panel]:
        """All panels of all servers."""
        query = select(panels).order_by(panels.c.guild_id, panels.c.kind)

        def read(connection: Connection) -> list[Panel]:
            return [
                Panel(
                    guild=GuildId(row["guild_id"]),
                    kind=PanelKind(row["kind"]),
                    channel=row["channel"],
                    message=row["message"],
                )
                for row in connection.execute(query).mappings()
            ]

        return await self._database.reader.read(read)

    async def forget(self, panel: Panel) -> None:
        """A panel is gone; one that was posted since stays."""
        gone = delete(panels).where(
            panels.c.guild_id == panel.guild,
            panels.c.kind == panel.kind,
            panels.c.message == panel.message,
        )
        await self._database.transact(lambda connection: connection.execute(gone))

"""Whether members want notices of points passed on to them, and when they got the last one."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, select, update

from payments.domain.values.ids import GuildId, MemberId
from payments.domain.values.time import Instant
from payments.store.engine.database import Database
from payments.store.statements.bulk import insert_or_leave
from payments.store.tables import transfer_notices


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferNotices:
    """What one member of a guild wants.

    Attributes:
        muted: Whether they are not notified.
        notified_at: When they were notified last, if ever.
    """

    muted: bool = False
    notified_at: Instant | None = None


class TransferNoticeStore:
    """What members want, by guild."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, guild: GuildId, member: MemberId) -> TransferNotices:
        """What a member wants; a member who said nothing is notified."""
        query = select(transfer_notices).where(*_theirs(guild, member))
        row = await self._database.reader.read(
            lambda connection: connection.execute(query).mappings().one_or_none()
        )
        if row is None:
            return TransferNotices()
        notified_at = row["told_at"]
        return TransferNotices(
            muted=bool(row["muted"]),
            notified_at=None if notified_at is None else Instant(notified_at),
        )

    async def mute(self, guild: GuildId, member: MemberId, *, muted: bool) -> None:
        """Tell them no more, or again."""
        await self._set(guild, member, "muted", int(muted))

    async def note_notified(self, guild: GuildId, member: MemberId, at: Instant) -> None:
        """They were notified just now."""
        await self._set(guild, member, "told_at", at)

    async def _set(self, guild: GuildId, member: MemberId, column: str, value: int) -> None:
        fresh = {"guild_id": guild, "member_id": member, "muted": 0, "told_at": None}

        def work(connection: Connection) -> None:
            insert_or_leave(connection, transfer_notices, [fresh])
            statement = update(transfer_notices).where(*_theirs(guild, member))
            connection.execute(statement.values({column: value}))

        await self._database.transact(work)


def _theirs(guild: GuildId, member: MemberId) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return transfer_notices.c.guild_id == guild, transfer_notices.c.member_id == member

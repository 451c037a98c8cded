"""Messages that a member could not be sent, kept until they are here again."""

from dataclasses import dataclass

from sqlalchemy import Connection, delete, select

from payments.domain.ids import GuildId, MemberId
from payments.domain.time import Instant
from payments.store.dialect import insert_or_leave
from payments.store.engine import Database
from payments.store.tables import notices

MOST = 25
"""Of one member at most so many are kept; the oldest make room."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A message that waits for its reader.

    Attributes:
        id: That of its delivery.
        words: As it would have been sent.
        at: When.
    """

    id: int
    words: str
    at: Instant


class Notices:
    """The messages that wait for members of guilds."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(self, guild: GuildId, member: MemberId, notice: Notice) -> None:
        """Keep a message; the same one twice is one."""

        def work(connection: Connection) -> None:
            row = {
                "notice_id": notice.id,
                "guild_id": guild,
                "member_id": member,
                "words": notice.words,
                "at": notice.at,
            }
            insert_or_leave(connection, notices, [row])
            theirs = select(notices.c.notice_id).where(
                notices.c.guild_id == guild, notices.c.member_id == member
            )
            newest_first = theirs.order_by(notices.c.at.desc(), notices.c.notice_id.desc())
            too_many = newest_first.offset(MOST).limit(MOST)
            ids = connection.execute(too_many).scalars().all()
            connection.execute(delete(notices).where(notices.c.notice_id.in_(ids)))

        await self._database.transact(work)

    async def waiting(self, guild: GuildId, member: MemberId) -> list[Notice]:
        """What waits for a member, oldest first."""
        query = (
            select(notices)
            .where(notices.c.guild_id == guild, notices.c.member_id == member)
            .order_by(notices.c.at, notices.c.notice_id)
        )
        async with self._database.reader.connect() as connection:
            found = (await connection.execute(query)).mappings().all()
        return [
            Notice(id=row["notice_id"], words=row["words"], at=Instant(row["at"])) for row in found
        ]

    async def forget(self, read: list[Notice]) -> None:
        """Delete what was read."""

        def work(connection: Connection) -> None:
            ids = [each.id for each in read]
            connection.execute(delete(notices).where(notices.c.notice_id.in_(ids)))

        await self._database.transact(work)

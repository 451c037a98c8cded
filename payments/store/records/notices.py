"""Messages that a member could not be sent, kept until they are here again."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, delete, select

from payments.domain.values.ids import GuildId, MemberId
from payments.domain.values.time import Instant
from payments.store.engine.database import Database
from payments.store.records.transfer_notices import TransferNoticeStore
from payments.store.statements.bulk import insert_or_leave, insert_or_update
from payments.store.tables import notice_threads, notices

MOST = 25
"""Highest number of notices kept for one member; the oldest make room."""


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
    """The messages that wait for members of guilds, and threads with those who take no others.

    Attributes:
        transfers: Who wants to be notified of transfers.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self.transfers = TransferNoticeStore(database)

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
        found = await self._database.reader.read(
            lambda connection: connection.execute(query).mappings().all()
        )
        return [
            Notice(id=row["notice_id"], words=row["words"], at=Instant(row["at"])) for row in found
        ]

    async def forget(self, read: list[Notice]) -> None:
        """Delete what was read."""

        def work(connection: Connection) -> None:
            ids = [each.id for each in read]
            connection.execute(delete(notices).where(notices.c.notice_id.in_(ids)))

        await self._database.transact(work)

    async def thread(self, guild: GuildId, member: MemberId, channel: int) -> int | None:
        """The private thread with a member below a channel, if there is one."""
        query = select(notice_threads.c.thread).where(
            *_of(guild, member), notice_threads.c.channel == channel
        )
        found: int | None = await self._database.reader.read(
            lambda connection: connection.execute(query).scalar()
        )
        return found

    async def has_thread(self, guild: GuildId, member: MemberId) -> bool:
        """Whether a member took no direct messages, and has a thread instead."""
        query = select(notice_threads.c.thread).where(*_of(guild, member))
        return await self._database.reader.read(
            lambda connection: connection.execute(query).scalar() is not None
        )

    async def keep_thread(
        self, guild: GuildId, member: MemberId, channel: int, thread: int
    ) -> None:
        """Remember the private thread with a member below a channel."""
        row = {"guild_id": guild, "member_id": member, "channel": channel, "thread": thread}
        await self._database.transact(
            lambda connection: insert_or_update(connection, notice_threads, [row])
        )

    async def forget_thread(self, guild: GuildId, member: MemberId) -> None:
        """The thread is no more, or not wanted any more."""

        def work(connection: Connection) -> None:
            connection.execute(delete(notice_threads).where(*_of(guild, member)))

        await self._database.transact(work)


def _of(guild: GuildId, member: MemberId) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return notice_threads.c.guild_id == guild, notice_threads.c.member_id == member

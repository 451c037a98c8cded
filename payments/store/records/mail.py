"""Where buyers get mail, who gets none any more, and how mail stands."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Delete, Select, delete, select, update

from payments.domain.values.ids import GuildId, MemberId, PaymentId
from payments.domain.values.time import Instant
from payments.store.engine.database import Database
from payments.store.statements.bulk import insert_or_leave
from payments.store.tables import mail_addresses, mail_state, mail_stops

CHANGED_AT_ONCE = 500
"""Number of rows that one transaction changes, so that nobody waits for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownAddress:
    """Where somebody gets mail.

    Attributes:
        encrypted: The address.
        fingerprint: What tells it again.
    """

    encrypted: str
    fingerprint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MailState:
    """How mail stands.

    Attributes:
        trouble: What a person must mend before any is sent, in a sentence; None if nothing.
        since: Since when.
    """

    trouble: str | None = None
    since: Instant | None = None


class MailBook:
    """Addresses of buyers, and those that get no mail.

    Args:
        database: Where.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def key(self, fresh: str) -> str:
        """The key of mail, encrypted; the first of several processes to come stores its own."""
        row = {"one": 1, "encrypted_key": fresh}

        def work(connection: Connection) -> str:
            query = select(mail_state.c.encrypted_key)
            found: str | None = connection.execute(query).scalar()
            if found is None:
                insert_or_leave(connection, mail_state, [row])
                found = connection.execute(query).scalar_one()
            return found

        return await self._database.transact(work)

    async def of_payment(self, payment: PaymentId, now: Instant) -> KnownAddress | None:
        """Where the buyer of a payment gets mail, if that is known."""
        query = select(mail_addresses).where(
            mail_addresses.c.payment_id == payment, mail_addresses.c.ends_at > now
        )
        return await self._first(query)

    async def of_member(
        self, guild: GuildId, member: MemberId, now: Instant
    ) -> KnownAddress | None:
        """Where a member got mail about their last purchase in a guild, if that is known."""
        query = (
            select(mail_addresses)
            .where(
                mail_addresses.c.guild_id == guild,
                mail_addresses.c.member_id == member,
                mail_addresses.c.ends_at > now,
            )
            .order_by(mail_addresses.c.noted_at.desc(), mail_addresses.c.payment_id.desc())
            .limit(1)
        )
        return await self._first(query)

    async def _first(self, query: Select[Any]) -> KnownAddress | None:
        def read(connection: Connection) -> KnownAddress | None:
            row = connection.execute(query).mappings().first()
            if row is None:
                return None
            return KnownAddress(encrypted=row["encrypted"], fingerprint=row["fingerprint"])

        return await self._database.reader.read(read)

    async def stop(self, fingerprint: str, reason: str, at: Instant) -> bool:
        """Send nothing more to an address, and delete it wherever it is kept.

        Returns whether it got mail until now.
        """
        return bool(await self.stop_all({fingerprint: reason}, at))

    async def stop_all(self, reasons: Mapping[str, str], at: Instant) -> list[str]:
        """Send nothing more to addresses, some at a time, and delete them wherever they are kept.

        Args:
            reasons: Why, by fingerprint.
            at: The time.

        Returns:
            The fingerprints of those that got mail until now.
        """
        fresh: list[str] = []
        listed = sorted(reasons)
        for first in range(0, len(listed), CHANGED_AT_ONCE):
            some = {each: reasons[each] for each in listed[first : first + CHANGED_AT_ONCE]}
            fresh += await self._stop_some(some, at)
        return fresh

    async def _stop_some(self, reasons: Mapping[str, str], at: Instant) -> list[str]:
        rows = [
            {"fingerprint": fingerprint, "reason": reason, "at": at}
            for fingerprint, reason in reasons.items()
        ]

        def work(connection: Connection) -> list[str]:
            known = set(
                connection.execute(
                    select(mail_stops.c.fingerprint).where(
                        mail_stops.c.fingerprint.in_(list(reasons))
                    )
                ).scalars()
            )
            insert_or_leave(connection, mail_stops, rows)
            connection.execute(
                delete(mail_addresses).where(mail_addresses.c.fingerprint.in_(list(reasons)))
            )
            return [each for each in reasons if each not in known]

        return await self._database.transact(work)

    async def is_stopped(self, fingerprint: str) -> bool:
        """Whether an address gets no mail any more."""
        return await self._database.reader.read(
            lambda connection: connection.execute(_stopped(fingerprint)).first() is not None
        )

    async def allow(self, fingerprint: str) -> bool:
        """Let an address get mail again. Returns whether it got none."""

        def work(connection: Connection) -> bool:
            gone = delete(mail_stops).where(mail_stops.c.fingerprint == fingerprint)
            return connection.execute(gone).rowcount > 0

        return await self._database.transact(work)

    async def forget_member(self, member: MemberId) -> int:
        """Delete all addresses of a member. Returns how many there were."""
        return await self._forget(
            delete(mail_addresses).where(mail_addresses.c.member_id == member)
        )

    async def forget_all(self) -> int:
        """Delete all addresses. Returns how many there were."""
        return await self._forget(delete(mail_addresses))

    async def forget_expired(self, now: Instant) -> int:
        """Delete addresses whose time is over. Returns how many there were."""
        over = (
            select(mail_addresses.c.payment_id)
            .where(mail_addresses.c.ends_at <= now)
            .order_by(mail_addresses.c.ends_at)
            .limit(CHANGED_AT_ONCE)
        )
        gone = delete(mail_addresses).where(mail_addresses.c.payment_id.in_(over))
        forgotten = 0
        while some := await self._forget(gone):
            forgotten += some
        return forgotten

    async def _forget(self, gone: Delete) -> int:
        return await self._database.transact(lambda connection: connection.execute(gone).rowcount)

    async def state(self) -> MailState:
        """How mail stands."""
        query = select(mail_state.c.trouble, mail_state.c.trouble_since)

        def read(connection: Connection) -> MailState:
            row = connection.execute(query).mappings().first()
            if row is None:
                return MailState()
            return MailState(trouble=row["trouble"], since=row["trouble_since"])

        return await self._database.reader.read(read)

    async def note_trouble(self, trouble: str | None, at: Instant) -> None:
        """Note what a person must mend, or that nothing is wrong any more."""
        since = None if trouble is None else at
        change = update(mail_state).values(trouble=trouble, trouble_since=since)

        def work(connection: Connection) -> None:
            connection.execute(change)

        await self._database.transact(work)


def _stopped(fingerprint: str) -> Select[Any]:
    return select(mail_stops.c.fingerprint).where(mail_stops.c.fingerprint == fingerprint)

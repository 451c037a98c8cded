"""Providers' messages, and what became of them."""

from collections.abc import Sequence

from sqlalchemy import select

from payments.domain.incoming import Incoming, IncomingStatus
from payments.domain.time import Instant
from payments.store import rows, tables
from payments.store.queries.reader import Reader

IDS_AT_ONCE = 500


class IncomingQueries(Reader):
    """What can be asked about providers' messages."""

    async def known_events(self, provider: str, ids: Sequence[str]) -> set[str]:
        """Those of a provider's messages that have come already."""
        table = tables.provider_events
        found: set[str] = set()
        for start in range(0, len(ids), IDS_AT_ONCE):
            some = ids[start : start + IDS_AT_ONCE]
            query = select(table.c.event_id).where(
                table.c.provider == provider, table.c.event_id.in_(some)
            )
            found.update(row["event_id"] for row in await self._mappings(query))
        return found

    async def incoming(self, event: str) -> Incoming | None:
        """One provider event."""
        table = tables.provider_events
        found = await self._mappings(select(table).where(table.c.event_id == event))
        return _incoming_from(found[0]) if found else None

    async def incoming_by_status(self, status: IncomingStatus | None, limit: int) -> list[Incoming]:
        """The newest provider events, of one status or of any, for a person to look at."""
        table = tables.provider_events
        query = select(table).order_by(table.c.received_at.desc()).limit(limit)
        if status is not None:
            query = query.where(table.c.status == status)
        return [_incoming_from(row) for row in await self._mappings(query)]

    async def due_incoming(self, now: Instant, limit: int = 50) -> list[Incoming]:
        """Provider events that are to be tried again by now, the longest due first."""
        table = tables.provider_events
        query = (
            select(table)
            .where(table.c.retry_at.is_not(None), table.c.retry_at <= now)
            .order_by(table.c.retry_at)
            .limit(limit)
        )
        return [_incoming_from(row) for row in await self._mappings(query)]

    async def last_received(self) -> tuple[str, Instant] | None:
        """Which provider was heard of last, and when."""
        table = tables.provider_events
        query = (
            select(table.c.provider, table.c.received_at)
            .order_by(table.c.received_at.desc())
            .limit(1)
        )
        found = await self._mappings(query)
        return (found[0]["provider"], Instant(found[0]["received_at"])) if found else None


def _incoming_from(row: rows.Row) -> Incoming:
    return Incoming(
        provider=row["provider"],
        id=row["event_id"],
        kind=row["kind"],
        body=row["body"],
        received_at=Instant(row["received_at"]),
        status=IncomingStatus(row["status"]),
        reason=row["reason"],
        attempts=row["attempts"],
        retry_at=row["retry_at"],
    )

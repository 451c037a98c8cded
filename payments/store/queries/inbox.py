"""Providers' messages, what became of them, and how the providers stand with us."""

from collections.abc import Sequence

from sqlalchemy import or_, select

from payments.domain.values.inbox import InboxEvent, InboxStatus
from payments.domain.values.provider_state import ProviderState
from payments.domain.values.time import Instant
from payments.store import rows, tables
from payments.store.queries.reader import Reader

IDS_AT_ONCE = 500


class InboxQueries(Reader):
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

    async def inbox_event(self, event: str) -> InboxEvent | None:
        """One provider event."""
        table = tables.provider_events
        found = await self._mappings(select(table).where(table.c.event_id == event))
        return _inbox_event_from(found[0]) if found else None

    async def inbox_events_by_status(
        self, status: InboxStatus | None, limit: int
    ) -> list[InboxEvent]:
        """The newest provider events, of one status or of any, for a person to look at."""
        table = tables.provider_events
        query = select(table).order_by(table.c.received_at.desc()).limit(limit)
        if status is not None:
            query = query.where(table.c.status == status)
        return [_inbox_event_from(row) for row in await self._mappings(query)]

    async def due_inbox_events(self, now: Instant, limit: int = 50) -> list[InboxEvent]:
        """Provider events that are to be tried again by now, the longest due first."""
        table = tables.provider_events
        query = (
            select(table)
            .where(table.c.retry_at.is_not(None), table.c.retry_at <= now)
            .order_by(table.c.retry_at, table.c.received_at, table.c.event_id)
            .limit(limit)
        )
        return [_inbox_event_from(row) for row in await self._mappings(query)]

    async def waiting_inbox_events(self, provider: str, limit: int = 500) -> list[InboxEvent]:
        """A provider's events that are to be tried again one day, the longest due first."""
        table = tables.provider_events
        query = (
            select(table)
            .where(table.c.retry_at.is_not(None), table.c.provider == provider)
            .order_by(table.c.retry_at, table.c.received_at, table.c.event_id)
            .limit(limit)
        )
        return [_inbox_event_from(row) for row in await self._mappings(query)]

    async def ignored_inbox_events(
        self, provider: str, since: Instant, limit: int = 500
    ) -> list[InboxEvent]:
        """A provider's events since then that were left alone, the newest first."""
        table = tables.provider_events
        query = (
            select(table)
            .where(table.c.provider == provider, table.c.status == InboxStatus.IGNORED)
            .where(table.c.received_at >= since)
            .order_by(table.c.received_at.desc(), table.c.event_id)
            .limit(limit)
        )
        return [_inbox_event_from(row) for row in await self._mappings(query)]

    async def quarantined(
        self,
        provider: str,
        since: Instant,
        after: tuple[Instant, str] | None = None,
        limit: int = 100,
    ) -> list[InboxEvent]:
        """A page of a provider's quarantined events that came since then, the oldest first.

        Args:
            provider: Whose.
            since: When they came at the earliest.
            after: When the last one of the page before came, and its id.
            limit: How many.
        """
        table = tables.provider_events
        query = (
            select(table)
            .where(
                table.c.received_at >= since,
                table.c.provider == provider,
                table.c.status == InboxStatus.QUARANTINED,
            )
            .order_by(table.c.received_at, table.c.event_id)
            .limit(limit)
        )
        if after is not None:
            query = query.where(
                table.c.received_at >= after[0],
                or_(table.c.received_at > after[0], table.c.event_id > after[1]),
            )
        return [_inbox_event_from(row) for row in await self._mappings(query)]

    async def provider_state(self, provider: str, *, livemode: bool) -> ProviderState:
        """How a provider stands with us in a mode."""
        table = tables.provider_states
        query = select(table).where(table.c.provider == provider, table.c.livemode == int(livemode))
        found = await self._mappings(query)
        if not found:
            return ProviderState()
        return ProviderState(
            listed_until=found[0]["listed_until"],
            trouble=found[0]["trouble"],
            trouble_since=found[0]["trouble_since"],
            quarantine_tried_at=found[0]["quarantine_tried_at"],
        )

    async def last_received(self, provider: str | None = None) -> tuple[str, Instant] | None:
        """Which provider sent the last message, and when; of one provider, if it is given."""
        table = tables.provider_events
        query = (
            select(table.c.provider, table.c.received_at)
            .order_by(table.c.received_at.desc())
            .limit(1)
        )
        if provider is not None:
            query = query.where(table.c.provider == provider)
        found = await self._mappings(query)
        return (found[0]["provider"], Instant(found[0]["received_at"])) if found else None


def _inbox_event_from(row: rows.Row) -> InboxEvent:
    return InboxEvent(
        provider=row["provider"],
        id=row["event_id"],
        kind=row["kind"],
        body=row["body"],
        received_at=Instant(row["received_at"]),
        status=InboxStatus(row["status"]),
        reason=row["reason"],
        attempts=row["attempts"],
        retry_at=row["retry_at"],
    )

"""Old messages of providers leave the database for a file; what they did stays in the books."""

from collections.abc import Callable
from typing import Any, Final

from sqlalchemy import Connection, delete, select, tuple_

from payments.domain.incoming import IncomingStatus
from payments.domain.time import Instant
from payments.store.engine import Database
from payments.store.tables import provider_events

ROWS_AT_ONCE: Final = 500
"""So many rows leave in one transaction."""

OVER: Final = (IncomingStatus.HANDLED, IncomingStatus.IGNORED)
"""What needs nobody any more; what failed or was quarantined stays until a person has looked."""


async def archive_provider_events(
    database: Database, before: Instant, keep: Callable[[list[dict[str, Any]]], None]
) -> int:
    """Hand old messages over, and delete them once they are kept.

    A message that comes again afterwards has no second effect: its command is remembered.

    Args:
        database: Where they are.
        before: Those that came earlier.
        keep: Keeps some for good before it returns; after a crash it may be given them again.

    Returns:
        How many.
    """
    query = (
        select(provider_events)
        .where(provider_events.c.received_at < before, provider_events.c.status.in_(OVER))
        .order_by(provider_events.c.received_at)
        .limit(ROWS_AT_ONCE)
    )
    total = 0
    while True:
        rows = await database.reader.read(
            lambda connection: [dict(row) for row in connection.execute(query).mappings()]
        )
        if not rows:
            return total
        keep(rows)
        ids = [(row["provider"], row["event_id"]) for row in rows]

        def forget(connection: Connection, ids: list[tuple[str, str]] = ids) -> None:
            key = tuple_(provider_events.c.provider, provider_events.c.event_id)
            connection.execute(delete(provider_events).where(key.in_(ids)))

        await database.transact(forget)
        total += len(rows)

"""Old rows leave the database for a file: messages of providers, and the audit log's beginning.

What they did stays in the books, and the commands stay: each has its effect once, for good.
"""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from sqlalchemy import Connection, delete, func, insert, select

from payments.domain.values.inbox import InboxStatus
from payments.domain.values.time import Instant
from payments.store.audit.log import Start, seal_of, start_of
from payments.store.engine.database import Database
from payments.store.errors import ArchivedElsewhere, ChainBroken
from payments.store.tables import audit, audit_archived, audit_seals, provider_events

ROWS_AT_ONCE: Final = 500
"""Number of rows that leave in one transaction."""

OVER: Final = (InboxStatus.HANDLED, InboxStatus.IGNORED)
"""What needs nobody any more; what failed or was quarantined stays until a person has looked."""


Rows = list[dict[str, Any]]
Keep = Callable[[Rows], None]


async def archive_provider_events(database: Database, before: Instant, keep: Keep) -> int:
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
        await database.transact(partial(_forget, rows=rows))
        total += len(rows)


def _forget(connection: Connection, rows: Rows) -> None:
    """Delete messages that are kept, but for those that were tried again meanwhile.

    Provider by provider, because SQLite uses no index for `(a, b) IN (...)`.
    """
    ids: defaultdict[str, list[str]] = defaultdict(list)
    for row in rows:
        ids[row["provider"]].append(row["event_id"])
    for provider, theirs in ids.items():
        connection.execute(
            delete(provider_events).where(
                provider_events.c.provider == provider,
                provider_events.c.event_id.in_(theirs),
                provider_events.c.status.in_(OVER),
            )
        )


async def archive_audit(database: Database, before: Instant, keep: Keep) -> int:
    """Hand the beginning of the audit log over with its seals, and delete it once it is kept.

    The sealed row with the highest number stays, however old it is: the sealer goes on from there.

    Args:
        database: Where it is.
        before: The first row that came later, and all that are sealed after it, stay.
        keep: Keeps some for good before it returns; after a crash it may be given them again.

    Returns:
        How many rows.

    Raises:
        ChainBroken: A row was changed or removed: it and all after it stay where they are.
        ArchivedElsewhere: Another process is doing it.
    """
    total = 0
    while True:
        some = await database.snapshot(partial(_oldest, before=before))
        if not some.rows:
            return total
        keep(some.rows)
        await database.transact(some.forget)
        total += len(some.rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Some:
    """Rows at the beginning of the chain.

    Attributes:
        rows: They, with their positions and seals.
        start: What the first of them stands on.
    """

    rows: Rows
    start: Start

    def forget(self, connection: Connection) -> None:
        """Delete them; the chain begins after them from now on.

        What another process has put there meanwhile is not deleted: this one's row then meets it,
        and the transaction is run again.
        """
        if start_of(connection) != self.start:
            raise ArchivedElsewhere(
                "Another process archives the audit log at the same time. Run it again later."
            )
        last = self.rows[-1]["position"]
        gone = audit_seals.c.position <= last
        connection.execute(
            delete(audit).where(audit.c.audit_id.in_(select(audit_seals.c.audit_id).where(gone)))
        )
        connection.execute(delete(audit_seals).where(gone))
        after = {
            "chain": 1,
            "position": last,
            "seal": self.rows[-1]["seal"],
            "at": max(self.start.at, *(row["at"] for row in self.rows)),
        }
        stood_on = audit_archived.c.position == self.start.position
        connection.execute(delete(audit_archived).where(stood_on))
        connection.execute(insert(audit_archived), after)


def _oldest(connection: Connection, before: Instant) -> _Some:
    start = start_of(connection)
    newest = connection.execute(select(func.max(audit_seals.c.audit_id))).scalar()
    query = (
        select(
            audit_seals.c.position,
            audit_seals.c.seal,
            audit_seals.c.audit_id.label("sealed"),
            audit,
        )
        .select_from(audit_seals.outerjoin(audit, audit.c.audit_id == audit_seals.c.audit_id))
        .order_by(audit_seals.c.position)
        .limit(ROWS_AT_ONCE)
    )
    found: Rows = []
    stands_on = start.seal
    for position, each in enumerate(connection.execute(query).mappings(), start.position + 1):
        row = dict(each)
        number = row.pop("sealed")
        fits = row["position"] == position and row["audit_id"] is not None
        if not fits or row["seal"] != seal_of(row, stands_on):
            raise ChainBroken(
                f"Audit row {number} does not fit the chain: see `guildbank verify`. It and what "
                "comes after it were not archived."
            )
        if row["at"] >= before or number == newest:
            break
        found.append(row)
        stands_on = row["seal"]
    return _Some(rows=found, start=start)

"""Providers' messages in the database."""

from payments.store import tables
from payments.store.books.writer import Writing
from payments.store.statements.bulk import insert_or_update


def write_incoming(writing: Writing) -> None:
    """Write messages, and what became of them."""
    insert_or_update(
        writing.connection,
        tables.provider_events,
        [
            {
                "provider": each.provider,
                "event_id": each.id,
                "kind": each.kind,
                "body": each.body,
                "received_at": each.received_at,
                "status": each.status,
                "reason": each.reason,
                "attempts": each.attempts,
                "retry_at": each.retry_at,
            }
            for each in writing.books.changes.inbox_events.values()
        ],
        never_less="attempts",
    )

"""Events in the database, and a delivery for each of their destinations."""

import secrets
from typing import Final

from payments.domain.values.time import later
from payments.store import tables
from payments.store.books.audiences import load_audiences
from payments.store.books.writer import Writing
from payments.store.engine.dialect import DELIVERIES, notify
from payments.store.rows.codec import encode
from payments.store.statements.bulk import insert

NONCE_BYTES: Final = 12
"""As hexadecimal digits just within the 25 characters that Discord takes."""


def write_events(writing: Writing) -> None:
    """Write emitted events, and where they are to be delivered."""
    connection, emitted = writing.connection, writing.books.changes.events
    audiences = load_audiences(
        connection,
        {noted.event.guild for noted in emitted},
        {noted.event.guild for noted in emitted if noted.event.panel is not None},
    )
    events, deliveries = [], []
    for noted in emitted:
        event = noted.event
        key = {"guild_id": event.guild, "event_id": noted.id}
        events.append(
            key
            | {
                "name": event.name,
                "body": encode(type(event), event),
                "command_key": noted.command,
                "at": event.at,
            }
        )
        deliveries += [
            key
            | {
                "channel": destination.channel,
                "queue": destination.queue,
                "lane": destination.lane,
                "target": destination.target,
                "nonce": secrets.token_hex(NONCE_BYTES),
                "priority": event.priority,
                "status": "waiting",
                "attempts": 0,
                "postponements": 0,
                "created_at": event.at,
                "due_at": later(event.at, destination.wait),
            }
            for destination in writing.route(event, audiences[event.guild])
        ]
    insert(connection, tables.events, events)
    insert(connection, tables.deliveries, deliveries)
    if deliveries:
        notify(connection, DELIVERIES)

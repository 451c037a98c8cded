"""What SQLite and PostgreSQL say in the same words, but SQLAlchemy by two modules."""

import hashlib
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Connection, Table, case, func, select
from sqlalchemy.dialects import postgresql, sqlite

Rows = Sequence[dict[str, Any]]


def is_postgres(connection: Connection) -> bool:
    """Whether other processes may write at the same time; on SQLite there is one writer."""
    return connection.dialect.name == "postgresql"


def lock(
    connection: Connection, what: str, guilds: Collection[int], *, shared: bool = False
) -> None:
    """Hold a lock on something of guilds until the transaction ends; SQLite needs none.

    Args:
        connection: In a transaction.
        what: A name for what is guarded.
        guilds: In whose books; locked in their order, so that nobody waits in a circle.
        shared: Whether others may hold it too who share it.
    """
    if not is_postgres(connection):
        return
    take = func.pg_advisory_xact_lock_shared if shared else func.pg_advisory_xact_lock
    for guild in sorted(guilds):
        digest = hashlib.blake2b(f"{what}:{guild}".encode(), digest_size=8).digest()
        connection.execute(select(take(int.from_bytes(digest, signed=True))))


DELIVERIES = "guildbank_deliveries"
"""Where processes say that deliveries were written."""


def notify(connection: Connection, channel: str) -> None:
    """Let other processes know once this transaction is committed; SQLite cannot."""
    if is_postgres(connection):
        connection.execute(select(func.pg_notify(channel, "")))


def insert_or_leave(connection: Connection, table: Table, rows: Rows) -> None:
    """Insert rows; leave those alone that are there already."""
    if rows:
        connection.execute(_insert(connection, table).on_conflict_do_nothing(), rows)


def insert_or_update(
    connection: Connection, table: Table, rows: Rows, *, never_less: str | None = None
) -> None:
    """Insert rows; overwrite those with the same key, but for a column that only grows."""
    if rows:
        statement = _insert(connection, table)
        keys = table.primary_key.columns.keys()
        changed: dict[str, Any] = {
            column.name: statement.excluded[column.name]
            for column in table.columns
            if column.name in rows[0] and column.name not in keys
        }
        if never_less is not None:
            old, new = table.c[never_less], statement.excluded[never_less]
            changed[never_less] = case((old > new, old), else_=new)
        connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=changed), rows)


def insert_or_add(
    connection: Connection, table: Table, rows: Rows, column: str, *, newest: str
) -> None:
    """Insert rows; where the key is there already, add the new row's column to the old one's.

    Args:
        connection: In a transaction.
        table: Where.
        rows: What.
        column: What is added up.
        newest: What becomes as in the new row.
    """
    if rows:
        statement = _insert(connection, table)
        keys = table.primary_key.columns.keys()
        total = {
            column: table.c[column] + statement.excluded[column],
            newest: statement.excluded[newest],
        }
        connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=total), rows)


def _insert(connection: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    if connection.dialect.name == "sqlite":
        return sqlite.insert(table)
    return postgresql.insert(table)

"""What SQLite and PostgreSQL say in the same words, but SQLAlchemy by two modules."""

import hashlib
from collections.abc import Collection
from typing import Final

from sqlalchemy import Connection


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
    take = "pg_advisory_xact_lock_shared" if shared else "pg_advisory_xact_lock"
    keys = [_key(f"{what}:{guild}") for guild in sorted(guilds)]
    if keys:
        taken = f"SELECT {take}(key) FROM unnest($1::bigint[]) AS key"  # noqa: S608 - one of two
        connection.exec_driver_sql(taken, (keys,))


def wait_for_locks(connection: Connection, milliseconds: int) -> None:
    """Limit the wait for others' locks until the transaction ends; SQLite has none."""
    if is_postgres(connection):
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = {milliseconds:d}")


UNHURRIED_LOCK_MILLISECONDS: Final = 60_000
UNHURRIED_IDLE_MILLISECONDS: Final = 600_000


def unhurried(connection: Connection) -> None:
    """Lift the time limit of this transaction's statements: a person has asked for it.

    For what reads or rewrites whole tables: migrations, proofs, copies, reports.
    """
    if is_postgres(connection):
        wait_for_locks(connection, UNHURRIED_LOCK_MILLISECONDS)
        connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
        connection.exec_driver_sql(
            f"SET LOCAL idle_in_transaction_session_timeout = {UNHURRIED_IDLE_MILLISECONDS:d}"
        )


def _key(name: str) -> int:
    """The number that stands for a lock."""
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), signed=True)


DELIVERIES = "guildbank_deliveries"
"""Where processes say that deliveries were written."""


def notify(connection: Connection, channel: str) -> None:
    """Notify other processes once this transaction is committed; SQLite cannot."""
    if is_postgres(connection):
        connection.exec_driver_sql("SELECT pg_notify($1, '')", (channel,))

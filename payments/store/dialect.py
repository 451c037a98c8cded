"""What SQLite and PostgreSQL say in the same words, but SQLAlchemy by two modules."""

import hashlib
from collections.abc import Collection

from sqlalchemy import Connection, func, select


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

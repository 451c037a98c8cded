"""The time by the database's own clock."""

from sqlalchemy import text

from payments.domain.values.time import Instant
from payments.store.engine.readers import BooksReader

_NOW = text("SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS bigint)")


async def server_time(reader: BooksReader) -> Instant | None:
    """The time by the server's clock; None for a file, which has no clock."""
    if reader.engine.dialect.name != "postgresql":
        return None
    return Instant(await reader.read(lambda connection: connection.execute(_NOW).scalar_one()))

"""What all reads share."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Self

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from payments.store import rows


class Reader:
    """Reads that change nothing, and never wait for the writer.

    Args:
        reader: The engine for reads.
        moment: A connection that sees the books of one moment, if all is to be read on that.
    """

    def __init__(self, reader: AsyncEngine, moment: AsyncConnection | None = None) -> None:
        self._reader = reader
        self._moment = moment

    @asynccontextmanager
    async def at_one_moment(self) -> AsyncIterator[Self]:
        """The same reads, all of which see the books of one moment; one after the other."""
        if self._moment is not None:
            yield self
            return
        async with self._reader.connect() as connection:
            if connection.dialect.name == "sqlite":
                await connection.exec_driver_sql("BEGIN")
            else:
                await connection.execution_options(isolation_level="REPEATABLE READ")
            yield type(self)(self._reader, connection)

    async def _mappings(self, query: Any) -> list[rows.Row]:  # noqa: ANN401 - any select
        if self._moment is not None:
            return list((await self._moment.execute(query)).mappings())
        async with self._reader.connect() as connection:
            return list((await connection.execute(query)).mappings())

    async def _at_once(self, *queries: Any) -> list[list[rows.Row]]:  # noqa: ANN401 - as above
        """What several queries find in the books of one moment."""
        async with self.at_one_moment() as then:
            return [await then._mappings(query) for query in queries]  # noqa: SLF001 - our own

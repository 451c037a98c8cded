"""What all reads share."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Self

from payments.store import rows
from payments.store.engine.readers import BooksReader


class Reader:
    """Reads that change nothing, and never wait for the writer.

    Args:
        reader: Where they run.
    """

    def __init__(self, reader: BooksReader) -> None:
        self._reader = reader

    @asynccontextmanager
    async def at_one_moment(self) -> AsyncIterator[Self]:
        """The same reads, all of which see the books of one moment; one at a time."""
        async with self._reader.at_one_moment() as moment:
            yield type(self)(moment)

    async def _mappings(self, query: Any, **values: Any) -> list[rows.Row]:  # noqa: ANN401 - any select
        """What a query finds; `values` are those of its parameters, if it was made before."""
        return await self._reader.read(
            lambda connection: list(connection.execute(query, values or None).mappings())
        )

    async def _at_once(self, *queries: Any) -> list[list[rows.Row]]:  # noqa: ANN401 - as above
        """What several queries find in the books of one moment."""
        async with self.at_one_moment() as then:
            return [await then._mappings(query) for query in queries]  # noqa: SLF001 - our own

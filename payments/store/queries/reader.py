"""What all reads share."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncEngine

from payments.store import rows


class Reader:
    """Reads that change nothing, and never wait for the writer.

    Args:
        reader: The engine for reads.
    """

    def __init__(self, reader: AsyncEngine) -> None:
        self._reader = reader

    async def _mappings(self, query: Any) -> list[rows.Row]:  # noqa: ANN401 - any select
        async with self._reader.connect() as connection:
            return list((await connection.execute(query)).mappings())

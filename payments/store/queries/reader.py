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

    async def _at_once(self, *queries: Any) -> list[list[rows.Row]]:  # noqa: ANN401 - as above
        """What several queries find in the books of one moment."""
        async with self._reader.connect() as connection:
            if connection.dialect.name == "sqlite":
                await connection.exec_driver_sql("BEGIN")
            else:
                await connection.execution_options(isolation_level="REPEATABLE READ")
            return [list((await connection.execute(query)).mappings()) for query in queries]

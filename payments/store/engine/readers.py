"""Reads that change nothing: where they run, and how several see the books of one moment."""

import asyncio
import functools
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, Final, Protocol, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from payments.store.engine.dialect import unhurried

T = TypeVar("T")

THREADS: Final = 8
"""Number of connections that read a SQLite file."""

BUSY_TIMEOUT_SECONDS: Final = 10
"""How long to wait for another process that writes to the same file, such as a backup."""


class BooksReader(Protocol):
    """Where reads run."""

    @property
    def engine(self) -> Engine:
        """What they are sent through."""
        ...

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Run work that only reads; it never waits for the writer.

        It may run in another thread, and must have taken its rows when it returns.
        """
        ...

    def at_one_moment(self) -> AbstractAsyncContextManager["BooksReader"]:
        """The same, all of which see the books of one moment; one at a time."""
        ...


class SqliteReader:
    """Reads of a SQLite file, each from begin to end in a thread.

    aiosqlite would go to a thread and back for each step of it: cursor, execution, rows, the end.
    While the writer is busy, each way back waits for its turn at the interpreter. So it is used
    where a connection is kept for longer: for the books of one moment.

    Args:
        url: The file.
    """

    def __init__(self, url: URL) -> None:
        self.engine = create_engine(
            url.set(drivername="sqlite+pysqlite"),
            hide_parameters=True,
            pool_size=THREADS,
            pool_use_lifo=True,
        )
        event.listen(self.engine, "connect", read_only)
        self._threads = ThreadPoolExecutor(max_workers=THREADS, thread_name_prefix="reader")
        self._moments = create_async_engine(
            url.set(drivername="sqlite+aiosqlite"), hide_parameters=True, poolclass=NullPool
        )
        event.listen(self._moments.sync_engine, "connect", read_only)

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Run work in a thread."""
        return await in_thread(self._threads, functools.partial(self._read, work))

    def _read(self, work: Callable[[Connection], T]) -> T:
        with self.engine.connect() as connection:
            return work(connection)

    @asynccontextmanager
    async def at_one_moment(self) -> AsyncIterator[BooksReader]:
        """Keep one connection in one read transaction; it begins with the first read."""
        async with self._moments.connect() as connection:
            await connection.exec_driver_sql("BEGIN")
            yield _Moment(connection)

    async def close(self) -> None:
        """Wait for what is in progress, and close all connections."""
        await asyncio.to_thread(self._threads.shutdown)
        self.engine.dispose()
        await self._moments.dispose()


class PostgresReader:
    """Reads of a PostgreSQL database.

    Args:
        engine: Connects to it.
    """

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self.engine = engine.sync_engine

    async def read(self, work: Callable[[Connection], T]) -> T:
        """Run work on a connection of the pool."""
        async with self._engine.connect() as connection:
            return await connection.run_sync(work)

    @asynccontextmanager
    async def at_one_moment(self) -> AsyncIterator[BooksReader]:
        """Keep one connection in one read transaction."""
        async with self._engine.connect() as connection:
            await connection.execution_options(isolation_level="REPEATABLE READ")
            await connection.run_sync(unhurried)
            yield _Moment(connection)

    async def close(self) -> None:
        """Close all connections."""
        await self._engine.dispose()


class _Moment:
    """One connection that sees the books of one moment."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection
        self.engine = connection.engine.sync_engine

    async def read(self, work: Callable[[Connection], T]) -> T:
        return await self._connection.run_sync(work)

    @asynccontextmanager
    async def at_one_moment(self) -> AsyncIterator[BooksReader]:
        yield self


async def in_thread(threads: ThreadPoolExecutor, work: Callable[[], T]) -> T:
    """Run work in one of the threads."""
    return await asyncio.get_running_loop().run_in_executor(threads, work)


def read_only(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's connection
    """Make a new connection to SQLite read-only."""
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_SECONDS * 1000}")
    cursor.execute("PRAGMA query_only = ON")
    cursor.execute("PRAGMA cache_size = -512")  # kB; the system keeps the file's pages for all
    cursor.close()

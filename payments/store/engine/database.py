"""The database: one writer that commits, and readers that never wait for it."""

import asyncio
import contextlib
import functools
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any, Protocol, TypeVar

import structlog
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.pool import NullPool

from payments.infra.database_url import parse_database_url
from payments.infra.errors import DatabaseUnusable, NoBooksYet
from payments.infra.private_files import OWNER_ONLY, files_of_database, tighten, too_open
from payments.store.engine.postgres import PostgresDatabase
from payments.store.engine.readers import (
    BUSY_TIMEOUT_SECONDS,
    BooksReader,
    SqliteReader,
    in_thread,
    read_only,
)

log = structlog.get_logger(__name__)


T = TypeVar("T")


Alone = Callable[[str], AbstractAsyncContextManager[bool]]
"""Says whether something that only one process does at a time is ours to do now."""


class Database(Protocol):
    """Where the books are kept."""

    @property
    def reader(self) -> BooksReader:
        """For reads that change nothing."""
        ...

    async def transact(self, work: Callable[[Connection], T]) -> T:
        """Run work in one transaction, and commit it; roll back whatever it raises."""
        ...

    async def snapshot(self, work: Callable[[Connection], T]) -> T:
        """Run work that only reads, on the state of one moment; it holds nobody up."""
        ...

    async def listen(self, channel: str, notify: Callable[[], None]) -> None:
        """Call back whenever another process says that something happened, forever."""
        ...

    def alone(self, what: str) -> AbstractAsyncContextManager[bool]:
        """Do something that only one process does at a time: whether it is ours to do now."""
        ...

    async def close(self) -> None:
        """Close all connections."""
        ...


class SqliteDatabase:
    """A SQLite file. One thread holds the one writing connection."""

    def __init__(self, url: URL) -> None:
        self._url = url
        self.file = Path(url.database or "")
        self.writer = create_sqlite_engine(url)
        self.reader = SqliteReader(url)
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="writer")

    async def transact(self, work: Callable[[Connection], T]) -> T:
        """Run work in the writer's thread, in one `BEGIN IMMEDIATE` transaction."""
        return await in_thread(self._thread, functools.partial(self._transact, work))

    def _transact(self, work: Callable[[Connection], T]) -> T:
        with self.writer.begin() as connection:
            return work(connection)

    async def snapshot(self, work: Callable[[Connection], T]) -> T:
        """Run work in one read transaction on a connection of its own."""
        return await asyncio.to_thread(self._snapshot, work)

    def _snapshot(self, work: Callable[[Connection], T]) -> T:
        url = self._url.set(drivername="sqlite+pysqlite")
        engine = create_engine(url, hide_parameters=True, poolclass=NullPool)
        event.listen(engine, "connect", read_only)
        event.listen(engine, "begin", _begin)
        with engine.begin() as connection:
            return work(connection)

    async def listen(self, channel: str, notify: Callable[[], None]) -> None:
        """Nobody says anything: another process on the same file is found by looking."""
        del channel, notify
        await asyncio.Event().wait()

    @asynccontextmanager
    async def alone(self, what: str) -> AsyncIterator[bool]:
        """Always: one process looks after a file."""
        del what
        yield True

    async def close(self) -> None:
        """Close the reading connections, then the writing one."""
        await self.reader.close()
        await in_thread(self._thread, self.writer.dispose)
        self._thread.shutdown()


def open_database(url: str) -> Database:
    """Open the database that a URL names; connects on first use. Raises as the parser."""
    parsed = parse_database_url(url)
    if parsed.get_backend_name() == "postgresql":
        return PostgresDatabase(parsed)
    return SqliteDatabase(parsed)


def open_existing(url: str) -> Database:
    """Open a database that must be there, to read from it or to take something out.

    Raises:
        DatabaseUnusable: As the parser.
        NoBooksYet: There is no such file: none is made.
    """
    database = open_database(url)
    if isinstance(database, SqliteDatabase):
        try:
            database.file.stat()
        except (FileNotFoundError, NotADirectoryError):
            raise NoBooksYet.at(str(database.file)) from None
        except OSError:
            pass  # the driver says why
    return database


def create_sqlite_engine(url: URL) -> Engine:
    """A synchronous engine with transactions that begin when they say so, durable at commit."""
    engine = create_engine(
        url.set(drivername="sqlite+pysqlite"), hide_parameters=True, pool_size=1, max_overflow=0
    )
    file = Path(url.database or "")
    event.listen(engine, "do_connect", functools.partial(_make_private, file))
    event.listen(engine, "connect", _configure)
    event.listen(engine, "connect", functools.partial(_keep_private, file))
    event.listen(engine, "begin", _begin_immediate)
    return engine


def _make_private(file: Path, *_: Any) -> None:  # noqa: ANN401 - SQLAlchemy's arguments
    """Make a new database's file readable by its owner alone: those beside it get the same rights.

    Where there is no such folder, SQLite says so next.
    """
    with contextlib.suppress(OSError):
        file.touch(mode=OWNER_ONLY)


def _keep_private(file: Path, *_: Any) -> None:  # noqa: ANN401 - as above
    """Take others' rights to files of an older version, or of a copy, away."""
    for path in too_open(files_of_database(file)):
        if tighten(path):
            log.warning("file.was_open_to_others", file=str(path))
        else:
            log.error("file.open_to_others", file=str(path), remedy=f"chmod 600 {path}")


def _configure(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's connection
    connection.isolation_level = None  # the driver must not begin transactions on its own
    for pragma in (
        f"busy_timeout = {BUSY_TIMEOUT_SECONDS * 1000}",
        "journal_mode = WAL",
        "synchronous = FULL",
        "foreign_keys = ON",
    ):
        connection.execute(f"PRAGMA {pragma}").close()
    if connection.execute("PRAGMA foreign_keys").fetchone() != (1,):
        raise DatabaseUnusable("This SQLite does not check foreign keys.")


def _begin_immediate(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")

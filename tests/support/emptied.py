"""One PostgreSQL database for test after test, emptied between them.

To copy a template and to remove the copy takes the server fifty times as long as to empty it.
"""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from typing import Any, Final, Protocol, TypeVar

import asyncpg

from payments.store.tables import metadata

T = TypeVar("T")

_numbers = count(1)

MOST_BYTES: Final = 4 * 1024 * 1024
"""A database that has grown by so much is thrown away: to remove its rows would take longer."""

_CATALOGS: Final = (
    *("class", "attrdef", "constraint", "trigger", "proc", "type"),
    *("namespace", "rewrite", "policy", "extension", "language"),
)
"""What was made in a database has a row in these, and a new version of it after each change."""

_MADE: Final = " UNION ALL ".join(
    f"SELECT '{each} ' || oid || ' ' || xmin FROM pg_{each} WHERE oid > 16383"  # noqa: S608 - our own names
    for each in _CATALOGS
)

_STATE: Final = f"""
    SELECT md5(string_agg(made, ',' ORDER BY made)), pg_database_size(current_database())
    FROM (
        {_MADE}
        UNION ALL SELECT 'column ' || attrelid || ' ' || attnum || ' ' || xmin FROM pg_attribute
            WHERE attrelid > 16383
        UNION ALL SELECT 'settings ' || each::text FROM pg_db_role_setting each
            WHERE setdatabase IN
                (0, (SELECT oid FROM pg_database WHERE datname = current_database()))
    ) AS all_that_was (made)
"""  # noqa: S608 - as above
"""What the database is made of, and how many bytes it takes."""

_REWIND: Final = (
    "SELECT setval(format('%I', sequencename)::regclass, start_value, false)"
    " FROM pg_sequences WHERE last_value IS NOT NULL"
)

_END_SESSIONS: Final = (
    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
    " AND datname = current_database() AND backend_type = 'client backend'"
)


class Server(Protocol):
    """Where databases can be made."""

    @property
    def mark(self) -> str: ...

    async def copy(self, name: str) -> str: ...

    async def drop(self, name: str) -> None: ...


class Kept:
    """Hands the same empty database out again and again, to one user at a time.

    What a user leaves behind is removed: sessions, rows, and how far sequences have counted. A
    database in which anything else has changed (tables, triggers, functions, settings, the version
    that it is at) is thrown away, and the next user gets a new copy of the template.

    Args:
        server: Makes copies of the template.
    """

    def __init__(self, server: Server) -> None:
        self._server = server
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="kept")
        self._loop = asyncio.Runner()
        self._copy: _Copy | None = None

    def take(self) -> str:
        """The address of an empty database."""
        if self._copy is None:
            self._copy = self._do(_Copy.make(self._server, next(_numbers)))
        return self._copy.url

    def give_back(self) -> None:
        """The user is done with it."""
        assert self._copy is not None
        if not self._do(self._copy.empty()):
            self._throw_away()

    def close(self) -> None:
        """Remove the database."""
        if self._copy is not None:
            self._throw_away()
        self._thread.submit(self._loop.close).result()
        self._thread.shutdown()

    def _throw_away(self) -> None:
        assert self._copy is not None
        self._do(self._copy.remove(self._server))
        self._copy = None

    def _do(self, work: Coroutine[Any, Any, T]) -> T:
        """Run it on a loop of our own: the connection outlives the loops of the tests."""
        return self._thread.submit(self._loop.run, work).result()


class _Copy:
    """A copy of the template, with a connection that stays open."""

    def __init__(self, name: str, url: str, connection: "asyncpg.Connection[Any]") -> None:
        self.name = name
        self.url = url
        self._connection = connection
        self._made = ""
        self._bytes = 0
        self._filled: dict[str, list[Any]] = {}
        self._delete = ""

    @classmethod
    async def make(cls, server: Server, number: int) -> "_Copy":
        name = f"{server.mark}_{number}"
        url = await server.copy(name)
        made = cls(name, url, await asyncpg.connect(url))
        await made._remember()
        return made

    async def _remember(self) -> None:
        """Note what it is like as long as nobody has used it."""
        ordered = [each.name for each in reversed(metadata.sorted_tables)]  # as foreign keys demand
        names = [*ordered, "alembic_version"]
        known = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        assert {name for (name,) in await self._connection.fetch(known)} == set(names)
        rows = {name: await self._rows(name) for name in names}
        self._filled = {name: found for name, found in rows.items() if found}
        empty = [name for name in ordered if name not in self._filled]
        self._delete = ";".join(f"DELETE FROM {name}" for name in empty)  # noqa: S608 - as above
        self._made, self._bytes = await self._state()

    async def _rows(self, table: str) -> list[Any]:
        return list(await self._connection.fetch(f"SELECT * FROM {table}"))  # noqa: S608 - as above

    async def _state(self) -> tuple[str, int]:
        found = await self._connection.fetchrow(_STATE)
        assert found is not None
        return found[0], found[1]

    async def empty(self) -> bool:
        """Empty it; whether it is as good as new then."""
        await self._connection.execute(_END_SESSIONS)
        made, size = await self._state()
        if made != self._made or size > self._bytes + MOST_BYTES:
            return False
        for table, rows in self._filled.items():
            if await self._rows(table) != rows:
                return False
        await self._connection.execute(self._delete)
        await self._connection.execute(_REWIND)
        return True

    async def remove(self, server: Server) -> None:
        """Remove it, whoever is still connected."""
        await self._connection.close()
        await server.drop(self.name)

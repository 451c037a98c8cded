"""Bringing a database up to the version that this program needs."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from payments.infra.errors import DatabaseUnusable
from payments.store.engine.database import Database, SqliteDatabase
from payments.store.engine.dialect import lock, unhurried
from payments.store.engine.error_kinds import is_lock_wait
from payments.store.engine.mounts import REMEDY, why_unsafe


class Migrations:
    """The migrations in a folder, and what a database says of them."""

    def __init__(self, scripts: Path) -> None:
        self._config = Config()
        self._config.set_main_option("script_location", str(scripts).replace("%", "%%"))
        scripts_here = ScriptDirectory.from_config(self._config)
        self._head = scripts_here.get_current_head()
        self._known = frozenset(each.revision for each in scripts_here.walk_revisions())

    @property
    def head(self) -> str:
        """The newest version."""
        return self._head or ""

    def knows(self, version: str) -> bool:
        """Whether a database at this version is not newer than this program."""
        return version in self._known

    def current(self, connection: Connection) -> str | None:
        """The version that a database is at; none for an empty one."""
        return MigrationContext.configure(connection).get_current_revision()

    async def apply(self, database: Database) -> str | None:
        """Bring a database up to date, in one transaction.

        Returns:
            The version that it was at before.

        Raises:
            DatabaseUnusable: It cannot be opened, is newer than this program, or lies where it
                would be damaged.
        """
        if isinstance(database, SqliteDatabase) and (why := why_unsafe(database.file)):
            raise DatabaseUnusable(f"{why} {REMEDY}")
        with explained():
            return await database.transact(self._upgrade)

    def _upgrade(self, connection: Connection) -> str | None:
        unhurried(connection)
        lock(connection, "migrations", [0])
        before = self.current(connection)
        if before != self._head:
            self._config.attributes["connection"] = connection
            command.upgrade(self._config, "head")
        return before


@contextmanager
def explained() -> Iterator[None]:
    """Turn the driver's complaints into a sentence for the owner."""
    try:
        yield
    except DBAPIError as error:
        if is_lock_wait(error):
            raise DatabaseUnusable(
                "Somebody else holds a lock on the database at DATABASE_URL: another Guildbank "
                "that brings it up to date, or a session that was left open. PostgreSQL lists them "
                "in pg_stat_activity."
            ) from error
        raise DatabaseUnusable(
            f"The database at DATABASE_URL cannot be opened: {str(error.orig).rstrip('.')}. "
            "Check the path, that its folder exists, and who may write there; or for a server, its "
            "address, name and password, and that it runs."
        ) from error
    except CommandError as error:
        raise DatabaseUnusable(
            "The database was written by a newer Guildbank. Install that version again."
        ) from error

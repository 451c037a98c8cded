"""The books that a command needs: they must be there, and a command makes none."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from migrations import SCRIPTS
from payments.infra.errors import DatabaseUnusable, NoBooksYet
from payments.store.engine.database import Database, open_existing
from payments.store.engine.migrate import Migrations, explained


@asynccontextmanager
async def existing_books(url: str, *, upgrade: bool = False) -> AsyncIterator[Database]:
    """The database with the books, closed at the end.

    Args:
        url: Its address.
        upgrade: Whether older books are brought to this program's version; else they are refused.

    Raises:
        NoBooksYet: There are none.
        DatabaseUnusable: They cannot be opened, or are of another version. Also whatever the
            driver says inside, as a sentence.
    """
    database, migrations = open_existing(url), Migrations(SCRIPTS)
    try:
        with explained():
            version = await database.snapshot(migrations.current)
            if version is None:
                raise NoBooksYet.at("the database at DATABASE_URL")
            if upgrade:
                await migrations.apply(database)
            elif version != migrations.head:
                raise DatabaseUnusable(_other_version(version, migrations))
            yield database
    finally:
        await database.close()


async def demand_books(url: str) -> None:
    """See that there are books, and bring them to this program's version. Raises as above."""
    async with existing_books(url, upgrade=True):
        pass


def _other_version(version: str, migrations: Migrations) -> str:
    if migrations.knows(version):
        return (
            f"The database is at version {version}, and this program needs {migrations.head}. "
            "Make a backup, then run `guildbank migrate`."
        )
    return "The database was written by a newer Guildbank. Install that version again."

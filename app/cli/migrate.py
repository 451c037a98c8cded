"""`guildbank migrate`."""

import asyncio

import typer

from app.cli.setup import BOOKS_ALONE, load
from migrations import SCRIPTS
from payments.store.engine.database import open_database
from payments.store.engine.migrate import Migrations


def migrate() -> None:
    """Bring the database up to the version that this program needs."""
    settings = load(BOOKS_ALONE)
    migrations = Migrations(SCRIPTS)

    async def work() -> str | None:
        database = open_database(settings.database_url)
        try:
            return await migrations.apply(database)
        finally:
            await database.close()

    before = asyncio.run(work())
    if before == migrations.head:
        typer.echo(f"The database is at version {migrations.head} already.")
    else:
        typer.echo(f"The database went from version {before or 'none'} to {migrations.head}.")

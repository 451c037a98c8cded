"""`guildbank copy`: to another database, such as from SQLite to PostgreSQL."""

import asyncio
import os
from functools import partial
from typing import Annotated

import typer
from sqlalchemy import Connection

from app.cli.books import existing_books
from app.cli.progress import OnProgress, progress
from app.cli.setup import BOOKS_ALONE, load
from migrations import SCRIPTS
from payments.domain.errors import GuildbankError
from payments.infra.database_url import parse_database_url
from payments.infra.secret_files import secret_from_file
from payments.store.copy import Copied, prepare
from payments.store.copy import copy as copy_all
from payments.store.engine.database import SqliteDatabase, open_database
from payments.store.engine.dialect import unhurried
from payments.store.engine.migrate import Migrations
from payments.store.verify.verify import verify

UNUSABLE = 2

TARGET = "TARGET_DATABASE_URL"
"""The variable that holds the address of the other database."""


class NoTarget(GuildbankError):
    """It is not said where to copy to, or not in a way that keeps it secret."""


def copy(
    to: Annotated[
        str | None,
        typer.Option(
            help="The other database, such as postgresql://name@host/guildbank, without a "
            f"password. Left out: {TARGET} says it, or the file that {TARGET}_FILE names.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Copy the SQLite database of DATABASE_URL to another one, and check every count and sum.

    The program may run meanwhile. To move over: copy, stop the program, copy again, set
    DATABASE_URL, start. After an interruption just run it again.
    """
    settings = load(BOOKS_ALONE)
    target_url = _target(to)
    if settings.database_url == target_url:
        typer.echo("The two databases are the same.", err=True)
        raise typer.Exit(UNUSABLE)

    async def work() -> list[str]:
        async with existing_books(settings.database_url, upgrade=True) as source:
            if not isinstance(source, SqliteDatabase):
                raise NoTarget("DATABASE_URL is no SQLite database: only those are copied.")
            target = open_database(target_url)
            try:
                await prepare(source, target, Migrations(SCRIPTS))
                with progress("Copying") as on_progress:
                    await copy_all(source, target, partial(_tell, on_progress=on_progress))
                with progress("Recomputing the books of the copy") as on_progress:
                    return await target.snapshot(partial(_verify, on_progress=on_progress))
            finally:
                await target.close()

    complaints = asyncio.run(work())
    for complaint in complaints:
        typer.echo(complaint, err=True)
    if complaints:
        raise typer.Exit(1)
    typer.echo("Every count and sum agrees, and so do the books of the copy.")


def _target(given: str | None) -> str:
    """The address of the other database: the command line shows no password to other users."""
    if given is None:
        found = os.environ.get(TARGET) or secret_from_file(TARGET, os.environ)
        if not found:
            raise NoTarget(f"Say where to: --to, or {TARGET}, or {TARGET}_FILE.")
        parse_database_url(found)
        return found
    parsed = parse_database_url(given)
    if parsed.password is not None or "password" in parsed.query:
        raise NoTarget(
            "The address has a password, and everybody on this machine can read command lines. "
            f"Leave --to out and put the address into {TARGET}, or into a file that "
            f"{TARGET}_FILE names."
        )
    return given


def _verify(connection: Connection, on_progress: OnProgress) -> list[str]:
    unhurried(connection)
    return list(verify(connection, on_progress))


def _tell(copied: Copied, on_progress: OnProgress) -> None:
    on_progress(copied.done, copied.of)
    typer.echo(f"{copied.table}: {copied.rows:,}")

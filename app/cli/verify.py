"""`guildbank verify` and `reconcile`: do the books agree, with themselves and the world?"""

import asyncio
import json
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import Connection

from app.cli.books import existing_books
from app.cli.options import AsJson
from app.cli.progress import OnProgress, progress
from app.cli.setup import BOOKS_ALONE, load
from app.cli.words import counted
from payments.domain.errors import GuildbankError
from payments.infra.archive_file import AUDIT, ArchiveFile, in_order
from payments.store.audit.log import start_of
from payments.store.engine.dialect import unhurried
from payments.store.verify.verify import verify as check


class CannotRead(GuildbankError):
    """A file cannot be read."""


def verify(
    archive: Annotated[
        list[Path] | None,
        typer.Option(
            help="A file of `guildbank archive`, whose audit rows are proven too; each of them, if "
            "there are several.",
            show_default=False,
        ),
    ] = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Recompute all books from the transfers; exit code 1 if anything does not agree.

    Changes nothing, and may run beside the program.
    """
    settings = load(BOOKS_ALONE)
    _readable(archive or [])
    with progress("Recomputing the books") as on_progress:
        complaints, moved = asyncio.run(_verify(settings.database_url, archive or [], on_progress))
    unproven = 0 if archive else moved
    if as_json:
        answer = {"agree": not complaints, "complaints": complaints, "unproven": unproven}
        typer.echo(json.dumps(answer, indent=2))
    else:
        _say(complaints, unproven)
    if complaints:
        raise typer.Exit(1)


def _readable(files: list[Path]) -> None:
    for file in files:
        try:
            file.open("rb").close()
        except OSError as error:
            raise CannotRead(f"{file} cannot be read: {error.strerror}.") from error


async def _verify(url: str, archive: list[Path], on_progress: OnProgress) -> tuple[list[str], int]:
    """What does not agree, and how many audit rows were archived."""
    files = [ArchiveFile(each) for each in archive]
    archived = in_order(files, AUDIT, by="position") if files else None

    def work(connection: Connection) -> tuple[list[str], int]:
        unhurried(connection)
        return list(check(connection, on_progress, archived)), start_of(connection).position

    async with existing_books(url) as database:
        return await database.snapshot(work)


def _say(complaints: list[str], unproven: int) -> None:
    for complaint in complaints:
        typer.echo(complaint, err=True)
    if complaints:
        verb = "does" if len(complaints) == 1 else "do"
        typer.echo(f"{counted(len(complaints), 'thing')} {verb} not agree.", err=True)
    else:
        typer.echo("All books agree.")
    if unproven:
        rows = counted(unproven, "archived audit row")
        typer.echo(f"Not proven: {rows}; --archive FILE proves them too.")

"""`guildbank archive`: old messages of providers, and old audit rows, go to a file."""

import asyncio
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from app.cli.books import existing_books
from app.cli.setup import BOOKS_ALONE, load
from app.cli.words import counted
from payments.domain.errors import GuildbankError
from payments.domain.values.time import DAY, Instant, later
from payments.infra.archive_file import AUDIT, PROVIDER_EVENTS, Add, ArchiveFile
from payments.infra.clock import system_clock
from payments.store.audit.archive import archive_audit, archive_provider_events


class CannotKeep(GuildbankError):
    """The file cannot be written."""


def archive(
    to: Annotated[Path, typer.Option(help="The file, such as old.jsonl.gz; is added to.")],
    days: Annotated[
        int, typer.Option(min=90, help="Only what is older: bank disputes take their time.")
    ] = 400,
) -> None:
    """Move old, handled messages of payment providers and old audit rows into a compressed file.

    The books do not need them: what they did is in commands, transfers and payments. A line each;
    after a crash some lines may stand there twice. `guildbank verify --archive` proves the file.
    """
    url = load(BOOKS_ALONE).database_url
    before = later(system_clock(), -days * DAY)
    try:
        with ArchiveFile(to).adding() as add:
            messages, rows = asyncio.run(_move(url, before, add))
    except OSError as error:
        raise CannotKeep(
            f"{to} cannot be written: {error.strerror}. What is not in it stays in the database."
        ) from error
    if messages or rows:
        moved = f"{counted(messages, 'message')} and {counted(rows, 'audit row')}"
        typer.echo(f"Moved {moved} to {to}.")
    else:
        typer.echo(f"Nothing is older than {days} days, so nothing was moved to {to}.")


async def _move(database_url: str, before: Instant, add: Add) -> tuple[int, int]:
    async with existing_books(database_url) as database:
        messages = await archive_provider_events(database, before, partial(add, PROVIDER_EVENTS))
        return messages, await archive_audit(database, before, partial(add, AUDIT))

"""`guildbank audit`: the audit log as a table for a spreadsheet."""

import asyncio
import csv
import sys
from datetime import UTC, datetime
from typing import Annotated, TextIO

import typer

from app.cli.books import existing_books
from app.cli.setup import BOOKS_ALONE
from app.cli.spreadsheet import harmless
from app.cli.words import counted
from payments.domain.values.time import Instant, from_seconds, to_seconds
from payments.providers.settings import load_settings
from payments.store.queries import AuditArchived, AuditLine, Queries

AT_ONCE = 1_000

COLUMNS = ("row", "time", "guild", "actor", "action", "command", "outcome")


def audit(
    since: Annotated[
        datetime | None,
        typer.Option(help="From when on, in UTC; all if left out.", show_default=False),
    ] = None,
) -> None:
    """Print the audit log as CSV, oldest first; `guildbank verify` proves that it is whole."""
    start = Instant(0)
    if since is not None:
        start = from_seconds(int(since.replace(tzinfo=UTC).timestamp()))
    asyncio.run(_export(load_settings(unused=BOOKS_ALONE).database_url, start, sys.stdout))


async def _export(database_url: str, since: Instant, out: TextIO) -> None:
    writer = csv.writer(out)
    async with existing_books(database_url) as database:
        queries, after = Queries(database.reader), 0
        archived = await queries.audit_archived()
        if archived is not None and since <= archived.until:
            typer.echo(_left_out(archived), err=True)
        writer.writerow(COLUMNS)  # the first of all: what was refused before leaves nothing
        while page := await queries.audit_since(since, after=after, limit=AT_ONCE):
            writer.writerows(_cells(each) for each in page)
            after = page[-1].id


def _left_out(archived: AuditArchived) -> str:
    until = datetime.fromtimestamp(to_seconds(archived.until), UTC).date()
    return (
        f"Left out: {counted(archived.rows, 'row')} of all servers, up to {until}. They are in the "
        "files of `guildbank archive`."
    )


def _cells(line: AuditLine) -> list[str]:
    time = datetime.fromtimestamp(to_seconds(line.at), UTC).isoformat(timespec="seconds")
    cells = [str(line.id), time, str(line.guild or ""), line.actor, line.action]
    return [harmless(each) for each in [*cells, line.key, line.outcome]]

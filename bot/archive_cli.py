"""`guildbank archive`: old messages of payment providers go to a file."""

import asyncio
import gzip
import json
import os
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.processes_cli import load
from payments.clock import system_clock
from payments.domain.errors import GuildbankError
from payments.domain.time import DAY, later
from payments.store.archive import archive_provider_events
from payments.store.engine import open_database
from payments.store.migrate import explained


class CannotKeep(GuildbankError):
    """The file cannot be written."""


def archive(
    to: Annotated[Path, typer.Option(help="The file, such as events.jsonl.gz; is added to.")],
    days: Annotated[
        int, typer.Option(min=90, help="Only what is older: bank disputes take their time.")
    ] = 400,
) -> None:
    """Move old, handled messages of payment providers into a compressed file, a line each.

    The books do not need them: what they did is in commands, transfers and payments. After a crash
    a line may stand there twice.
    """
    settings = load()
    before = later(system_clock(), -days * DAY)

    def keep(rows: list[dict[str, Any]]) -> None:
        with to.open("ab") as raw:
            with gzip.open(raw, "at", encoding="utf-8") as lines:
                lines.writelines(f"{json.dumps(row)}\n" for row in rows)
            raw.flush()
            os.fsync(raw.fileno())

    async def work() -> int:
        database = open_database(settings.database_url)
        try:
            with explained():
                return await archive_provider_events(database, before, keep)
        finally:
            await database.close()

    try:
        to.touch(mode=0o600)
        count = asyncio.run(work())
    except OSError as error:
        raise CannotKeep(
            f"{to} cannot be written: {error.strerror}. What is not in it stays in the database."
        ) from error
    typer.echo(f"{count} messages went to {to}.")

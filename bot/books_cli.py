"""`guildbank verify` and `reconcile`: do the books agree, with themselves and the world?"""

import asyncio
import json
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from bot.processes_cli import load
from bot.progress import Told, progress
from payments.domain.time import from_seconds

if TYPE_CHECKING:
    from payments.reconciliation import Report

AsJson = Annotated[bool, typer.Option("--json", help="For machines.")]


def verify(*, as_json: AsJson = False) -> None:
    """Recompute all books from the transfers; exit code 1 if anything does not agree.

    Changes nothing, and may run beside the program.
    """
    from payments.store.engine import open_database  # noqa: PLC0415 - takes long to import
    from payments.store.migrate import explained  # noqa: PLC0415 - as above
    from payments.store.verify import verify as check  # noqa: PLC0415 - as above

    settings = load()

    async def work(told: Told) -> list[str]:
        database = open_database(settings.database_url)
        try:
            with explained():
                return await database.snapshot(lambda connection: list(check(connection, told)))
        finally:
            await database.close()

    with progress("Recomputing the books") as told:
        complaints = asyncio.run(work(told))
    if as_json:
        typer.echo(json.dumps({"agree": not complaints, "complaints": complaints}, indent=2))
    else:
        for complaint in complaints:
            typer.echo(complaint, err=True)
        if complaints:
            typer.echo(f"{len(complaints)} things do not agree.", err=True)
        else:
            typer.echo("All books agree.")
    if complaints:
        raise typer.Exit(1)


def reconcile(
    since: Annotated[
        datetime | None,
        typer.Option(help="How far back to look, in UTC; a day if left out.", show_default=False),
    ] = None,
    *,
    delivered: Annotated[
        bool,
        typer.Option(
            "--all",
            help="Also read what was delivered: after a restore, with --since the backup's time.",
        ),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Ask the payment providers for what was missed; exit code 1 if they could not be asked.

    What is found goes the same way as a message that they sent: nothing is credited twice.
    """
    settings = load()
    start = (since or datetime.now(UTC) - timedelta(days=1)).replace(tzinfo=UTC)

    async def work(told: Told) -> "Report":
        from bot.app import Guildbank  # noqa: PLC0415 - discord.py takes long to import

        guildbank = Guildbank(settings)
        try:
            return await guildbank.reconcile(
                from_seconds(int(start.timestamp())), delivered=delivered, told=told
            )
        finally:
            await guildbank.close()

    with progress("Asking the providers") as told:
        report = asyncio.run(work(told))
    if as_json:
        typer.echo(json.dumps(asdict(report), indent=2))
    else:
        typer.echo(
            f"{report.missed} messages had been missed. {report.looked_up} open checkouts and the "
            f"pending refunds of {report.refunds} payments were looked up; {report.changed} of "
            "them had moved on."
        )
        for sentence in report.failed:
            typer.echo(sentence, err=True)
    if report.failed:
        raise typer.Exit(1)

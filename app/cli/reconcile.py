"""`guildbank reconcile`."""

import asyncio
import json
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.books import demand_books
from app.cli.options import AsJson
from app.cli.progress import OnProgress, progress
from app.cli.setup import NO_DISCORD, load
from app.cli.words import counted
from payments.domain.values.time import from_seconds

if TYPE_CHECKING:
    from payments.services.reconciliation import ReconciliationReport


def reconcile(
    since: Annotated[
        datetime | None,
        typer.Option(
            help="From when on messages are listed, in UTC; if left out, where the last complete "
            "list ended.",
            show_default=False,
        ),
    ] = None,
    *,
    everything: Annotated[
        bool,
        typer.Option(
            "--all",
            help="List all that the providers keep (30 days), or all --since: after a restore.",
        ),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Ask the payment providers for what was missed; exit code 1 if they could not be asked.

    Every message since the last complete list, every open checkout, pending refund and dispute;
    what is quarantined is tried once more. What is found goes the same way as a message that they
    sent: nothing is credited twice.
    """
    settings = load(NO_DISCORD)
    start = since or (datetime.now(UTC) - timedelta(days=30) if everything else None)
    begin = None if start is None else from_seconds(int(start.replace(tzinfo=UTC).timestamp()))

    async def work(on_progress: OnProgress) -> "ReconciliationReport":
        from app.process import Guildbank  # noqa: PLC0415 - discord.py takes long to import

        await demand_books(settings.database_url)
        guildbank = Guildbank(settings)
        try:
            return await guildbank.reconcile(begin, on_progress=on_progress)
        finally:
            await guildbank.close()

    with progress("Asking the providers") as on_progress:
        report = asyncio.run(work(on_progress))
    _say(report, as_json=as_json)
    if report.failed:
        raise typer.Exit(1)


def _say(report: "ReconciliationReport", *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(asdict(report), indent=2))
    else:
        looked_up = (
            counted(report.looked_up, "open checkout"),
            f"the refunds of {counted(report.refunds, 'payment')}",
            counted(report.disputes, "open dispute"),
        )
        typer.echo(f"Missed until now: {counted(report.missed, 'message')}.")
        typer.echo(f"Looked up: {', '.join(looked_up)}; {report.changed:,} had changed.")
        typer.echo(f"Tried again: {counted(report.quarantined, 'quarantined message')}.")
        for sentence in report.failed:
            typer.echo(sentence, err=True)

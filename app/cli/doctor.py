"""`guildbank doctor`: is everything as it must be, and if not, what is to be done?"""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Final

import typer

from app.cli.setup import NO_DISCORD
from payments.infra.errors import SettingsWrong
from payments.infra.logs import configure_logs
from payments.providers.settings import load_settings

if TYPE_CHECKING:
    from payments.infra.finding import Finding

UNUSABLE: Final = 2

COLOURS: Final = {"ok": "green", "warning": "yellow", "error": "red"}

INDENT: Final = " " * 9


def doctor(
    *, as_json: Annotated[bool, typer.Option("--json", help="For machines.")] = False
) -> None:
    """Look at token, keys, channels, webhook, database and books, and say what is to be done.

    Changes nothing, and shows no secret. Exit code 0 if all is well or only warnings are left, 1 if
    something does not work, 2 if the settings cannot be used. Without DISCORD_TOKEN or
    the secrets that sign providers' messages, which not every part of the program needs, all else
    is looked at.
    """
    try:
        settings = load_settings(unused=NO_DISCORD)
    except SettingsWrong as failure:
        if not as_json:
            raise
        _show_json([{"check": "Settings", "state": "error", "words": str(failure), "remedy": ""}])
        raise typer.Exit(UNUSABLE) from None
    quiet = "DEBUG" if settings.log_level == "DEBUG" else "CRITICAL"
    configure_logs(level=quiet, style=settings.log_format)

    from app.doctor.examination import examine  # noqa: PLC0415 - discord.py takes long to import

    findings = asyncio.run(examine(settings))
    if as_json:
        _show_json([asdict(each) for each in findings])
    else:
        _show(findings)
    if any(each.state == "error" for each in findings):
        raise typer.Exit(1)


def _show_json(findings: Sequence[dict[str, str]]) -> None:
    typer.echo(json.dumps(findings, indent=2))


def _show(findings: "Sequence[Finding]") -> None:
    for each in findings:
        state = typer.style(f"{each.state:<7}", fg=COLOURS[each.state], bold=each.state != "ok")
        typer.echo(f"{state}  {each.check}: {each.words}")
        if each.remedy:
            typer.echo(f"{INDENT}{each.remedy}")
    counts = {state: sum(each.state == state for each in findings) for state in COLOURS}
    typer.echo(f"{counts['ok']} ok, {counts['warning']} warnings, {counts['error']} errors.")

"""The command line: `guildbank`, or `python -m bot`."""

import asyncio
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from bot.archive_cli import archive
from bot.audit_cli import audit
from bot.copy_cli import copy
from bot.events_cli import app as events_app
from bot.evidence_cli import evidence
from bot.examples import PROGRAM, WithExamples
from bot.processes_cli import bot, load, run, until_stopped, webhooks, worker
from payments.domain.errors import GuildbankError
from payments.domain.time import from_seconds
from payments.logs import configure_logs
from payments.reconciliation import Report
from payments.sealing import new_key

app = typer.Typer(
    name=PROGRAM,
    cls=WithExamples,
    help="A Discord bot that sells points for real money, with books that prove themselves.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

for command in (run, webhooks, worker, bot):
    app.command()(command)
app.add_typer(events_app, name="events")
app.command()(evidence)
app.command()(audit)
app.command()(copy)
app.command()(archive)

UNUSABLE = 2
"""Exit code when a setting, the database or the token is wrong."""

ENV_TEMPLATE = """\
# Discord's developer portal, Bot, Reset Token
DISCORD_TOKEN=
# Stripe's dashboard, Developers, API keys (a restricted key is enough)
STRIPE_SECRET_KEY=
# Stripe's dashboard, Developers, Webhooks, your endpoint, Signing secret
STRIPE_WEBHOOK_SECRET=
# Where members' browsers and Stripe reach this server
PUBLIC_URL=http://localhost:8080
# The servers that may sell, separated by commas
GUILD_IDS=
# Encrypts what must not be read in the database. Keep it; without it nothing is lost but tokens.
ENCRYPTION_KEYS={key}
"""


@app.command()
def migrate() -> None:
    """Bring the database up to the version that this program needs."""
    from migrations import SCRIPTS  # noqa: PLC0415 - as above
    from payments.store.engine import open_database  # noqa: PLC0415
    from payments.store.migrate import Migrations  # noqa: PLC0415

    settings = load()
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


@app.command()
def verify() -> None:
    """Recompute all books from the transfers; exit code 1 if anything does not agree."""
    from payments.store.engine import open_database  # noqa: PLC0415 - as above
    from payments.store.migrate import explained  # noqa: PLC0415
    from payments.store.verify import verify as check  # noqa: PLC0415

    settings = load()

    async def work() -> list[str]:
        database = open_database(settings.database_url)
        try:
            with explained():
                return await database.snapshot(lambda connection: list(check(connection)))
        finally:
            await database.close()

    complaints = asyncio.run(work())
    for complaint in complaints:
        typer.echo(complaint, err=True)
    if complaints:
        typer.echo(f"{len(complaints)} things do not agree.", err=True)
        raise typer.Exit(1)
    typer.echo("All books agree.")


@app.command()
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
) -> None:
    """Ask the payment providers for what was missed; exit code 1 if they could not be asked."""
    settings = load()
    start = (since or datetime.now(UTC) - timedelta(days=1)).replace(tzinfo=UTC)

    async def work() -> Report:
        from bot.app import Guildbank  # noqa: PLC0415 - as above

        guildbank = Guildbank(settings)
        try:
            return await guildbank.reconcile(
                from_seconds(int(start.timestamp())), delivered=delivered
            )
        finally:
            await guildbank.close()

    report = asyncio.run(work())
    typer.echo(
        f"{report.missed} messages had been missed. {report.looked_up} open checkouts and the "
        f"pending refunds of {report.refunds} payments were looked up; {report.changed} of them "
        "had moved on."
    )
    for sentence in report.failed:
        typer.echo(sentence, err=True)
    if report.failed:
        raise typer.Exit(1)


@app.command()
def sync() -> None:
    """Tell Discord the bot's commands, for each server in GUILD_IDS (or everywhere for *)."""
    settings = load()

    async def work() -> int:
        from bot.app import Guildbank  # noqa: PLC0415 - as above

        guildbank = Guildbank(settings)
        try:
            return await guildbank.sync_commands()
        finally:
            await guildbank.close()

    typer.echo(f"{asyncio.run(work())} commands are known to Discord now.")


@app.command()
def init(
    path: Annotated[Path, typer.Option(help="Where to write it.")] = Path(".env"),
) -> None:
    """Write a file for the settings, with a fresh encryption key; never overwrites one."""
    try:
        path.touch(mode=0o600, exist_ok=False)
        path.write_text(ENV_TEMPLATE.format(key=new_key()))
    except FileExistsError:
        _fail(f"{path} is there already, and was left as it is.")
    except OSError as error:
        _fail(f"{path} cannot be written: {error.strerror}.")
    typer.echo(f"Wrote {path}, readable by you alone. Fill in the empty lines.")


@app.command()
def demo(
    *,
    script: Annotated[
        bool, typer.Option("--script", help="Play one purchase without a browser, and stop.")
    ] = False,
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Where the page is; 0 takes a free port.")
    ] = 8000,
) -> None:
    """Play with the whole bot on this machine, without any account."""
    try:
        from sandbox.demo import play_script, run_demo  # noqa: PLC0415 - an extra
    except ModuleNotFoundError as error:
        _fail(
            f"The demo needs {error.name}, which is not installed. "
            "Run: pip install 'guildbank[demo]'."
        )
    configure_logs(level="WARNING", style="text")
    if script:
        raise typer.Exit(asyncio.run(play_script(typer.echo)))
    asyncio.run(until_stopped(run_demo(port=port, announce=typer.echo)))


def _fail(sentence: str) -> NoReturn:
    typer.echo(sentence, err=True)
    raise typer.Exit(UNUSABLE)


def main() -> None:
    """Run the command line; what cannot be done is said in one line, with exit code 2."""
    try:
        app(standalone_mode=True)
    except GuildbankError as error:
        typer.echo(f"guildbank: {error}", err=True)
        sys.exit(UNUSABLE)


if __name__ == "__main__":
    main()

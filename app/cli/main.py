"""The command line: `guildbank`, or `python -m bot`."""

import asyncio
import sys
from typing import Annotated, NoReturn

import typer

from app.cli.admit import admit
from app.cli.archive import archive
from app.cli.audit import audit
from app.cli.copy import copy
from app.cli.doctor import doctor
from app.cli.events import app as events_app
from app.cli.evidence import evidence
from app.cli.examples import PROGRAM, WithExamples
from app.cli.init import init
from app.cli.installation import installation
from app.cli.reconcile import reconcile
from app.cli.reencrypt import reencrypt
from app.cli.report import report
from app.cli.run import bot, run, until_stopped, webhooks, worker
from app.cli.sandbox import sandbox
from app.cli.setup import BOOKS_ALONE, NO_PROVIDER, load
from app.cli.verify import verify
from app.cli.void import void
from migrations import SCRIPTS
from payments.domain.values.errors import GuildbankError
from payments.infra.logs import configure_logs
from payments.infra.private_files import keep_files_private
from payments.store.engine.database import open_database
from payments.store.engine.migrate import Migrations

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
app.command()(verify)
app.command()(reconcile)
app.command()(void)
app.command()(evidence)
app.command()(audit)
app.command()(report)
app.command()(copy)
app.command()(archive)
app.command()(installation)
app.command()(admit)
app.command()(reencrypt)
app.command()(init)
app.command()(doctor)
app.command()(sandbox)

UNUSABLE = 2
"""Exit code when a setting, the database or the token is wrong."""


@app.command()
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


@app.command()
def sync() -> None:
    """Tell Discord the bot's commands, for each server in GUILD_IDS (or everywhere for *)."""
    settings = load(NO_PROVIDER)

    async def work() -> int:
        from app.process import Guildbank  # noqa: PLC0415 - discord.py takes long to import

        guildbank = Guildbank(settings)
        try:
            return await guildbank.sync_commands()
        finally:
            await guildbank.close()

    typer.echo(f"{asyncio.run(work())} commands are known to Discord now.")


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
        from sandbox.demo import play_script, run_demo  # noqa: PLC0415 - an extra, not always installed
    except ModuleNotFoundError as error:
        _fail(
            f"The demo needs {error.name}, which is not installed. "
            "Run `make demo` once: it installs that."
        )
    configure_logs(level="WARNING", style="text")
    if script:
        raise typer.Exit(asyncio.run(play_script(typer.echo)))
    asyncio.run(until_stopped(run_demo(port=port, announce=typer.echo)))


def _fail(sentence: str) -> NoReturn:
    typer.echo(sentence, err=True)
    raise typer.Exit(UNUSABLE)


def main() -> None:
    """Run the command line; what cannot be done is said in one line, with exit code 2.

    Whatever a command writes is readable by this user alone.
    """
    keep_files_private()
    try:
        app(standalone_mode=True)
    except GuildbankError as error:
        typer.echo(f"guildbank: {error}", err=True)
        sys.exit(UNUSABLE)


if __name__ == "__main__":
    main()

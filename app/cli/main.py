"""The command line: `guildbank`, or `python -m bot`."""

import sys
from importlib.metadata import version
from typing import Annotated, Final

import typer

from app.cli.admit import admit
from app.cli.archive import archive
from app.cli.audit import audit
from app.cli.copy import copy
from app.cli.demo import demo
from app.cli.doctor import doctor
from app.cli.events import app as events_app
from app.cli.evidence import evidence
from app.cli.examples import PROGRAM, WithExamples
from app.cli.init import init
from app.cli.installation import installation
from app.cli.mail import app as mail_app
from app.cli.migrate import migrate
from app.cli.options import INCOMPLETE, UNUSABLE
from app.cli.reconcile import reconcile
from app.cli.reencrypt import reencrypt
from app.cli.report import report
from app.cli.run import bot, run, webhooks, worker
from app.cli.sandbox import sandbox
from app.cli.sync import sync
from app.cli.verify import verify
from app.cli.void import void
from payments.domain.errors import GuildbankError
from payments.infra.errors import NoBooksYet, SettingsWrong
from payments.infra.private_files import keep_files_private

app = typer.Typer(
    name=PROGRAM,
    cls=WithExamples,
    help="A Discord bot that sells points for real money, with books that prove themselves.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

ONE_AND_THE_WAY_OUT: Final = 2
"""As many lines of wrong settings are written as one."""


def _show_version(*, wanted: bool) -> None:
    if wanted:
        typer.echo(f"{PROGRAM} {version(PROGRAM)}")
        raise typer.Exit


@app.callback()
def options(
    *,
    show_version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_show_version, is_eager=True, help="Show the version, and stop."
        ),
    ] = False,
) -> None:
    """Options of the program itself: each does its work in its own callback."""
    del show_version


for command in (run, webhooks, worker, bot):
    app.command()(command)
app.add_typer(events_app, name="events")
app.add_typer(mail_app, name="mail")
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
for command in (migrate, sync, demo):
    app.command()(command)


def main() -> None:
    """Run the command line; what cannot be done is said in a sentence, with exit code 2.

    Before the first run it is 1. Whatever a command writes is readable by this user alone.
    """
    keep_files_private()
    try:
        app(standalone_mode=True)
    except SettingsWrong as error:
        between = "\n  " if len(error.lines) > ONE_AND_THE_WAY_OUT else " "
        typer.echo(f"{PROGRAM}: {between.join(error.lines)}", err=True)
        sys.exit(UNUSABLE)
    except GuildbankError as error:
        typer.echo(f"{PROGRAM}: {error}", err=True)
        sys.exit(INCOMPLETE if isinstance(error, NoBooksYet) else UNUSABLE)


if __name__ == "__main__":
    main()

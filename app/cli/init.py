"""`guildbank init`: the first settings, asked for and checked one by one."""

import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from app.init.settings_file import blank, filled, present, template
from app.init.terminal import Terminal
from payments.infra.asking import Asker, Questions
from payments.infra.env_file import read_env_file
from payments.infra.logs import configure_logs
from payments.infra.private_files import write_private
from payments.infra.settings import Addresses, load_addresses

UNUSABLE = 2


def init(
    path: Annotated[Path, typer.Option(help="Where to write it.")] = Path(".env"),
    *,
    empty: Annotated[
        bool,
        typer.Option("--template", help="Ask nothing: write empty lines to be filled in."),
    ] = False,
) -> None:
    """Ask for token, keys and address, check each at once, and write them into a file.

    What you type as a secret is not shown. The file is readable by you alone; one that is there
    already is changed only if you say so, and keeps what you are not asked for. Where nobody can be
    asked (no terminal), or with --template, a file with empty lines is written instead.
    """
    if empty or not sys.stdin.isatty():
        write_template(path)
        return
    ask(path, Terminal())


def write_template(path: Path) -> None:
    """Write the file with a fresh encryption key and empty lines; never over another one."""
    try:
        path.touch(mode=0o600, exist_ok=False)
    except FileExistsError:
        _fail(f"{path} is there already, and was left as it is.")
    except OSError as error:
        _fail(f"{path} cannot be written: {error.strerror}.")
    try:
        _write(path, template())
    except BaseException:
        path.unlink()  # it is the empty one of above
        raise
    typer.echo(f"Wrote {path}, readable by you alone. Fill in the empty lines.")


def ask(path: Path, asker: Asker) -> None:
    """Ask, write, and tell what is to be done next."""
    from app.init.questions import Interview  # noqa: PLC0415 - discord.py takes long to import
    from bot.connection.login import point_discord_at  # noqa: PLC0415 - as above

    if path.exists() and not asker.agrees(
        f"{path} is there already. Go through it? What you are not asked for stays.", default=False
    ):
        _fail(f"{path} is there already, and was left as it is.")
    configure_logs(level="CRITICAL", style="text")
    before = read_env_file(path)
    point_discord_at(load_addresses(Addresses, path))
    interview = Interview(Questions(asker, present(path)), path)
    answers = interview.answers()
    _write(path, filled(before or blank(), answers))
    asker.tell(f"\nWrote {path}, readable by you alone.")
    asker.tell("Next: guildbank sync, guildbank run, and in another window guildbank doctor.")


def _write(path: Path, text: str) -> None:
    try:
        write_private(path, text)
    except OSError as error:
        _fail(f"{path} cannot be written: {error.strerror}.")


def _fail(sentence: str) -> NoReturn:
    typer.echo(sentence, err=True)
    raise typer.Exit(UNUSABLE)

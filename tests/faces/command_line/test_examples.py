"""The help of each subcommand ends with examples that work, and says how it ends."""

import shlex
from collections.abc import Iterator
from importlib.metadata import version
from typing import Any

import pytest
import typer.main
from typer.testing import CliRunner

from app.cli.examples import EXAMPLES, EXIT_CODES
from app.cli.main import app

GROUP: Any = typer.main.get_command(app)


def leaves(group: Any, before: str = "") -> Iterator[tuple[str, Any]]:
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from leaves(command, f"{before}{name} ")
        else:
            yield f"{before}{name}", command


COMMANDS = dict(leaves(GROUP))


@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_ends_with_an_example(name: str) -> None:
    shown = CliRunner().invoke(app, [*name.split(), "--help"], terminal_width=200)
    assert shown.exit_code == 0
    assert f"Example: guildbank {name}" in shown.output


@pytest.mark.parametrize("name", ["", "events", *COMMANDS])
def test_a_short_option_asks_for_the_help_too(name: str) -> None:
    """As most programs have it."""
    short, long = (
        CliRunner().invoke(app, [*name.split(), option], terminal_width=200)
        for option in ("-h", "--help")
    )
    assert (short.exit_code, short.output) == (0, long.output)


def test_the_version_is_shown() -> None:
    shown = CliRunner().invoke(app, ["--version"])
    assert (shown.exit_code, shown.output) == (0, f"guildbank {version('guildbank')}\n")


@pytest.mark.parametrize("line", [line for name in COMMANDS for line in EXAMPLES.get(name, ())])
def test_each_example_is_understood(line: str) -> None:
    words = shlex.split(line.partition(" > ")[0])[1:]
    name = next(each for each in COMMANDS if words[: len(each.split())] == each.split())
    COMMANDS[name].make_context(name, words[len(name.split()) :])


def test_the_help_of_all_says_what_the_exit_codes_mean() -> None:
    shown = CliRunner().invoke(app, ["--help"], terminal_width=200)
    words = " ".join(shown.output.split())
    for code, meaning in EXIT_CODES.items():
        assert f"Exit code {code}: {meaning}" in words


def test_what_is_not_understood_ends_with_two() -> None:
    assert CliRunner().invoke(app, ["verify", "--nonsense"]).exit_code == 2

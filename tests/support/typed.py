"""The command line, carried out in this process as if it had been typed in a shell of its own."""

import contextlib
import io
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

from discord.gateway import DiscordWebSocket
from discord.http import Route

from app.cli.main import main
from tests.support.logs import log_as_before


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """How a command ended.

    Attributes:
        code: Its exit code.
        output: What it wrote to standard output.
        errors: What it wrote to standard error.
    """

    code: int
    output: str
    errors: str


def kept_environment() -> dict[str, str]:
    """What a command needs of our own environment."""
    return {name: os.environ[name] for name in ("PATH", "HOME", "PYTHONPATH") if name in os.environ}


class Terminal(io.StringIO):
    """Somebody sits there, and types nothing."""

    def isatty(self) -> bool:
        """That it is a terminal."""
        return True


def carry_out(
    arguments: Sequence[str],
    folder: Path,
    environment: Mapping[str, str],
    typed: io.StringIO | None = None,
) -> Finished:
    """Carry a command out to its end; nothing that it sets for its process stays.

    It has an event loop of its own, so it is called from another thread than that of a running one.
    It must be none that waits for signals: those reach the main thread alone.

    Args:
        arguments: What is typed after `guildbank`.
        folder: Where it is typed.
        environment: The settings.
        typed: What is typed while it runs; nothing, and not at a terminal, if none is given.
    """
    output, errors = io.StringIO(), io.StringIO()
    with (
        _shell(folder, kept_environment() | {"COLUMNS": "80"} | dict(environment)),
        mock.patch.object(sys, "argv", ["guildbank", *arguments]),
        mock.patch.object(sys, "stdin", typed or io.StringIO()),
        contextlib.redirect_stdout(output),
        contextlib.redirect_stderr(errors),
    ):
        code = _code()
    return Finished(code=code, output=output.getvalue(), errors=errors.getvalue())


def _code() -> int:
    try:
        main()
    except SystemExit as end:
        return int(end.code or 0)
    return 0


@contextlib.contextmanager
def _shell(folder: Path, environment: Mapping[str, str]) -> Iterator[None]:
    """All that belongs to a process and that a command may change, as before at the end."""
    umask = os.umask(0o022)
    try:
        with (
            log_as_before(),
            contextlib.chdir(folder),
            mock.patch.dict(os.environ, environment, clear=True),
            mock.patch.object(Route, "BASE", Route.BASE),
            mock.patch.object(
                DiscordWebSocket, "DEFAULT_GATEWAY", DiscordWebSocket.DEFAULT_GATEWAY
            ),
        ):
            yield
    finally:
        os.umask(umask)

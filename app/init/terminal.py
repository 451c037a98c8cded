"""Asking a person at a terminal."""

import textwrap
from typing import Final

import typer

COLUMNS: Final = 79
"""As wide as any terminal; words that are longer, such as addresses, stay whole."""

ANSWER: Final = 21
"""Columns that are left free behind a question."""


class Terminal:
    """The terminal of this process; Ctrl-C ends everything."""

    def secret(self, question: str) -> str:
        """Ask without showing what is typed."""
        asked = _wrapped(question, COLUMNS - len(": "))  # nothing is shown behind it
        typed: str = typer.prompt(asked, hide_input=True, default="", show_default=False)
        return typed.strip()

    def line(self, question: str, default: str) -> str:
        """Ask for a line."""
        typed: str = typer.prompt(
            _wrapped(question, COLUMNS - ANSWER), default=default, show_default=bool(default)
        )
        return typed.strip()

    def agrees(self, question: str, *, default: bool) -> bool:
        """Ask for yes or no."""
        return typer.confirm(_wrapped(question, COLUMNS - len(" [y/N]: ")), default=default)

    def tell(self, words: str) -> None:
        """Print it."""
        typer.echo(_wrapped(words, COLUMNS))


def _wrapped(words: str, columns: int) -> str:
    """The same in lines that no terminal breaks within a word."""
    return "\n".join(
        textwrap.fill(
            line.lstrip(),
            columns,
            initial_indent=" " * (len(line) - len(line.lstrip())),
            subsequent_indent=" " * (len(line) - len(line.lstrip())),
            break_long_words=False,
            break_on_hyphens=False,
        )
        for line in words.split("\n")
    )

"""Asking a person at a terminal."""

from typing import Protocol

import typer


class Asker(Protocol):
    """Asks questions, and prints lines."""

    def secret(self, question: str) -> str:
        """What is typed without being shown; empty if nothing is."""
        ...

    def line(self, question: str, default: str) -> str:
        """What is typed, or the default."""
        ...

    def agrees(self, question: str, *, default: bool) -> bool:
        """Yes or no."""
        ...

    def tell(self, words: str) -> None:
        """Say something."""
        ...


class Terminal:
    """The terminal of this process; Ctrl-C ends everything."""

    def secret(self, question: str) -> str:
        """Ask without showing what is typed."""
        typed: str = typer.prompt(question, hide_input=True, default="", show_default=False)
        return typed.strip()

    def line(self, question: str, default: str) -> str:
        """Ask for a line."""
        typed: str = typer.prompt(question, default=default, show_default=bool(default))
        return typed.strip()

    def agrees(self, question: str, *, default: bool) -> bool:
        """Ask for yes or no."""
        return typer.confirm(question, default=default)

    def tell(self, words: str) -> None:
        """Print it."""
        typer.echo(words)

"""Asking a person at a terminal."""

import typer


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

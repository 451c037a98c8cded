"""`guildbank demo`."""

import asyncio
from typing import Annotated, NoReturn

import typer

from app.cli.options import UNUSABLE
from app.cli.run import until_stopped
from payments.infra.logs import configure_logs


def demo(
    *,
    script: Annotated[
        bool,
        typer.Option(
            "--script", help="Play one purchase and two orders without a browser, and stop."
        ),
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
    from app.process import Guildbank  # noqa: PLC0415 - discord.py takes long to import

    configure_logs(level="WARNING", style="text")
    if script:
        raise typer.Exit(asyncio.run(play_script(Guildbank, typer.echo)))
    asyncio.run(until_stopped(run_demo(Guildbank, port=port, announce=typer.echo)))


def _fail(sentence: str) -> NoReturn:
    typer.echo(sentence, err=True)
    raise typer.Exit(UNUSABLE)

"""`guildbank demo`: the whole bot on one machine, without any account and without real money."""

import asyncio
from collections.abc import Callable

import sandbox.demo.quiet  # noqa: F401 - acts by being imported, before SimCord
from payments.domain.errors import GuildbankError
from payments.providers.registry import PROVIDERS
from sandbox.demo.script import Failed, play
from sandbox.demo.stage import MakeProgram, Stage
from sandbox.demo.takers import TITLES


class CannotShow(GuildbankError):
    """The demo cannot start; the text says why and what to do about it."""


async def run_demo(
    make_program: MakeProgram, *, port: int = 0, announce: Callable[[str], None]
) -> None:
    """Show the demo's page until cancelled.

    Args:
        make_program: Makes the bot from settings.
        port: Where the page is; 0 takes a free port.
        announce: Told where the page is, once it can be opened.

    Raises:
        CannotShow: The port is taken.
    """
    try:
        ways = [each.name for each in PROVIDERS if each.name in TITLES]
        async with Stage(make_program, port=port, ways=ways) as stage:
            announce(f"The demo is at {stage.shell.url} (Ctrl+C ends it).")
            await asyncio.Event().wait()
    except OSError as error:
        raise CannotShow(
            f"The demo cannot listen on port {port}: {error.strerror}. Try --port 0."
        ) from error


async def play_script(make_program: MakeProgram, announce: Callable[[str], None]) -> int:
    """Play one purchase, and what its points buy, without a browser.

    Args:
        make_program: Makes the bot from settings.
        announce: Told each step, with its time.

    Returns:
        0 if all of it arrived, 1 if not.
    """
    try:
        await play(make_program, announce)
    except Failed as error:
        announce(f"It went wrong: {error}.")
        return 1
    announce("Everything arrived.")
    return 0


__all__ = ["CannotShow", "play_script", "run_demo"]

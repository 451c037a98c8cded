"""`guildbank run`, or its parts as processes of their own: `webhooks`, `worker`, `bot`."""

import asyncio
import gc
import signal
from collections.abc import Coroutine
from typing import Annotated, Any

import typer

from app.cli.setup import UNUSED, load
from app.roles import EVERYTHING, ProcessRole


async def until_stopped(work: Coroutine[Any, Any, None]) -> None:
    """Run until done, or until the process is told to stop (SIGINT, SIGTERM)."""
    task = asyncio.create_task(work)
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, task.cancel)
    try:
        await task
    except asyncio.CancelledError:
        if not task.cancelled():
            raise


def _run(roles: frozenset[ProcessRole], shards: tuple[int, ...] | None = None) -> None:
    settings = load(UNUSED.get(roles, frozenset()))

    async def work() -> None:
        from app.process import Guildbank  # noqa: PLC0415 - discord.py takes half a second to import

        async with Guildbank(settings, roles=roles, shards=shards) as guildbank:
            spare_the_collector()
            await until_stopped(guildbank.run())

    asyncio.run(work())


def spare_the_collector() -> None:
    """Tell Python's garbage collector that what is there now stays for good.

    Else it walks through all that was imported again and again, and everything stands still for a
    tenth of a second.
    """
    gc.collect()
    gc.freeze()


def run() -> None:
    """Run everything in one process: web server, queue and Discord."""
    _run(EVERYTHING)


def webhooks() -> None:
    """Run the web server alone: the webhook door and the pay pages. As many as you like."""
    _run(frozenset({ProcessRole.WEBHOOKS}))


def worker() -> None:
    """Run the queue alone: messages, subscribers, what was missed. As many as you like."""
    _run(frozenset({ProcessRole.WORKER}))


def bot(
    shards: Annotated[
        str | None,
        typer.Option(
            help="`auto` for as many as Discord recommends, or `0-3/8`: shards 0 to 3 of 8 here. "
            "One if left out.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Run the gateway alone: commands and buttons. Each shard in one process."""
    _run(frozenset({ProcessRole.BOT}), parse_shards(shards))


def parse_shards(text: str | None) -> tuple[int, ...] | None:
    """The shards of a process with their total at the end; none for one shard, empty for auto.

    Raises:
        typer.BadParameter: It is written wrongly.
    """
    if text is None:
        return None
    if text == "auto":
        return ()
    here, _, total = text.partition("/")
    first, _, last = here.partition("-")
    try:
        numbers = int(first), int(last or first), int(total)
    except ValueError:
        raise typer.BadParameter("Write auto, or a range of a total, such as 0-3/8.") from None
    if not 0 <= numbers[0] <= numbers[1] < numbers[2]:
        raise typer.BadParameter("The range must lie below the total, such as 0-3/8.")
    return (*range(numbers[0], numbers[1] + 1), numbers[2])

"""What runs beside everything else until a process ends."""

import asyncio
from collections.abc import Coroutine
from typing import Any

import structlog

log = structlog.get_logger(__name__)


class Background:
    """Work that runs until the end; an early end is noted."""

    def __init__(self) -> None:
        self._tasks: list[asyncio.Task[None]] = []

    def begin(self, work: Coroutine[Any, Any, None], name: str) -> None:
        """Run something in the background."""
        task = asyncio.create_task(work, name=name)
        task.add_done_callback(_note_early_end)
        self._tasks.append(task)

    async def end(self) -> None:
        """Stop all of it, and wait until it has stopped."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


def _note_early_end(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        log.error("process.part_ended", part=task.get_name(), exc_info=error)

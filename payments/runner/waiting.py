"""Commands that wait for the runner, with their callers."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from payments.commands.base import Command


@dataclass(slots=True, kw_only=True)
class Waiting:
    """A command with the caller who waits for it.

    Attributes:
        command: What is to be done.
        answer: Where its result goes.
        arrived_at: When it came, in seconds of the event loop.
    """

    command: Command[Any]
    answer: asyncio.Future[Any]
    arrived_at: float


def answer_all(waiting: Iterable[Waiting], error: Exception, cause: BaseException | None) -> None:
    """Give an error to all who have no answer yet."""
    for each in waiting:
        if not each.answer.done():
            each.answer.set_exception(error)
            error.__cause__ = cause if cause is not error else None

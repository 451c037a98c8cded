"""Whoever is told that the database is away asks again."""

from typing import Any

from payments.commands.base import Command
from payments.domain.values.errors import Refused
from payments.runner.runner import Runner
from payments.runner.waiting import BooksUnavailable

TRIES = 10


async def give(runner: Runner, command: Command[Any]) -> int:
    """Give a command until it is carried out; how often it was told that the database is away."""
    for away in range(TRIES):
        try:
            await runner.run(command)
        except Refused:
            return away
        except BooksUnavailable:
            continue
        return away
    raise AssertionError(f"still away after {TRIES} tries")

"""Outages: whoever meets one asks again, and what is raised where a provider is away."""

from typing import Any

from payments.commands.base import Command
from payments.domain.errors import Refused
from payments.providers.errors import ProviderUnavailable
from payments.runner.errors import BooksUnavailable
from payments.runner.runner import Runner

TRIES = 30
"""At one statement in forty, with thirty in a command, some command loses ten tries in a row."""


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


def unreachable() -> ProviderUnavailable:
    """As when the provider cannot be reached."""
    return ProviderUnavailable("The provider cannot be reached.")

"""What a timer is: an object whose time has come, and the command that ends it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from payments.commands.base import Command
from payments.domain.values.ids import GuildId
from payments.domain.values.time import Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """An object whose time has come.

    Attributes:
        kind: Of what kind it is, as the database calls it.
        guild: In whose books.
        object: Its id there.
        at: When it was due.
        command: What is to be done.
    """

    kind: str
    guild: GuildId
    object: str
    at: Instant
    command: Command[Any]


class Source(Protocol):
    """Knows when objects of one kind are due."""

    async def due(self, now: Instant, limit: int) -> Sequence[Due]:
        """The objects that are due at `now`, up to a limit, the longest due first.

        Those whose command was refused are left out.
        """
        ...


class TimerRefusals(Protocol):
    """Remembers what was refused."""

    async def note(self, due: Due, reason: str, now: Instant) -> None:
        """Note that an object is not to be tried again."""
        ...

"""How what a batch has changed comes into the database."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from sqlalchemy import Connection

from payments.commands.base import Command
from payments.domain.books import Books, Collection, Slice
from payments.domain.values.ids import GuildId
from payments.store.outbox.destination import Route

K = TypeVar("K")
V = TypeVar("V")


@dataclass(frozen=True, slots=True, kw_only=True)
class Done:
    """A command that succeeded.

    Attributes:
        content: It, as JSON.
        result: What it returned, as JSON.
        guild: In whose books; none if it was given for no guild, and moved no points.
    """

    command: Command[Any]
    content: str
    result: str
    guild: GuildId | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """What a batch leaves to be written.

    Attributes:
        connection: In the transaction in which everything was loaded.
        loaded: What there was before.
        books: What there is now.
        done: The commands that succeeded.
        route: Where their events go.
    """

    connection: Connection
    loaded: Slice
    books: Books
    done: Sequence[Done]
    route: Route


class Writer(Generic[K, V]):
    """How one collection is written.

    Args:
        collection: Which.
        write: Writes what was changed of it; called only if something was.
    """

    def __init__(
        self, collection: Collection[K, V], write: Callable[[Writing, Mapping[K, V]], None]
    ) -> None:
        self.collection: Final = collection
        self._write = write

    def __call__(self, writing: Writing) -> None:
        """Write what was changed of the collection."""
        if changed := writing.books[self.collection].changed:
            self._write(writing, changed)


def writes(
    collection: Collection[K, V],
) -> Callable[[Callable[[Writing, Mapping[K, V]], None]], Writer[K, V]]:
    """Make a function the writer of a collection; it still needs its place in `WRITING`."""
    return lambda write: Writer(collection, write)

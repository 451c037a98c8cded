"""Books that somebody changes by hand: one change after the other, each from the same books."""

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from sqlalchemy import Connection, text

from payments.store.engine.database import Database
from payments.store.verify.verify import verify

Look = Callable[[Connection], Iterable[str]]
Said = Mapping[str, list[str]]

_COUNTED: Final = {"stream_results": False, "yield_per": None}
"""Whatever was read bit by bit before: PostgreSQL would not say how many rows were changed."""


async def said_of(database: Database, tamperings: Iterable[str], look: Look = verify) -> Said:
    """What is found wrong after each change, which is taken back at once.

    Args:
        database: The books, which are as before at the end.
        tamperings: The changes, in SQL; each must change something.
        look: Looks for what is wrong.
    """

    def work(connection: Connection) -> dict[str, list[str]]:
        return {each: _said_after(connection, each, look) for each in tamperings}

    return await database.transact(work)


def _said_after(connection: Connection, tampering: str, look: Look) -> list[str]:
    changed = connection.begin_nested()
    done = connection.execute(text(tampering), execution_options=_COUNTED)
    assert done.rowcount > 0, tampering
    found = list(look(connection))
    changed.rollback()
    return found


def not_named(said: Said, wanted: Iterable[tuple[str, str]]) -> Said:
    """The changes of which no complaint has the wanted words, with what was said instead."""
    return {
        change: said[change]
        for change, words in wanted
        if not any(words in each for each in said[change])
    }


def not_named_first(said: Said, wanted: Iterable[tuple[str, str]]) -> Said:
    """The changes of which the first complaint does not begin with the wanted words."""
    return {
        change: said[change]
        for change, words in wanted
        if not said[change] or not said[change][0].startswith(words)
    }

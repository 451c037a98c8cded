"""Which rows are meant, where keys begin with the guild: in SQL that both databases run fast."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Column, ColumnElement, and_, bindparam

from payments.store.statements.compiled import one_of


class KeyPairs:
    """Keys of rows, each a guild and something in it, as values for `among`.

    Attributes:
        guilds: For how many guilds there are values: a power of two, so that statements are few;
            for those that are too many the lists are empty.
        values: By the names that `among` gives them.
    """

    def __init__(self, name: str, keys: Iterable[tuple[int, Any]]) -> None:
        grouped: defaultdict[int, list[Any]] = defaultdict(list)
        for key in keys:
            grouped[key[0]].append(key[1])
        self.guilds = 1 << (len(grouped) - 1).bit_length() if grouped else 0
        self.values: dict[str, Any] = {}
        filled = sorted(grouped.items())
        for number in range(self.guilds):
            guild, wanted = filled[number] if number < len(filled) else (0, [])
            self.values[f"{name}_guild_{number}"] = guild
            self.values[f"{name}_{number}"] = sorted(wanted)


def among(
    name: str, guilds: int, guild: Column[int], column: Column[Any], *also: ColumnElement[bool]
) -> list[ColumnElement[bool]]:
    """Alternatives, one of which holds if a row has one of some keys in this number of guilds.

    Written guild by guild, because SQLite uses no index for `(a, b) IN (...)`.
    """
    return [
        and_(
            guild == bindparam(f"{name}_guild_{number}"), one_of(column, f"{name}_{number}"), *also
        )
        for number in range(guilds)
    ]

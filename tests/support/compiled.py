"""SQL statements compiled once for all databases of a run of tests.

SQLAlchemy keeps what it has compiled by engine, and by that engine's own object for the dialect.
Each test opens a database of its own, so nearly every statement of every test would be compiled
again.
"""

from collections.abc import Hashable, Iterator, MutableMapping
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.engine import Compiled

_COMPILED: dict[tuple[Hashable, ...], Compiled] = {}


class SharedStatements(MutableMapping[Any, Compiled]):
    """What was compiled for a dialect, whichever of its objects asks."""

    def __getitem__(self, key: Any) -> Compiled:
        return _COMPILED[self._shared(key)]

    def __setitem__(self, key: Any, compiled: Compiled) -> None:
        _COMPILED[self._shared(key)] = compiled

    def __delitem__(self, key: Any) -> None:
        del _COMPILED[self._shared(key)]

    def __iter__(self) -> Iterator[Any]:
        return iter(_COMPILED)

    def __len__(self) -> int:
        return len(_COMPILED)

    @staticmethod
    def _shared(key: Any) -> tuple[Hashable, ...]:
        dialect, *rest = key
        return (dialect.name, dialect.driver, dialect.paramstyle, *rest)


_SHARED = SharedStatements()


def share_statements() -> None:
    """Let all engines use what any of them has compiled."""
    Engine._compiled_cache = property(  # type: ignore[assignment] # each engine would make its own
        lambda _engine: _SHARED, lambda _engine, _own: None
    )

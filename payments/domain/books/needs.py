"""Collections of the books, and which keys of them a command needs."""

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final, Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Collection(Generic[K, V]):
    """Values of one kind, by key: the typed name under which commands need, read and change them.

    Each collection is one object, equal to itself alone. `payments/store/books/load.py` says how
    it is loaded, and `payments/store/books/write.py` how it is written.

    Args:
        name: For people who read an error.
    """

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name: Final = name

    def of(self, *keys: K) -> "Needs":
        """The need of these keys."""
        return self.all_of(keys)

    def all_of(self, keys: Iterable[K]) -> "Needs":
        """The need of these keys; an empty need if there are none."""
        wanted = frozenset(keys)
        return Needs({self: wanted}) if wanted else NOTHING

    def __repr__(self) -> str:
        return self.name


class Needs:
    """What must be seen to decide: keys by collection. Never changed.

    Args:
        keys: By collection, at least one for each.
    """

    __slots__ = ("_keys",)

    def __init__(
        self, keys: Mapping[Collection[Any, Any], frozenset[Any]] = MappingProxyType({})
    ) -> None:
        self._keys = keys

    @classmethod
    def union(cls, several: Iterable["Needs"]) -> "Needs":
        """All that any of several needs."""
        keys: dict[Collection[Any, Any], set[Any]] = {}
        for needs in several:
            for collection, wanted in needs:
                if (known := keys.get(collection)) is None:
                    keys[collection] = set(wanted)
                else:
                    known |= wanted
        return cls({collection: frozenset(wanted) for collection, wanted in keys.items()})

    def __getitem__(self, collection: Collection[K, Any]) -> frozenset[K]:
        return self._keys.get(collection, frozenset())

    def __iter__(self) -> Iterator[tuple[Collection[Any, Any], frozenset[Any]]]:
        return iter(self._keys.items())

    def __bool__(self) -> bool:
        return bool(self._keys)

    def __or__(self, other: "Needs") -> "Needs":
        keys = dict(self._keys)
        for collection, wanted in other:
            known = keys.get(collection)
            keys[collection] = wanted if known is None else known | wanted
        return Needs(keys)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Needs) and self._keys == other._keys

    def __hash__(self) -> int:
        return hash(frozenset(self._keys.items()))

    def __repr__(self) -> str:
        return f"Needs({dict(self._keys)})"


NOTHING: Final = Needs()


class NeedsMore(Exception):  # no error: it never leaves the runner
    """A command found on its way that it must see more: the transaction starts again with it."""

    def __init__(self, needs: Needs) -> None:
        super().__init__(needs)
        self.needs = needs

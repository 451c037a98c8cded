"""What was loaded for a batch of commands."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, TypeVar

from payments.domain.books.needs import Collection

K = TypeVar("K")
V = TypeVar("V")

NOTHING: Final[Mapping[Any, Any]] = MappingProxyType({})


class Slice:
    """The state that was loaded for a batch, by collection. What is not in it was not asked for."""

    __slots__ = ("_values",)

    def __init__(self) -> None:
        self._values: dict[Collection[Any, Any], Mapping[Any, Any]] = {}

    def __getitem__(self, collection: Collection[K, V]) -> Mapping[K, V]:
        return self._values.get(collection, NOTHING)

    def put(self, collection: Collection[K, V], values: Mapping[K, V]) -> "Slice":
        """Note what a collection has for all keys that were asked for. Returns itself."""
        self._values[collection] = values
        return self

"""Mappings in layers: what was changed, on top of what it was changed from."""

from collections.abc import Mapping
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Overlay(Generic[K, V]):
    """What was changed here; whatever was not is looked up below.

    Values are immutable, so that an overlay can be thrown away.

    Args:
        below: What the changes stand on; it is never written to.

    Attributes:
        changed: The changes alone.
    """

    __slots__ = ("_below", "changed")

    def __init__(self, below: "Mapping[K, V] | Overlay[K, V]") -> None:
        self._below = below
        self.changed: dict[K, V] = {}

    def __contains__(self, key: K) -> bool:
        return key in self.changed or key in self._below

    def __getitem__(self, key: K) -> V:
        changed = self.changed
        return changed[key] if key in changed else self._below[key]

    def __setitem__(self, key: K, value: V) -> None:
        self.changed[key] = value

    def get(self, key: K, otherwise: V) -> V:
        """What is there, or something else if nothing is."""
        try:
            return self[key]
        except KeyError:
            return otherwise

    def merged(self) -> dict[K, V]:
        """All that can be looked up, changed or not."""
        below = self._below.merged() if isinstance(self._below, Overlay) else self._below
        return {**below, **self.changed}

"""Idempotency: under the same key the same thing happens once, and is answered the same way."""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What was asked under a key: it must be the same each time."""

    path: str
    content: Hashable


class KeyReused(Exception):
    """A key was used before, for something else.

    Attributes:
        first: What it was used for.
    """

    def __init__(self, first: Asked) -> None:
        super().__init__(f"the key was used for {first.path}")
        self.first = first


class KeyInUse(Exception):
    """Another request with the same key is still being carried out."""


@dataclass(slots=True, kw_only=True)
class _Entry(Generic[T]):
    asked: Asked
    since: int
    answer: T | None = None


class Keys(Generic[T]):
    """Remembers the answers that were given under idempotency keys, or what they are made of.

    Args:
        kept_seconds: How long an answer is kept.
    """

    def __init__(self, kept_seconds: int) -> None:
        self._kept_seconds = kept_seconds
        self._entries: dict[str, _Entry[T]] = {}

    def begin(self, key: str, asked: Asked, now: int) -> T | None:
        """Claim a key, or get the answer that was given under it.

        Args:
            key: The client's.
            asked: What is asked now.
            now: Unix seconds.

        Raises:
            KeyReused: It was used for something else.
            KeyInUse: It is in use at the moment.
        """
        entry = self._entries.get(key)
        if entry is None or (entry.answer is not None and entry.since + self._kept_seconds <= now):
            self._entries[key] = _Entry(asked=asked, since=now)
            return None
        if entry.asked != asked:
            raise KeyReused(entry.asked)
        if entry.answer is None:
            raise KeyInUse
        return entry.answer

    def keep(self, key: str, answer: T) -> None:
        """Remember the answer to the request that claimed a key."""
        self._entries[key].answer = answer

    def release(self, key: str) -> None:
        """Forget a claim: nothing was begun."""
        del self._entries[key]

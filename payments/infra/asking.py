"""Asking a person for settings, and looking at each answer at once."""

import asyncio
import re
from collections.abc import Coroutine, Mapping
from typing import Any, Final, Protocol, TypeVar

from payments.domain.errors import GuildbankError

T = TypeVar("T")

KEEPS: Final = " (Enter keeps the present one)"

LIMIT_SECONDS: Final = 10.0
"""How long a look may take: a person waits."""

_VALUE: Final = re.compile(r"[!-~]*")
_SPECIAL: Final = frozenset("'\"`#$\\")


class AnswerRefused(GuildbankError):
    """The service says that the answer is wrong."""


class CannotLook(GuildbankError):
    """The service cannot be asked."""


class Asker(Protocol):
    """Asks questions, and prints lines."""

    def secret(self, question: str) -> str:
        """What is typed without being shown; empty if nothing is."""
        ...

    def line(self, question: str, default: str) -> str:
        """What is typed, or the default."""
        ...

    def agrees(self, question: str, *, default: bool) -> bool:
        """Yes or no."""
        ...

    def tell(self, words: str) -> None:
        """Say something."""
        ...


class Questions:
    """What all questions have in common.

    Args:
        asker: Who asks.
        present: What the settings are now, by name.
    """

    def __init__(self, asker: Asker, present: Mapping[str, str]) -> None:
        self.asker = asker
        self.present = present

    def secret(self, name: str, question: str, *, needed: bool = True) -> str:
        """A secret that can stand in the file; the present one if nothing is typed."""
        kept = self.present.get(name, "")
        while True:
            typed = self.asker.secret(question + (KEEPS if kept else "")) or kept
            if not is_writable(typed):
                self.asker.tell("That has spaces or signs in it that no such secret has.")
            elif typed or not needed:
                return typed

    def takes_unchecked(self, error: CannotLook) -> bool:
        """Say why an answer cannot be looked at, and ask whether it counts nevertheless."""
        self.asker.tell(str(error))
        return self.asker.agrees("Take it without a look?", default=False)

    def look(self, work: Coroutine[Any, Any, T]) -> T:
        """Look, outside any prompt: so Ctrl-C ends a prompt at once."""
        return asyncio.run(work)


def is_writable(value: str) -> bool:
    """Whether a value can stand in such a file as it is: no space, quote or other special sign."""
    return _VALUE.fullmatch(value) is not None and not _SPECIAL & set(value)

"""What can be refused, with the sentence that a person reads."""

from collections.abc import Callable
from typing import Final

QUOTED_LENGTH: Final = 60
"""The most characters of somebody's words in a sentence."""


def in_quotes(words: str) -> str:
    """Somebody's words in a plain sentence, cut where they are long."""
    cut = words if len(words) <= QUOTED_LENGTH else f"{words[: QUOTED_LENGTH - 1].rstrip()}…"
    return f"“{cut}”"


class GuildbankError(Exception):
    """Everything that Guildbank itself raises."""


class Refused(GuildbankError):
    """What was asked cannot be done, and nothing was changed.

    Its text is one sentence for the person who asked: no secrets, no jargon.

    Args:
        sentence: The sentence; where it quotes somebody, with a name in braces.
        quoted: The words that are quoted, by that name, as they were written.
    """

    def __init__(self, sentence: str, **quoted: str) -> None:
        super().__init__(sentence)
        self._template = sentence
        self._quoted = quoted

    def __str__(self) -> str:
        return self.sentence

    @property
    def sentence(self) -> str:
        """What the person reads where nothing but text is shown."""
        return self.said(in_quotes)

    def said(self, quote: Callable[[str], str]) -> str:
        """What the person reads, with quotations as a face writes them."""
        if not self._quoted:
            return self._template
        return self._template.format_map({k: quote(words) for k, words in self._quoted.items()})


class NotEnoughPoints(Refused):
    """An account holds fewer points than are to leave it.

    Attributes:
        wanted: Points that were to leave.
        available: Points that can leave now (mature ones, where that matters).
    """

    def __init__(self, *, wanted: int, available: int) -> None:
        super().__init__(f"That takes {wanted:,} points, and only {available:,} can be used now.")
        self.wanted = wanted
        self.available = available


class NeedsApproval(Refused):
    """It is done only with the word of a second moderator."""


class KeyReused(GuildbankError):
    """An idempotency key came again with other content: a mistake in the caller."""


class CannotUndo(Refused):
    """A command's effect cannot be taken back, or not any more; says why."""


class BooksBroken(GuildbankError):
    """An invariant of the books does not hold: nothing of this command is kept."""


class TooFast(Refused):
    """A member does something more often than they may."""

"""What a guild calls its points, so that it can do no harm wherever it is shown.

A name is written between other words in messages, cards, lists, pages and private threads. So it is
made of letters, marks, digits and a few signs that mean nothing to Discord or HTML: no markup, no
mention, no link and nothing invisible can be written with them.
"""

from dataclasses import dataclass
from typing import Final

import regex

from payments.domain.errors import Refused
from payments.domain.sentences.sentence import Sentence
from payments.domain.values.written_text import check_words, length, tidy

NAME_LENGTH: Final = 24
"""The most characters of a name: beside it a package's name and price must fit into one choice."""

NAME_PARTS: Final = 32
"""The most code points of a name, for the same reason."""

SYMBOL_LENGTH: Final = 8
"""The most letters and digits of a symbol that is no emoji."""

SYMBOL_PARTS: Final = 12
"""The most code points of a symbol: an emoji may be several of them."""

_NAME: Final = regex.compile(r"[\p{L}][\p{L}\p{M}\p{Nd}\u200c\u200d \u00a0\u202f'’-]*")  # noqa: RUF001 - the apostrophe that phones write
_NAME_LABEL: Final = Sentence("Name for points")
_LETTERS: Final = regex.compile(r"[\p{Lu}\p{Ll}\p{Lt}\p{Lo}\p{Nd}]+")
_SIGN: Final = regex.compile(
    r"[\p{So}\p{Sc}\p{ExtPict}\p{Nd}\p{RI}][\p{EMod}\p{ExtPict}\p{RI}\u200d\ufe0e\ufe0f\u20e3\U000e0030-\U000e007f]*"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PointsNames:
    """What points are called: `1 shell`, `1,500 shells 🐚`.

    Attributes:
        one: The name of a single one.
        many: The name of any other number of them.
        symbol: A sign that follows the name; empty if none is wanted.
    """

    one: str = "point"
    many: str = "points"
    symbol: str = ""

    def counted(self, count: int, written: str) -> str:
        """A number of them with their name; `written` is the number in the reader's language."""
        return self.marked(f"{written} {self.one if abs(count) == 1 else self.many}")

    def marked(self, words: str) -> str:
        """Words with the symbol behind them."""
        return f"{words} {self.symbol}" if self.symbol else words


POINTS: Final = PointsNames()
"""What they are called as long as nobody calls them otherwise."""


def check_names(names: PointsNames) -> None:
    """Refuse names that are too long, or that would be more than words.

    Raises:
        Refused: Says which characters a name takes.
    """
    for name in (names.one, names.many):
        if not _is_name(name):
            raise Refused(
                "Name for points: write 1 to {most} letters and digits, beginning with a letter. "
                "Spaces, hyphens and apostrophes may stand between them.",
                most=NAME_LENGTH,
            )
    if not _is_symbol(names.symbol):
        raise Refused(
            "Symbol: write one emoji, or up to {most} letters and digits. A server's own emojis "
            "can't be shown everywhere.",
            most=SYMBOL_LENGTH,
        )


def _is_name(name: str) -> bool:
    return (
        length(name) <= NAME_LENGTH
        and len(name) <= NAME_PARTS
        and name == tidy(name)
        and _NAME.fullmatch(name) is not None
        and _is_shown(name)
    )


def _is_symbol(symbol: str) -> bool:
    if not symbol:
        return True
    if len(symbol) > SYMBOL_PARTS or not _is_shown(symbol):
        return False
    if _LETTERS.fullmatch(symbol):
        return length(symbol) <= SYMBOL_LENGTH
    return length(symbol) == 1 and _SIGN.fullmatch(symbol) is not None


def _is_shown(words: str) -> bool:
    try:
        check_words(words, _NAME_LABEL, NAME_PARTS)
    except Refused:
        return False
    return True

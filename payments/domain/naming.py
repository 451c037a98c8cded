"""What a guild calls its points, so that it can do no harm wherever it is shown.

A name is written between other words in messages, cards, lists, pages and private threads. So it is
made of letters, marks, digits and a few signs that mean nothing to Discord or HTML: no markup, no
mention, no link and nothing invisible can be written with them.
"""

import unicodedata
from dataclasses import dataclass
from typing import Final

from payments.domain.errors import Refused

NAME_LENGTH: Final = 24
"""The most characters of a name: beside it a package's name and price must fit into one choice."""

SYMBOL_LENGTH: Final = 8
"""The most characters of a symbol, as Unicode counts them: an emoji may be several of them."""

_IN_NAMES: Final = frozenset(" -'’")  # noqa: RUF001 - the apostrophe that phones write
_IN_SYMBOLS: Final = frozenset("\u200d\ufe0f\u20e3")
"""Joiner, variation selector and keycap: they make one emoji of several characters."""

_LETTERS_AND_DIGITS: Final = frozenset({"Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Nd"})
_SIGNS: Final = frozenset({"Lu", "Ll", "Lt", "Lo", "Nd", "So", "Sc"})
_SKIN: Final = range(0x1F3FB, 0x1F400)
"""Modifiers of an emoji's skin."""

_UNSEEN: Final = frozenset({0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x2800, 0x3164, 0xFFA0})
_UNSEEN_RANGES: Final = (range(0x180B, 0x1810), range(0xFE00, 0xFE10), range(0xE0100, 0xE01F0))
"""Letters, marks and signs that show nothing (Unicode, property Default_Ignorable_Code_Point)."""


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


def tidy(typed: str) -> str:
    """A name as typed, in one Unicode form and with single spaces."""
    return " ".join(unicodedata.normalize("NFC", typed).split())


def check_names(names: PointsNames) -> None:
    """Refuse names that are too long, or that would be more than words.

    Raises:
        Refused: Says which characters a name takes.
    """
    for name in (names.one, names.many):
        if not _is_name(name):
            raise Refused(
                f"Points are called by 1 to {NAME_LENGTH} letters and digits, beginning with a "
                "letter; spaces, hyphens and apostrophes may stand between them."
            )
    if not _is_symbol(names.symbol):
        raise Refused(
            f"The symbol is one emoji, or up to {SYMBOL_LENGTH} letters and digits; emojis of a "
            "single server cannot be shown everywhere."
        )


def _is_name(name: str) -> bool:
    return (
        0 < len(name) <= NAME_LENGTH
        and name == tidy(name)
        and name[0].isalpha()
        and all(each in _IN_NAMES or _is_seen(each, _LETTERS_AND_DIGITS) for each in name)
    )


def _is_symbol(symbol: str) -> bool:
    return (
        len(symbol) <= SYMBOL_LENGTH
        and symbol[:1] not in _IN_SYMBOLS
        and all(
            each in _IN_SYMBOLS or ord(each) in _SKIN or _is_seen(each, _SIGNS) for each in symbol
        )
    )


def _is_seen(character: str, categories: frozenset[str]) -> bool:
    code = ord(character)
    return (
        unicodedata.category(character) in categories
        and code not in _UNSEEN
        and not any(code in each for each in _UNSEEN_RANGES)
    )

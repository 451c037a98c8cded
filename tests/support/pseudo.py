"""A language that shows what no translator could reach: each sentence in brackets, and longer.

What stands outside of all brackets was written without a sentence; a sentence that is glued shows
several pairs side by side; what does not fit is too long for languages that need more room.
"""

import gettext
import re
from typing import Final

import pytest

from payments.infra import translations as known
from payments.infra.reader import ENGLISH

LONGER: Final = 0.4
"""How much longer a text may become in another language."""

OPENS, CLOSES = "⟦", "⟧"
_PADDING: Final = "·"
_WITHIN: Final = re.compile(rf"{OPENS}[^{OPENS}{CLOSES}]*{CLOSES}")
_MARKUP: Final = re.compile(
    r"<(?:t:-?\d+:\w|[@#]&?!?\d+|/[\w -]+:\d+)>|\|\|`[^`]*`\|\||`[^`]*`|…[0-9a-f]{6}\b"
)
_LETTERS: Final = re.compile(r"[^\W\d_]{2,}")
_GLUED: Final = re.compile(rf"[^.!?{_PADDING}]{_PADDING}*{CLOSES}[ ,;:]*{OPENS}")
"""What does not end like a sentence, and another behind it."""


def longer(template: str) -> str:
    """A template in this language."""
    return f"{OPENS}{template}{_PADDING * max(1, round(len(template) * LONGER) - 2)}{CLOSES}"


class PseudoTranslations(gettext.NullTranslations):
    """A catalogue that has each sentence."""

    def gettext(self, message: str) -> str:
        """The sentence in this language."""
        return longer(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """The sentence for a number in this language."""
        return longer(msgid1 if n == 1 else msgid2)


def outside(text: str, known: frozenset[str] = frozenset()) -> list[str]:
    """The words of a text that stand in no sentence.

    Args:
        text: As a person sees it.
        known: Names and the like, which are nobody's to translate.
    """
    rest = _MARKUP.sub(" ", text)
    while (shorter := _WITHIN.sub(" ", rest)) != rest:
        rest = shorter
    for each in sorted(known, key=len, reverse=True):
        rest = rest.replace(each, " ")
    return _LETTERS.findall(rest)


def glued(text: str) -> bool:
    """Whether sentences stand in one line as if they were one; a list within one is none."""
    return any(_GLUED.search(_outermost(line)) for line in text.splitlines())


def _outermost(line: str) -> str:
    """A line without the brackets of what stands within another sentence."""
    depth, kept = 0, ""
    for each in line:
        depth -= each == CLOSES
        if each not in (OPENS, CLOSES) or depth == 0:
            kept += each
        depth += each == OPENS
    return kept


def speak(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let everybody read this language, for one test; a bot whose features it loads, too."""
    translations = PseudoTranslations()
    monkeypatch.setattr(known, "languages", lambda: {"en": "en"})
    monkeypatch.setattr(known, "catalogue", lambda _locale: translations)


def is_spoken() -> bool:
    """Whether everybody reads it now."""
    return isinstance(known.catalogue(ENGLISH), PseudoTranslations)


def as_read(words: str) -> str:
    """A label as people read it now."""
    return known.catalogue(ENGLISH).gettext(words)

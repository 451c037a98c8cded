"""What people may write: names and notes of any language, and nothing that plays tricks.

One rule for all of it. It is counted as people count: an emoji of several parts is one character,
and so is a letter with its marks (Unicode, UAX 29). Joiners are taken where a language or an emoji
needs them. Refused is what shows nothing, what turns the direction of the text around it, and marks
stacked into the neighbouring lines.
"""

import unicodedata
from typing import Final

import regex

from payments.domain.errors import Refused
from payments.domain.sentences.parts import Code
from payments.domain.sentences.sentence import Sentence

SPARE: Final = 3
"""Highest average number of code points of a character: Discord's own limits count those."""

MOST_MARKS: Final = 4
"""The most marks on one letter: Hebrew with vowels and accents needs as many."""

_CHARACTER: Final = regex.compile(r"\X")
_SPACE: Final = regex.compile(r"[^\S\u00a0\u2007\u202f]+")
"""All white space but no-break spaces, which stay as they were written."""

_JOINED: Final = regex.compile(
    # Joiners within words of scripts whose letters change their shape: Persian, Hindi, … It is the
    # letter below the marks that counts: a mark may belong to no script of its own.
    r"(?<=[\p{L}--[\p{Latn}\p{Grek}\p{Cyrl}\p{Hani}\p{Hang}]][\p{M}\u200c\u200d]{0,8})"
    r"[\u200c\u200d](?![\u200c\u200d])"
    # One emoji of several: a family, a profession.
    r"|(?<=\p{ExtPict}\ufe0f?\p{EMod}?)\u200d(?=\p{ExtPict})"
    # Whether a sign is shown as an emoji or as text.
    r"|(?<=[\p{Emoji}\p{ExtPict}])[\ufe0e\ufe0f]"
    # The flags of parts of countries.
    r"|(?<=\U0001f3f4)[\U000e0030-\U000e0039\U000e0061-\U000e007a]{3,6}\U000e007f"
    # Which shape of a Chinese character is meant.
    r"|(?<=\p{Hani})[\U000e0100-\U000e01ef]",
    regex.V1,
)
_TURNS: Final = regex.compile(r"\p{Bidi_Control}")
_BREAKS: Final = regex.compile(r"[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\s--[\u00a0\u2007\u202f]]+", regex.V1)
"""Controls, halves of characters, and all white space but no-break spaces."""

_UNSEEN: Final = regex.compile(
    r"[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]"
    r"|[\p{Cn}--\p{ExtPict}]",
    regex.V1,
)
_SEEN: Final = regex.compile(r"[\p{L}\p{N}\p{P}\p{S}]")
_STACK: Final = regex.compile(rf"\p{{M}}{{{MOST_MARKS + 1},}}")
_LOOSE_MARK: Final = regex.compile(r"(?<![\p{L}\p{M}\p{N}\p{P}\p{S}\u200c\u200d])\p{M}")


def tidy(typed: str) -> str:
    """Words as typed, in one Unicode form, in one line and with single spaces."""
    return _SPACE.sub(" ", unicodedata.normalize("NFC", typed)).strip()


def one_line(words: str) -> str:
    """Words that nobody has checked, in one line: no controls, nothing that turns the text."""
    return _BREAKS.sub(" ", _TURNS.sub("", words)).strip(" ")


def characters(words: str) -> list[str]:
    """The characters that people see, each with its marks and joiners."""
    return list(_CHARACTER.findall(words))


def length(words: str) -> int:
    """How many characters people see."""
    return len(characters(words))


def check_words(words: str, field: Sentence, most: int, *, least: int = 1) -> None:
    """Refuse words that are too long, show nothing, or change what stands around them.

    Args:
        words: Tidied.
        field: What they are, as a label: `Note`.
        most: The most characters, as people count them.
        least: The fewest; 0 where nothing need be written.

    Raises:
        Refused: Says what is wrong.
    """
    if not words and least == 0:
        return
    left = _JOINED.sub("", words)
    if found := _TURNS.search(left):
        raise Refused(
            "{field}: leave out {character}. It turns the text around it.",
            field=field,
            character=_named(found[0]),
        )
    if found := _UNSEEN.search(left):
        raise Refused(
            "{field}: leave out {character}. It can't be seen.",
            field=field,
            character=_named(found[0]),
        )
    if _SEEN.search(left) is None:
        raise Refused(
            "{field}: write at least one letter, digit or sign that can be seen.", field=field
        )
    if _STACK.search(left) or _LOOSE_MARK.search(left):
        raise Refused("{field}: a mark stands on no letter, or too many stand on one.", field=field)
    count = length(words)
    if not least <= count <= most:
        raise Refused(
            "{field}: write {least} to {most} characters. This has {count}.",
            field=field,
            least=least,
            most=most,
            count=count,
        )
    if len(words) > most * SPARE:
        raise Refused("{field}: too long. Its characters are made of too many parts.", field=field)


def same_to_readers(words: str) -> str:
    """Words without what readers cannot tell apart: two with the same are one name to them."""
    shown = _UNSEEN.sub("", unicodedata.normalize("NFKC", words))
    return " ".join(shown.casefold().split())


def _named(character: str) -> Code:
    """A character by its code and its name in Unicode, if it has one: `U+200B zero width space`."""
    return Code(f"U+{ord(character):04X} {unicodedata.name(character, '').lower()}".rstrip())

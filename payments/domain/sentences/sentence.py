"""What a person reads, as a value: an English template, and typed parts that are put in last.

The template is at the same time the key of its translations, so it stands as one literal where the
sentence is made: it is found there, and none is glued from pieces. Numbers, money, times and other
people's words go in as parts, and each face writes them as its readers do:
`payments/infra/reader.py` plainly, `bot/wording/text.py` with Discord's markup.
"""

from collections.abc import Callable, Mapping
from typing import Final, TypeAlias, Union

QUOTED_LENGTH: Final = 60
"""The most characters of somebody's words in a sentence."""


class Part:
    """Something in a sentence that each face writes in its own form; `str` writes it plainly."""

    __slots__ = ()


Value: TypeAlias = Union[Part, int, str]  # noqa: UP007 - a forward reference lies within Part
"""What stands in a sentence: a whole number, somebody's words (they are quoted), or a part."""


class Sentence(Part):
    """One whole sentence, or a label: never a piece of one.

    Args:
        template: English, with the names of the values in braces.
        values: What the names stand for.
    """

    __slots__ = ("count", "many", "template", "values")

    template: str
    many: str | None
    count: int
    values: Mapping[str, Value]

    def __init__(self, template: str, /, **values: Value) -> None:
        self.template = template
        self.many = None
        self.count = 1
        self.values = values

    def filled(self, translated: str, write: Callable[[Value], str]) -> str:
        """The sentence with its values written.

        Args:
            translated: The template in the reader's language, with the same names in braces.
            write: Writes a value as the reader does.
        """
        if not self.values:
            return translated
        return translated.format_map({name: write(each) for name, each in self.values.items()})

    @property
    def english(self) -> str:
        """The English template that fits its number."""
        return self.template if self.many is None or self.count == 1 else self.many

    def __str__(self) -> str:
        return self.filled(self.english, plain)

    def __repr__(self) -> str:
        return f"Sentence({str(self)!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sentence) and self._whole() == other._whole()

    def __hash__(self) -> int:
        return hash((self.template, self.many, self.count))

    def _whole(self) -> tuple[object, ...]:
        return self.template, self.many, self.count, dict(self.values)


def plural(one: str, many: str, count: int, /, **values: Value) -> Sentence:
    """A sentence whose words depend on a number, which it can write as `{n}`.

    Args:
        one: The template for one.
        many: The template for any other number.
        count: The number.
        values: What the names in braces stand for.
    """
    sentence = Sentence(one, n=count, **values)
    sentence.many, sentence.count = many, abs(count)
    return sentence


def in_quotes(words: str) -> str:
    """Somebody's words in a plain sentence, cut where they are long."""
    cut = words if len(words) <= QUOTED_LENGTH else f"{words[: QUOTED_LENGTH - 1].rstrip()}…"
    return f"“{cut}”"


def plain(value: Value) -> str:
    """A value in plain English, for where nothing but text is shown: logs, the command line."""
    if isinstance(value, str):
        return in_quotes(value)
    if isinstance(value, int):
        return f"{value:,}"
    return str(value)

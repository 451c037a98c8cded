"""Options that are chosen from a list: what is offered, and what was meant by what came back.

Discord shows a label and sends the value behind it. But from time to time it sends the label, as it
stood there; and people type a name, or paste what a card says. So whatever fits exactly one of the
things that the list offers is that thing.
"""

import unicodedata
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import ClassVar, Final, Generic, TypeVar

import discord
from babel import Locale
from discord import app_commands

from bot.interaction.caller import Interaction
from bot.interaction.errors import Denied
from bot.interaction.reader import reader_format_of
from bot.wording import text
from payments.domain.errors import Refused
from payments.domain.sentences.parts import Code, Several
from payments.domain.sentences.sentence import Sentence, plural
from payments.domain.values.points_names import PointsNames

T = TypeVar("T")

MOST_CHOICES: Final = 25
"""Discord: the most choices that it shows."""

MOST_TYPED: Final = 100
"""The most characters of such an option: as many as a label has."""

TypedOption = app_commands.Range[str, 1, MOST_TYPED]

_NAMED = 5
"""Highest number of things that are named when several fit."""

_COMPARED = 20
"""Number of characters of a name that no label cuts off."""

_BETWEEN = "·"
"""Stands between the parts of a label."""


class Completion(ABC, Generic[T]):
    """One kind of thing that is chosen from a list.

    Attributes:
        none: The sentence for somebody who means another one.
        by_part: Whether a part of a name or id is enough, where only one thing has it.
    """

    none: ClassVar[Sentence]
    by_part: ClassVar[bool] = False

    @abstractmethod
    async def check(self, interaction: Interaction) -> None:
        """What the command checks before it does anything; nothing is offered to those who fail it.

        Raises:
            Denied, discord.app_commands.CheckFailure: They may not, or not here.
        """

    @abstractmethod
    async def things(self, interaction: Interaction) -> Sequence[T]:
        """All that can be meant, what is offered first at the beginning."""

    @abstractmethod
    def value(self, thing: T) -> str:
        """What stands for it, behind its label."""

    @abstractmethod
    def label(self, thing: T, reader: text.ReaderFormat) -> str:
        """What is shown of it; at most 100 characters."""

    def names(self, thing: T) -> Sequence[str]:
        """What else stands for it in full, such as its name."""
        del thing
        return ()

    def found_by(self, thing: T) -> str:
        """Words among which what was typed is looked for, beside those of its label."""
        return self.value(thing)

    def beginning(self, thing: T) -> str:
        """The name with which its label begins in every language; empty if it does not."""
        del thing
        return ""

    def may_be_labelled(self, thing: T, typed: str) -> bool:
        """A quick look whether a label as typed could be this thing's: labels take time."""
        del thing, typed
        return True

    async def exact(self, interaction: Interaction, value: str) -> T | None:
        """The thing with a value, also one that the list does not offer any more."""
        found = await self.things(interaction)
        return next((each for each in found if self.value(each) == value), None)

    def unknown(self, typed: str, things: Sequence[T]) -> Refused:
        """What is refused where nothing fits."""
        del typed, things
        return Refused(self.none)

    async def complete(
        self, interaction: Interaction, typed: str
    ) -> list[app_commands.Choice[str]]:
        """What is offered while a member types; nothing to those who may not give the command."""
        try:
            await self.check(interaction)
        except (Denied, app_commands.CheckFailure):
            return []
        reader, wanted = await reader_format_of(interaction), plain(typed)
        choices = []
        for each in await self.things(interaction):
            label = self.label(each, reader)
            if wanted in plain(f"{label} {self.found_by(each)}"):
                choices.append(app_commands.Choice(name=label, value=self.value(each)))
            if len(choices) == MOST_CHOICES:
                break
        return choices

    async def meant(self, interaction: Interaction, typed: str) -> T:
        """What was meant by the value, the label in any language, a name, or a part of them.

        Raises:
            Refused: Nothing fits, or several do; says which.
        """
        value = typed.strip().strip("`")
        exact = await self.exact(interaction, value)
        if exact is not None:
            return exact
        things = await self.things(interaction)
        for fitting in self._readings(things, value, await reader_format_of(interaction)):
            if len(fitting) == 1:
                return fitting[0]
            if fitting:
                raise Refused(self._several(fitting, value, await reader_format_of(interaction)))
        raise self.unknown(value, things)

    def _readings(
        self, things: Sequence[T], typed: str, reader: text.ReaderFormat
    ) -> Iterator[list[T]]:
        """What fits, from the strictest reading of what was typed to the loosest."""
        wanted = plain(typed)
        looked_at = [each for each in things if self.may_be_labelled(each, wanted)]

        def fitting(fits: Callable[[T, Locale], bool], locales: Sequence[Locale]) -> list[T]:
            return [each for each in looked_at if any(fits(each, locale) for locale in locales)]

        def has_label(thing: T, locale: Locale) -> bool:
            begins = begins_with_name(wanted, self.beginning(thing))
            return begins and plain(self._label(thing, locale, reader.names)) == wanted

        def has_parts(thing: T, locale: Locale) -> bool:
            label = _parts(plain(self._label(thing, locale, reader.names)))
            return set(_parts(wanted)) <= set(label)

        yield fitting(has_label, [reader.locale])
        yield fitting(has_label, all_locales())
        yield [each for each in things if wanted in map(plain, self.names(each))]
        if _BETWEEN in wanted:
            yield fitting(has_parts, all_locales())
        elif self.by_part and (part := wanted.strip(". ")):
            yield [each for each in things if part in plain(self.found_by(each))]

    def _label(self, thing: T, locale: Locale, names: PointsNames) -> str:
        return self.label(thing, text.ReaderFormat(locale, names))

    def _several(self, fitting: Sequence[T], typed: str, reader: text.ReaderFormat) -> Sentence:
        named = [
            Sentence("{label} ({id})", label=self.label(each, reader), id=Code(self.value(each)))
            for each in fitting[:_NAMED]
        ]
        if (more := len(fitting) - _NAMED) > 0:
            named.append(plural("{n} more", "{n} more", more))
        return Sentence(
            "{typed} can mean {those}. Choose one from the list, or type the id in brackets.",
            typed=typed,
            those=Several(tuple(named)),
        )


@cache
def all_locales() -> tuple[Locale, ...]:
    """Each language in which Discord may show a label."""
    return tuple(dict.fromkeys(text.locale_of(each) for each in discord.Locale))


def plain(words: str) -> str:
    """Words without what cannot be seen or told apart: letter case, kinds of spaces, marks."""
    seen = unicodedata.normalize("NFKC", words).casefold()
    if not seen.isascii():  # in which all can be seen
        seen = "".join(each for each in seen if unicodedata.category(each) != "Cf")
    return " ".join(seen.split())


def begins_with_name(typed: str, name: str) -> bool:
    """Whether what was typed, as `plain` gives it, can be a label that begins with a name.

    Labels cut long names, so that only their beginning is compared.
    """
    return typed.startswith(plain(name)[:_COMPARED])


def _parts(words: str) -> list[str]:
    return [each.strip() for each in words.split(_BETWEEN)]

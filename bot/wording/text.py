"""How the bot writes: numbers, money, times and other people's words, in one place."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache

import discord
from babel import Locale, UnknownLocaleError
from babel.dates import format_date

from bot.wording.escaping import escaped
from payments.domain.sentences.parts import (
    Code,
    FromNow,
    Moment,
    Person,
    Place,
    Role,
    SlashCommand,
    Verbatim,
)
from payments.domain.sentences.sentence import Part, Sentence
from payments.domain.values.guilds import Package
from payments.domain.values.items import Item
from payments.domain.values.money import Money
from payments.domain.values.payment import Payment
from payments.domain.values.points_names import POINTS, PointsNames
from payments.domain.values.time import HOUR, Instant, to_seconds
from payments.domain.values.written_text import characters
from payments.infra.reader import ENGLISH, Reader

CHOICE_LENGTH = 100
"""Discord: the most characters in the name of an autocomplete choice."""

ID_END = 6
"""Number of last characters that tell a payment's id from others of the same day."""

NAME_LENGTH = 32
"""Discord: the most characters of what a member is called."""

MESSAGE_LENGTH = 2000
"""Discord: the most characters of a message without cards."""

QUOTED_LENGTH = 100
"""The most characters of somebody's words in a sentence, made safe."""

SAFE_LENGTH = 1000
"""The most characters of somebody's words in a line of a card, made safe."""

_LISTED = 10
_ELLIPSIS = "…"
_HALF = re.compile(r"(<[^<>]*|\\)$")
"""The beginning of a mention or a moment, or of an escape, at the end of a text that was cut."""


@lru_cache(maxsize=128)
def locale_of(locale: discord.Locale | str) -> Locale:
    """Babel's locale for one of Discord's, such as `pt-BR` or `zh-TW`; English if it has none.

    Babel looks for some of them on the disk each time, which takes longer than a whole sentence.
    """
    try:
        return Locale.parse(str(locale), sep="-")
    except (UnknownLocaleError, ValueError):
        return ENGLISH


def number(value: int, locale: Locale = ENGLISH) -> str:
    """A whole number as that language writes it."""
    return Reader(locale).number(value)


def points(value: int, locale: Locale = ENGLISH, names: PointsNames = POINTS) -> str:
    """A number of points: `1 point`, `1,500 points`."""
    return Reader(locale, names).points(value)


def signed(value: int, locale: Locale = ENGLISH, names: PointsNames = POINTS) -> str:
    """A change of points with its sign: `+500`, `-20`."""
    return Reader(locale, names).signed(value)


def money(amount: Money, locale: Locale = ENGLISH) -> str:
    """An amount of money as that language writes it, with all its decimals."""
    return Reader(locale).money(amount)


@dataclass(frozen=True, slots=True)
class ReaderFormat(Reader):
    """Somebody who reads on Discord: sentences with its markup, other people's words harmless.

    Attributes:
        locale: The reader's language.
        names: What the guild calls its points; checked when they were set, so that they need no
            escaping.
        commands: Ids of slash commands by their full names: a command whose id is known can be
            clicked.
    """

    commands: Mapping[str, int] = field(default_factory=dict)

    def say_all(self, sentences: Iterable[Sentence]) -> str:
        """Several whole sentences, one after the other in one paragraph."""
        return " ".join(map(self.say, sentences))

    def quoted(self, words: str) -> str:
        """Somebody's words in a sentence, such as a package's name."""
        return quoted(words)

    def marked(self, part: Part) -> str:  # noqa: PLR0911 - one line for each kind of part
        """A part in Discord's markup."""
        match part:
            case Verbatim(words, most):
                return safe_within(words, most)
            case Code(words):
                return f"`{words}`"
            case FromNow(at):
                return ago(Instant(at))
            case Moment(at):
                return moment(Instant(at))
            case Person(of):
                return f"<@{of}>"
            case Place(of):
                return f"<#{of}>"
            case Role(of):
                return f"<@&{of}>"
            case SlashCommand(name) if name in self.commands:
                return f"</{name}:{self.commands[name]}>"
            case SlashCommand(name):
                return f"`/{name}`"
        return Reader.marked(self, part)


PLAIN = ReaderFormat()
"""To whom we do not know better, of a guild that calls points points."""


def hours(microseconds: int, locale: Locale = ENGLISH) -> str:
    """A length of time in whole hours: `1 hour`, `72 hours`."""
    count = microseconds // HOUR
    return f"{number(count, locale)} {'hour' if count == 1 else 'hours'}"


def offer(package: Package, reader: ReaderFormat = PLAIN) -> str:
    """A package in one line: name, points and price, short enough for an autocomplete choice."""
    tail = f" · {reader.points(package.points)} · {reader.money(package.price)}"
    return shortened(_beside(package.name, tail) + tail, CHOICE_LENGTH)


def item(of: Item, reader: ReaderFormat = PLAIN) -> str:
    """An item in one line: name and price, short enough for an autocomplete choice."""
    tail = f" · {reader.points(of.offer.price)}"
    return shortened(_beside(of.offer.name, tail) + tail, CHOICE_LENGTH)


def payment(bought: Payment, locale: Locale = ENGLISH, buyer: str | None = None) -> str:
    """A payment in one line: buyer, package, price, day, end of its id; fits a choice.

    Args:
        bought: The payment.
        locale: The reader's language.
        buyer: What the buyer is called, if that is known and of interest.
    """
    end = f"…{bought.id[-ID_END:]}"
    tail = f" · {money(bought.price, locale)} · {day(bought.created_at, locale)} · {end}"
    who = "" if buyer is None else f"{shortened(buyer, NAME_LENGTH)} · "
    return who + shortened(
        _beside(bought.package_name, who + tail) + tail, CHOICE_LENGTH - len(who)
    )


def _beside(name: str, tail: str) -> str:
    """A name, cut so that the rest of a label fits behind it."""
    return shortened(name, max(CHOICE_LENGTH - len(tail), 1))


def day(at: Instant, locale: Locale = ENGLISH) -> str:
    """A day in UTC, for where Discord shows no moments of its own: `20 Nov 2026`."""
    then = datetime.fromtimestamp(to_seconds(at), UTC)
    return str(format_date(then, "medium", locale=locale))


def shortened(text: str, length: int) -> str:
    """The text, cut to a highest number of characters, never within one that people see."""
    if len(text) <= length:
        return text
    kept = ""
    for each in characters(text):
        if len(kept) + len(each) > length - 1:
            break
        kept += each
    return kept.rstrip() + _ELLIPSIS


def cut(marked: str, length: int) -> str:
    """A text with Discord's markup, cut to a length in characters; half a mention is left out."""
    if len(marked) <= length:
        return marked
    kept = _HALF.sub("", marked[: length - 1])
    return kept.rstrip() + _ELLIPSIS


def safe(text: str) -> str:
    """Words of other people, so that they mean nothing to Discord: no markup, nobody mentioned.

    Very long words are cut, so that they never crowd out what stands around them.
    """
    return safe_within(text, SAFE_LENGTH)


def safe_within(text: str, length: int) -> str:
    """Words of other people, cut so that their safe form has at most this number of characters."""
    whole = "".join(parts := list(escaped(text[: length + 1])))
    if len(text) <= length and len(whole) <= length:
        return whole
    kept = ""
    for each in parts:
        if len(kept) + len(each) > length - 1:
            break
        kept += each
    return kept.rstrip() + _ELLIPSIS


def quoted(words: str) -> str:
    """Somebody's words in a sentence, such as a package's name."""
    return f"“{safe_within(words, QUOTED_LENGTH)}”"


def listing(names: Iterable[str]) -> str:
    """Names for a sentence, the first few of them: `“Starter”, “Large” and 3 more`."""
    all_names = list(names)
    shown = ", ".join(quoted(name) for name in all_names[:_LISTED])
    more = len(all_names) - _LISTED
    return f"{shown} and {more} more" if more > 0 else shown


def ago(at: Instant) -> str:
    """A moment as Discord counts it from now: `2 hours ago`, in the reader's language."""
    return f"<t:{to_seconds(at)}:R>"


def moment(at: Instant) -> str:
    """A moment as date and time, in the reader's language and time zone."""
    return f"<t:{to_seconds(at)}:f>"

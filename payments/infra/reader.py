"""Writes sentences for a reader: in their language, with their server's names for points."""

from dataclasses import dataclass
from typing import Final

from babel import Locale
from babel.dates import format_date, format_datetime
from babel.lists import format_list
from babel.numbers import format_currency, format_decimal, get_currency_precision

from payments.domain.sentences.parts import (
    Address,
    Code,
    Day,
    FromNow,
    Moment,
    Person,
    Place,
    Points,
    PointsChange,
    Role,
    Sentences,
    Several,
    SlashCommand,
    Span,
    Verbatim,
    Wait,
    Written,
)
from payments.domain.sentences.sentence import Part, Sentence, Value, in_quotes
from payments.domain.values.money import Money
from payments.domain.values.points_names import POINTS, PointsNames
from payments.infra import translations

ENGLISH: Final = Locale("en", "US")
"""For whom we do not know better: the templates are English."""

UNKNOWN_AMOUNT: Final = Sentence("an unknown amount")
"""Stands for an amount that neither the provider nor the owner tells."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who reads plain text.

    Attributes:
        locale: Their language.
        names: What their server calls its points.
    """

    locale: Locale = ENGLISH
    names: PointsNames = POINTS

    def say(self, sentence: Sentence) -> str:
        """A sentence in the reader's language, with its values written."""
        known, english = translations.catalogue(self.locale), sentence.english
        if sentence.many is None:
            template = known.gettext(sentence.template)
        else:
            template = known.ngettext(sentence.template, sentence.many, sentence.count)
        usable = template is english or translations.is_usable(template, frozenset(sentence.values))
        if not usable:
            template = english
        return sentence.filled(template, self.write)

    def write(self, value: Value) -> str:  # noqa: PLR0911 - one line for each kind of part
        """A value of a sentence as this reader sees it."""
        match value:
            case Sentence():
                return self.say(value)
            case str():
                return self.quoted(value)
            case int():
                return self.number(value)
            case Money():
                return self.money(value)
            case Points():
                return self.points(value.count)
            case PointsChange():
                return self.signed(value.count)
            case Span() | Wait():
                return self.say(value.sentence)
            case Sentences():
                return " ".join(map(self.say, value.all))
            case Several():
                return format_list([self.write(each) for each in value.shown], locale=self.locale)
            case _:
                return self.marked(value)

    def marked(self, part: Part) -> str:
        """A part that some faces mark up: plainly, if this one does not."""
        match part:
            case Moment(at) | FromNow(at):
                return str(format_datetime(Moment(at).utc, "medium", locale=self.locale)) + " UTC"
            case Day(at):
                return str(format_date(Moment(at).utc, "medium", locale=self.locale))
            case Address() | Written() | Verbatim() | Code() | SlashCommand():
                return str(part)
            case Person() | Place() | Role():
                return str(part)
        raise TypeError(f"no reader knows {type(part).__name__}")

    def quoted(self, words: str) -> str:
        """Somebody's words in a sentence."""
        return in_quotes(words)

    def number(self, value: int) -> str:
        """A whole number."""
        return str(format_decimal(value, locale=self.locale))

    def points(self, value: int) -> str:
        """A number of points, as the guild calls them."""
        return self.names.counted(value, self.number(value))

    def signed(self, value: int) -> str:
        """A change of points with its sign."""
        written = f"+{self.number(value)}" if value > 0 else self.number(value)
        return self.names.marked(written)

    def money(self, amount: Money) -> str:
        """An amount of money, with all its decimals, also those that people there do not write.

        In words, if nobody knows how much it is.
        """
        if not amount.has_currency:
            return self.say(UNKNOWN_AMOUNT)
        usual = get_currency_precision(amount.currency)
        exact = amount.major == round(amount.major, usual)
        return str(
            format_currency(
                amount.major,
                amount.currency,
                locale=self.locale,
                currency_digits=exact,
                decimal_quantization=exact,
            )
        )

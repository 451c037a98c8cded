"""Sentences are values: equal by their words, written by each face in its own form."""

import pytest
from babel import Locale

from bot.wording.text import ReaderFormat
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
from payments.domain.sentences.sentence import Part, Sentence, Value, plural
from payments.domain.values.money import NO_AMOUNT, Money
from payments.domain.values.points_names import PointsNames
from payments.domain.values.time import DAY, HOUR, MINUTE
from payments.infra.reader import Reader

AT = 1_790_000_000_000_000
GERMAN = Locale("de", "DE")
SHELLS = PointsNames(one="shell", many="shells", symbol="🐚")


@pytest.mark.parametrize(
    ("value", "plainly", "to_a_german", "on_discord"),
    [
        (1_234, "1,234", "1.234", "1,234"),
        ("*Large*", "“*Large*”", "“*Large*”", r"“\*Large\*”"),
        (Points(1), "1 point", "1 shell 🐚", "1 point"),
        (Points(1_500), "1,500 points", "1.500 shells 🐚", "1,500 points"),
        (PointsChange(500), "+500", "+500 🐚", "+500"),
        (PointsChange(-20), "-20", "-20 🐚", "-20"),
        (PointsChange(0), "0", "0 🐚", "0"),
        (Money(minor=499, currency="EUR"), "4.99 EUR", "4,99\xa0€", "€4.99"),
        (Moment(AT), "21 Sep 2026, 14:13 UTC", "21.09.2026, 14:13:20 UTC", "<t:1790000000:f>"),
        (FromNow(AT), "21 Sep 2026, 14:13 UTC", "21.09.2026, 14:13:20 UTC", "<t:1790000000:R>"),
        (Day(AT), "21 Sep 2026", "21.09.2026", "Sep 21, 2026"),
        (Span(MINUTE), "1 minute", "1 minute", "1 minute"),
        (Span(90 * MINUTE), "90 minutes", "90 minutes", "90 minutes"),
        (Span(HOUR), "1 hour", "1 hour", "1 hour"),
        (Span(3 * DAY), "72 hours", "72 hours", "72 hours"),
        (Span(14 * DAY), "14 days", "14 days", "14 days"),
        (Wait(1), "1 second", "1 second", "1 second"),
        (Wait(99_000_000), "99 seconds", "99 seconds", "99 seconds"),
        (Wait(100_000_000), "2 minutes", "2 minutes", "2 minutes"),
        (Address("https://a.example/p"), *("https://a.example/p",) * 3),
        (Written("**Ada**"), *("**Ada**",) * 3),
        (Verbatim("*Ada*"), "*Ada*", "*Ada*", r"\*Ada\*"),
        (Verbatim("*Ada*", 5), "*Ada*", "*Ada*", r"\*Ad…"),
        (Code("p1"), "p1", "p1", "`p1`"),
        (SlashCommand("refund"), "/refund", "/refund", "`/refund`"),
        (SlashCommand("buy"), "/buy", "/buy", "</buy:7>"),
        (Person(5), "member 5", "member 5", "<@5>"),
        (Place(5), "channel 5", "channel 5", "<#5>"),
        (Role(5), "role 5", "role 5", "<@&5>"),
        (Several(("a",)), "“a”", "“a”", "“a”"),
        (Several(("a", "b", "c")), "“a”, “b” and “c”", "“a”, “b” und “c”", "“a”, “b”, and “c”"),
        (Sentence("Paid"), "Paid", "Paid", "Paid"),
        (Sentences((Sentence("Yes."), Sentence("No."))), "Yes. No.", "Yes. No.", "Yes. No."),
    ],
)
def test_each_face_writes_a_part_in_its_own_form(
    value: Value, plainly: str, to_a_german: str, on_discord: str
) -> None:
    sentence = Sentence("{value}", value=value)
    assert str(sentence) == plainly
    assert Reader(GERMAN, SHELLS).say(sentence) == to_a_german
    assert ReaderFormat(commands={"buy": 7}).say(sentence) == on_discord


def test_of_many_things_ten_are_named() -> None:
    many = Several(tuple("abcdefghijklm"))
    assert str(many).endswith("“j” and 3 more")


def test_words_follow_their_number() -> None:
    assert str(plural("{n} line", "{n} lines", 1)) == "1 line"
    assert str(plural("{n} line", "{n} lines", 1_000)) == "1,000 lines"
    assert str(plural("{n} line", "{n} lines", 0)) == "0 lines"


def test_sentences_are_values() -> None:
    one, other = Sentence("{a} is no amount.", a="x"), Sentence("{a} is no amount.", a="x")
    assert one == other
    assert hash(one) == hash(other)
    assert one != Sentence("{a} is no amount.", a="y")
    assert plural("a", "b", 1) != plural("a", "b", 2)
    assert one != str(one)
    assert repr(one) == "Sentence('“x” is no amount.')"


def test_a_sentence_without_values_may_hold_braces() -> None:
    assert str(Sentence("{as it is}")) == "{as it is}"


def test_a_part_that_no_reader_knows_is_a_mistake() -> None:
    class New(Part):
        __slots__ = ()

    with pytest.raises(TypeError, match="no reader knows New"):
        Reader().write(New())


def test_an_amount_that_nobody_tells_is_said_in_words() -> None:
    assert Reader().write(NO_AMOUNT) == "an unknown amount"


@pytest.mark.parametrize(
    ("minor", "currency", "written"),
    [
        (50_050, "ISK", "ISK500.50"),
        (50_000, "ISK", "ISK500"),
        (4_255, "KWD", "KWD4.255"),
        (500, "JPY", "¥500"),
        (100_050, "UGX", "UGX1,000.50"),
        (499, "EUR", "€4.99"),
    ],
)
def test_no_part_of_an_amount_is_rounded_away(minor: int, currency: str, written: str) -> None:
    """Iceland writes no decimals, and the provider counts some: what is shown is what is there."""
    assert Reader().money(Money(minor=minor, currency=currency)) == written
    assert Reader().write(Money(minor=0, currency="EUR")) == "€0.00"

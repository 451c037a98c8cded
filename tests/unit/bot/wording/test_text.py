"""How numbers, money and other people's words are written."""

import discord
import pytest

from bot.wording import text
from payments.domain.values.guilds import MAX_POINTS, NAME_LENGTH, Package
from payments.domain.values.money import Money
from payments.domain.values.points_names import NAME_LENGTH as POINTS_LENGTH
from payments.domain.values.points_names import POINTS, SYMBOL_LENGTH, PointsNames
from payments.providers.stripe.currencies import HIGHEST
from tests.support.make import START, package

LONG_NAMES = PointsNames(
    one="x" * POINTS_LENGTH, many="x" * POINTS_LENGTH, symbol="x" * SYMBOL_LENGTH
)


@pytest.mark.parametrize(
    ("locale", "written"),
    [
        (discord.Locale.american_english, "€1,234.50"),
        (discord.Locale.german, "1.234,50\xa0€"),
        (discord.Locale.brazil_portuguese, "€\xa01.234,50"),
        (discord.Locale.taiwan_chinese, "€1,234.50"),
        ("xx-XX", "€1,234.50"),
        ("no such locale", "€1,234.50"),
    ],
)
def test_money_is_written_as_in_the_readers_language(
    locale: discord.Locale | str, written: str
) -> None:
    assert text.money(Money(minor=123450, currency="EUR"), text.locale_of(locale)) == written


@pytest.mark.parametrize("locale", list(discord.Locale))
def test_every_locale_of_discord_is_known(locale: discord.Locale) -> None:
    language = str(text.locale_of(locale)).split("_", maxsplit=1)[0]
    assert language == str(locale).split("-", maxsplit=1)[0]


def test_a_currency_has_as_many_decimals_as_it_has() -> None:
    assert text.money(Money(minor=500, currency="JPY")) == "¥500"
    assert text.money(Money(minor=500, currency="EUR")) == "€5.00"


def test_points_are_counted_as_people_say_it() -> None:
    assert [text.points(count) for count in (0, 1, -1, 1500)] == [
        "0 points",
        "1 point",
        "-1 point",
        "1,500 points",
    ]
    assert [text.signed(count) for count in (5, 0, -1500)] == ["+5", "0", "-1,500"]


def test_points_are_called_as_the_guild_calls_them() -> None:
    reader = text.ReaderFormat(
        text.locale_of("de"), PointsNames(one="Muschel", many="Muscheln", symbol="🐚")
    )
    assert [reader.points(count) for count in (1, 1500)] == ["1 Muschel 🐚", "1.500 Muscheln 🐚"]
    assert [reader.signed(count) for count in (5, -1500)] == ["+5 🐚", "-1.500 🐚"]
    assert reader.money(Money(minor=500, currency="EUR")) == "5,00\xa0€"
    assert reader.number(1500) == "1.500"


@pytest.mark.parametrize("names", [POINTS, LONG_NAMES])
@pytest.mark.parametrize("locale", list(discord.Locale))
def test_the_longest_offer_fits_a_choice(locale: discord.Locale, names: PointsNames) -> None:
    longest = Package(
        id=package().id,
        guild=package().guild,
        name="x" * NAME_LENGTH,
        points=MAX_POINTS,
        price=Money(minor=HIGHEST, currency="CHF"),
    )
    assert (
        len(text.offer(longest, text.ReaderFormat(text.locale_of(locale), names)))
        <= text.CHOICE_LENGTH
    )


def test_other_peoples_words_mean_nothing_to_discord() -> None:
    escaped = text.safe("**bold** <@100000000000000001> @everyone `code` [a](http://b)")
    assert "**" not in escaped.replace(r"\*", "")
    assert "@everyone" not in escaped
    assert "<@100000000000000001>" not in escaped


@pytest.mark.parametrize("words", ["", "short", "*" * 80, "@everyone " * 20, "x" * 101, "[" * 51])
def test_words_fit_also_when_they_are_made_safe(words: str) -> None:
    fitted = text.safe_within(words, 100)
    assert len(fitted) <= 100
    assert fitted == text.safe(words) or fitted.endswith("…")


def test_long_lists_are_cut_and_say_so() -> None:
    assert text.listing(["a", "b"]) == "“a”, “b”"
    assert text.listing(str(number) for number in range(12)).endswith("“9” and 2 more")


def test_moments_are_left_to_the_reader() -> None:
    assert text.ago(START) == "<t:1790000000:R>"
    assert text.moment(START) == "<t:1790000000:f>"

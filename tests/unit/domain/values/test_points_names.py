"""What points may be called: words, and nothing else."""

# ruff: noqa: RUF001 - letters of other scripts are what is tested

import unicodedata

import discord
import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments.domain.errors import Refused
from payments.domain.values.points_names import (
    NAME_LENGTH,
    POINTS,
    SYMBOL_LENGTH,
    PointsNames,
    check_names,
)
from payments.domain.values.written_text import tidy

HARMFUL = [
    "@everyone",
    "@here",
    "<@100000000000000001>",
    "<@&100000000000000001>",
    "<#100000000000000001>",
    "</buy:1>",
    "<t:0>",
    "<:coin:1>",
    ":coin:",
    "**gold**",
    "__gold__",
    "~~gold~~",
    "||gold||",
    "`gold`",
    "[gold](x)",
    "# gold",
    "> gold",
    "gold\\",
    "a.example",
    "http://a",
    "a/b",
    "<b>gold",
    "gold&amp;",
    "gold\nAdmin",
    "go\u200bld",
    "\u202edlog",
    "\u3164",
    "g\u3164",
    "\u2800",
    "go\x00ld",
    "g\ue000",
]
"""Mentions, markup, links, tags, and what cannot be seen."""


@pytest.mark.parametrize(
    "name", ["Muschel", "étoile", "K'ren", "gold-coin", "Mana 2", "金", "نقطة", "سکه‌ها", "क्‍ष"]
)
def test_words_of_any_language_are_names(name: str) -> None:
    check_names(PointsNames(one=name, many=name))


@pytest.mark.parametrize(
    "symbol", ["", "🐚", "✦", "GP", "€", "👨‍👩‍👧‍👦", "🇩🇪", "👍🏽", "❤️", "1️⃣", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "👩🏽‍❤️‍💋‍👩🏽"]
)
def test_an_emoji_or_a_few_letters_are_a_symbol(symbol: str) -> None:
    check_names(PointsNames(symbol=symbol))


@pytest.mark.parametrize("name", [*HARMFUL, "", " gold", "gold  coin", "7", "-x", "x" * 25])
def test_what_is_no_name_is_refused(name: str) -> None:
    for names in (PointsNames(one=name), PointsNames(many=name)):
        with pytest.raises(Refused, match=r"^Name for points: write 1 to 24 letters and digits"):
            check_names(names)


@pytest.mark.parametrize("symbol", [*HARMFUL, " ", "\u200d🐚", "\ufe0f", "x" * 9, "*", "_", "|"])
def test_what_is_no_symbol_is_refused(symbol: str) -> None:
    with pytest.raises(Refused, match=r"^Symbol: write one emoji, or up to 8 letters"):
        check_names(PointsNames(symbol=symbol))


@given(st.text(max_size=NAME_LENGTH + 2), st.text(max_size=SYMBOL_LENGTH + 2))
def test_whatever_is_accepted_means_nothing_to_discord_or_html(name: str, symbol: str) -> None:
    names = PointsNames(one=name, many=name, symbol=symbol)
    try:
        check_names(names)
    except Refused:
        return
    for words in (name, symbol):
        assert discord.utils.escape_mentions(discord.utils.escape_markdown(words)) == words
        assert not set(words) & set('<>&"@#`*_~|\\[]()/:.\n\r\t')
        assert not any(unicodedata.category(each) in {"Cc", "Cs", "Co", "Zl"} for each in words)


@given(st.text())
def test_tidying_again_changes_nothing(typed: str) -> None:
    assert tidy(tidy(typed)) == tidy(typed)


def test_numbers_take_the_name_that_fits() -> None:
    assert [POINTS.counted(count, str(count)) for count in (0, 1, -1, 2)] == [
        "0 points",
        "1 point",
        "-1 point",
        "2 points",
    ]
    shells = PointsNames(one="shell", many="shells", symbol="🐚")
    assert shells.counted(2, "2") == "2 shells 🐚"
    assert shells.marked("+5") == "+5 🐚"

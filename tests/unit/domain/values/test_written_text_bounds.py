"""How long words may be, and what may be in them: each bound from both sides."""

import pytest

from payments.domain.errors import Refused
from payments.domain.sentences.sentence import Sentence
from payments.domain.values.written_text import (
    MOST_MARKS,
    SPARE,
    check_words,
    length,
    same_to_readers,
    tidy,
)

FAMILY = "\U0001f469\u200d\U0001f469\u200d\U0001f467"
"""One character of five code points."""
ACUTE = "\u0301"


def wrong(words: str, most: int = 5, **least: int) -> str:
    """Why words are refused; empty if they are not."""
    try:
        check_words(words, Sentence("Word"), most, **least)
    except Refused as refused:
        return str(refused)
    return ""


@pytest.mark.parametrize(
    ("words", "least", "fits"),
    [
        ("a", 1, True),
        ("abcde", 1, True),
        ("abcdef", 1, False),
        ("", 1, False),
        ("", 0, True),
        ("a", 2, False),
        ("ab", 2, True),
        ("abcdef", 0, False),
    ],
)
def test_length_counts_from_the_fewest_to_the_most(words: str, least: int, *, fits: bool) -> None:
    assert (wrong(words, least=least) == "") is fits


def test_without_a_word_on_it_one_character_is_the_fewest() -> None:
    assert wrong("") != ""
    assert wrong("a") == ""


def test_characters_of_many_parts_are_counted_once_and_measured_too() -> None:
    """Discord counts code points: three for each character on average."""
    assert SPARE == 3
    assert length(FAMILY * 3) == 3
    assert wrong(FAMILY * 3) == ""
    assert wrong(FAMILY * 3, most=3) == "Word: too long. Its characters are made of too many parts."
    full = "e" + ACUTE * 2  # three code points
    assert wrong(full * 5) == ""
    assert wrong(full * 4 + "e" + ACUTE * 3) != ""


def test_a_letter_has_as_many_marks_as_hebrew_needs_and_no_more() -> None:
    assert MOST_MARKS == 4
    assert wrong("x" + "\u0591" * 4, most=2) == ""
    assert "or too many stand on one" in wrong("x" + "\u0591" * 5, most=2)
    assert "stands on no letter" in wrong(ACUTE + "x")


@pytest.mark.parametrize("sign", ["\u202e", "\u200f", "\u2066"])
def test_what_turns_the_text_is_named(sign: str) -> None:
    assert f"leave out U+{ord(sign):04X}" in wrong(f"a{sign}b")


@pytest.mark.parametrize("sign", ["\u200b", "\u2800", "\x07", "\ufeff", "\ue000"])
def test_what_cannot_be_seen_is_named(sign: str) -> None:
    assert f"leave out U+{ord(sign):04X}" in wrong(f"a{sign}b")


@pytest.mark.parametrize("words", [" ", "  ", "\u3164"])
def test_what_shows_nothing_is_refused(words: str) -> None:
    assert wrong(words) != ""


def test_words_are_tidied_into_one_form_and_one_line() -> None:
    assert tidy("  cafe" + ACUTE + " \n\t au  lait ") == "café au lait"
    assert tidy("5 \u20ac") == "5 \u20ac"


def test_what_readers_cannot_tell_apart_is_the_same() -> None:
    assert (
        same_to_readers("\uff33\uff34\uff21\uff32\uff34\uff25\uff32")
        == same_to_readers(" star\u200bter ")
        == "starter"
    )
    assert same_to_readers("Starter 2") != same_to_readers("Starter 3")

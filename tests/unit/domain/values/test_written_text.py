"""What people may write: every language as it is written, and nothing that plays tricks."""

# ruff: noqa: RUF001 - letters of other scripts are what is tested

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments.domain.errors import Refused
from payments.domain.sentences.sentence import Sentence
from payments.domain.values.written_text import SPARE, check_words, length, same_to_readers, tidy

NAME = Sentence("Name")

WRITTEN = [
    "Starter",
    "C++ & <b>*stars*</b> [link](x)",
    "👨‍👩‍👧‍👦" * 20,
    "🏴󠁧󠁢󠁥󠁮󠁧󠁿 England",
    "🧑🏽‍🚀 Moon",
    "🏳️‍🌈",
    "❤️‍🔥",
    "1️⃣ One",
    "می‌خواهم سکه",
    "نامه‌های ما",
    "क्‍ष और क्षत्रिय",
    "Pack 1\u00a0000",
    "1\u202f000 pièces",
    "Tiếng Việt",
    "שָׁלוֹם",
    "น้ำใจที่ดี",
    "র\u200d্যাপ",
    "क्\u200dष",
    "葛\U000e0100飾",
    "★☆★",
    "𝔊old",
]


@pytest.mark.parametrize("words", WRITTEN)
def test_words_of_any_language_are_taken_as_they_are_written(words: str) -> None:
    tidied = tidy(words)
    assert tidied == unicodedata.normalize("NFC", words)
    check_words(tidied, NAME, 80)


@pytest.mark.parametrize(
    ("words", "wrong"),
    [
        ("", "write at least one letter"),
        ("\u3164", r"^Name: leave out U\+3164 hangul filler\. It can\'t be seen\.$"),
        ("\u2800", "can't be seen"),
        ("\u00a0", "write at least one letter"),
        ("a\u200bb", r"U\+200B zero width space\. It can\'t be seen"),
        ("a\u200db", "can't be seen"),
        ("a\u200c", "can't be seen"),
        ("سلام\u200c\u200cها", "can't be seen"),
        ("z\u0301\u0302\u200dold", "can't be seen"),
        ("и\u0301\u200cм", "can't be seen"),
        ("👍\u200d", "can't be seen"),
        ("a\ufe0f", "can't be seen"),
        ("a\u00adb", "can't be seen"),
        ("a\x00b", "can't be seen"),
        ("a\ud800b", "can't be seen"),
        ("a\ue000b", "can't be seen"),
        ("a\U000e0041b", "can't be seen"),
        ("\u202egold", r"U\+202E right-to-left override\. It turns"),
        ("a\u2067b", "It turns the text around it"),
        ("a\u200fb", "It turns the text around it"),
        ("g" + "\u0301\u0302\u0303\u0304\u0305\u0306", "a mark stands on no letter"),
        ("a \u0301b", "a mark stands on no letter"),
        ("\u0489", "write at least one letter"),
        ("x" * 81, r"^Name: write 1 to 80 characters\. This has 81\.$"),
        ("👨‍👩‍👧‍👦" * 81, r"^Name: write 1 to 80 characters\. This has 81\.$"),
        ("👩🏽‍❤️‍💋‍👩🏽" * 40, "too many parts"),
    ],
)
def test_what_plays_tricks_is_refused_with_what_is_wrong(words: str, wrong: str) -> None:
    with pytest.raises(Refused, match=wrong):
        check_words(tidy(words), NAME, 80)


def test_an_empty_note_is_no_note() -> None:
    check_words("", NAME, 80, least=0)


def test_white_space_becomes_single_spaces_and_no_break_spaces_stay() -> None:
    assert tidy("  a \n\t b\u3000c \r\n") == "a b c"
    assert tidy("1\u00a0000 \u202f!") == "1\u00a0000 \u202f!"


def test_it_is_counted_as_people_count() -> None:
    assert [length(each) for each in ("👨‍👩‍👧‍👦", "🇩🇪", "e\u0301", "क्षि", "ab")] == [1, 1, 1, 1, 2]


@pytest.mark.parametrize(
    "other", ["GOLD", "gold", "go\u200cld", "ｇｏｌｄ", " Gold ", "Go\ufe0fld"]
)
def test_names_that_look_the_same_are_the_same(other: str) -> None:
    assert same_to_readers("Gold") == same_to_readers(other)


@given(st.text(max_size=90))
def test_what_is_taken_can_be_seen_and_kept(words: str) -> None:
    tidied = tidy(words)
    assert tidy(tidied) == tidied
    try:
        check_words(tidied, NAME, 80)
    except Refused:
        return
    assert 1 <= length(tidied) <= 80
    assert len(tidied) <= 80 * SPARE
    tidied.encode()
    assert not any(unicodedata.category(each) in {"Cc", "Cs", "Co", "Zl", "Zp"} for each in tidied)
    assert not any(unicodedata.bidirectional(each) in _TURNING for each in tidied)
    assert same_to_readers(tidied)


_TURNING = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}

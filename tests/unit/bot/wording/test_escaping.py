"""Other people's words mean nothing to Discord, and read as they were written."""

import pytest
import regex
from hypothesis import example, given
from hypothesis import strategies as st

from bot.wording import text
from bot.wording.text import safe, safe_within
from payments.domain.values.written_text import one_line
from tests.support.discord_markdown import Read, read_markdown

ATTEMPTS = [
    "[x [Claim your prize](https://evil.example)",
    "<a:/[Pay](https://evil.example)>",
    "[a](<https://evil.example>)",
    "[https://good.example](https://evil.example)",
    "<https://evil.example>",
    "https://evil.example/x_y_z",
    "HTTPS://evil.example",
    "discord.gg/abcdef",
    "discord.com/invite/abcdef",
    "<mailto:a@evil.example>",
    "<t:0:R>",
    "<t:1700000000>",
    "<@100000000000000001>",
    "<@!100000000000000001>",
    "<@&100000000000000001>",
    "<#100000000000000001>",
    "<id:customize>",
    "</buy:100000000000000001>",
    "<:coin:100000000000000001>",
    "<a:coin:100000000000000001>",
    "@everyone",
    "@here",
    "\\@everyone",
    "**bold** __under__ *a* _b_ ~~c~~ ||d||",
    "`code` ```block```",
    "# heading",
    "-# small",
    "> quote",
    ">>> quote",
    "- list",
    "1. list",
    "12) list",
    "\\",
    "\\\\[a](b)",
    "a\n# b",
    "a\u2028> b",
    "a\r- b",
]

BROKEN = "\u200b"
"""Breaks mentions."""

signs = st.text(alphabet="\\*_~|`[]()<>#-+>@!&:/.1a \n")
pieces = st.lists(st.one_of(st.sampled_from(ATTEMPTS), signs, st.text(max_size=5)), max_size=4)
hostile = pieces.map("".join)


@pytest.mark.parametrize("words", [each for each in ATTEMPTS if each != "\\"])
def test_the_reader_sees_what_an_attempt_is_worth(words: str) -> None:
    """Else the properties below would show nothing."""
    assert read_markdown(words).kinds or words.startswith("\\\\"), words


@given(hostile)
@example("[x [Claim your prize](https://evil.example)")
@example("<a:/[Pay](https://evil.example)>")
def test_words_mean_nothing_and_read_as_they_were_written(words: str) -> None:
    found = read_markdown(safe_within(words, 100_000))
    assert found == Read([], visible(words))


@given(hostile, hostile)
def test_words_stay_within_the_marks_of_ours_around_them(name: str, note: str) -> None:
    """As in a card's line: our bold stays ours, our mention is the only one."""
    around = f"**{safe_within(f'x{name}x', 10_000)}** to <@1>: “{safe_within(note, 10_000)}”."
    found = read_markdown(around)
    assert found.kinds == ["strong", "mention"]
    assert found.words == f"{visible(f'x{name}x')} to <@1>: “{visible(note)}”."


@given(hostile, st.integers(min_value=1, max_value=40))
def test_words_that_are_cut_mean_nothing_either(words: str, most: int) -> None:
    fitted = safe_within(words, most)
    assert len(fitted) <= most
    found = read_markdown(fitted)
    assert found.kinds == []
    shown, seen = visible(words).replace(BROKEN, ""), found.words.replace(BROKEN, "")
    assert seen == shown or shown.startswith(seen.removesuffix("…"))


@given(hostile)
def test_what_is_quoted_or_listed_means_nothing(words: str) -> None:
    assert read_markdown(text.quoted(words)).kinds == []
    assert read_markdown(text.listing([words] * 3)).kinds == []


@given(st.text())
def test_nothing_turns_the_text_around_it(words: str) -> None:
    assert not regex.search(r"\p{Bidi_Control}|[\n\r\u2028\u2029]", safe(f"\u202e\u2066{words}"))


def test_usual_words_are_left_alone() -> None:
    for words in ("Starter", "Pack #1, 50/50", "3.14", "C & D (large)", "a-b+c", "می‌خواهم", "🏴󠁧󠁢󠁥󠁮󠁧󠁿"):
        assert safe(words) == words


def visible(words: str) -> str:
    """What is to be seen of words: mentions are broken by a space without width."""
    return regex.sub(r"@(?=everyone|here|[!&]?\d)", "@\u200b", one_line(words), flags=regex.I)

"""Somebody's words within a sentence of ours."""

import pytest

from payments.domain.sentences.sentence import QUOTED_LENGTH, in_quotes


@pytest.mark.parametrize(
    ("words", "quoted"),
    [
        ("", "“”"),
        ("x" * QUOTED_LENGTH, f"“{'x' * QUOTED_LENGTH}”"),
        ("x" * (QUOTED_LENGTH + 1), f"“{'x' * (QUOTED_LENGTH - 1)}…”"),
        ("x" * (QUOTED_LENGTH - 2) + " " + "y" * 9, f"“{'x' * (QUOTED_LENGTH - 2)}…”"),
    ],
)
def test_words_are_whole_up_to_a_length_and_cut_beyond_it(words: str, quoted: str) -> None:
    assert in_quotes(words) == quoted
    assert len(quoted) <= QUOTED_LENGTH + 2

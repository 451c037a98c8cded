"""Sentences of refusals quote people, at most so much of their words."""

import pytest

from payments.domain.errors import Refused
from payments.domain.sentences.sentence import QUOTED_LENGTH, in_quotes


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("", "“”"),
        ("*so*", "“*so*”"),
        ("x" * QUOTED_LENGTH, f"“{'x' * QUOTED_LENGTH}”"),
        ("x" * (QUOTED_LENGTH + 1), f"“{'x' * (QUOTED_LENGTH - 1)}…”"),
        ("x" * (QUOTED_LENGTH - 2) + " yz", f"“{'x' * (QUOTED_LENGTH - 2)}…”"),
    ],
)
def test_long_words_are_cut_with_an_ellipsis(words: str, shown: str) -> None:
    assert in_quotes(words) == shown
    assert str(Refused("{typed} is no amount.", typed=words)) == f"{shown} is no amount."

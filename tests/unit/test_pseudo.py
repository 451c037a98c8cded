"""The pseudo-language shows what was written past the sentences, and what is glued."""

import pytest

from tests.support.pseudo import glued, longer, outside


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (longer("You owe {debt}."), []),
        (f"### {longer('Paid')} \u00b7 <@123> \u00b7 `re_1` \u00b7 <t:1790000000:R>", []),
        (f"{longer('Of it: {a}').replace('{a}', longer('one'))}", []),
        (f"Total: {longer('five')}", ["Total"]),
        ("Approve", ["Approve"]),
    ],
)
def test_words_outside_of_sentences_are_found(text: str, words: list[str]) -> None:
    assert outside(text) == words


@pytest.mark.parametrize(
    ("text", "is_glued"),
    [
        (f"{longer('You owe')} {longer('five points')}", True),
        (f"{longer('Nothing was charged.')} {longer('Try again.')}", False),
        (f"{longer('Paid')} \u00b7 {longer('Refunded')}", False),
        (longer("Of it: {a}, {b}").replace("{a}, {b}", f"{longer('one')}, {longer('two')}"), False),
    ],
)
def test_pieces_of_a_sentence_side_by_side_are_found(text: str, *, is_glued: bool) -> None:
    assert glued(text) is is_glued


def test_a_text_is_longer_by_two_fifths() -> None:
    assert len(longer("x" * 100)) == 140

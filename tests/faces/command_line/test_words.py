"""Numbers have their nouns, and times one form."""

import pytest

from app.cli.words import counted, when
from payments.domain.values.time import from_seconds


@pytest.mark.parametrize(
    ("number", "words"), [(0, "0 rows"), (1, "1 row"), (2, "2 rows"), (1200, "1,200 rows")]
)
def test_a_number_has_its_noun(number: int, words: str) -> None:
    assert counted(number, "row") == words


def test_a_noun_may_have_a_plural_of_its_own() -> None:
    assert (counted(1, "try", "tries"), counted(3, "try", "tries")) == ("1 try", "3 tries")


def test_a_time_is_said_with_its_zone() -> None:
    assert when(from_seconds(1_800_000_000)) == "2027-01-15 08:00:00 UTC"

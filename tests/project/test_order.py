"""Tests that wait stand among those that compute."""

from tests.support.grouped import spread


def test_the_few_stand_apart_and_all_keep_their_order() -> None:
    found = spread("AB", "abcdefgh")
    assert "".join(found) == "abAcdefBgh"
    assert "".join(spread("", "ab")) == "".join(spread("ab", "")) == "ab"

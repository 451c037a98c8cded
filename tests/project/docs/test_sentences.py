"""Sentences that pages take from the source."""

import importlib
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest

from tests.project.docs.conftest import ROOT


@pytest.fixture(scope="module")
def module() -> Iterator[ModuleType]:
    with pytest.MonkeyPatch.context() as patched:
        patched.syspath_prepend(str(ROOT / "docs" / "generate"))
        yield importlib.import_module("sentences")


@pytest.fixture(scope="module")
def sentences(module: ModuleType) -> Any:
    """The program's source is read once for all tests here: it takes a second."""
    return module.Sentences(ROOT)


def test_the_first_sentence_is_found_by_its_beginning(sentences: Any) -> None:
    words = sentences.that_begins("That takes …, and only")
    assert words == "That takes …, and only … can be used now."


@pytest.mark.parametrize("beginning", ["Nobody ever says this", "There is no such"])
def test_a_page_that_quotes_none_or_several_cannot_be_built(
    module: ModuleType, sentences: Any, beginning: str
) -> None:
    with pytest.raises(module.NotThere, match=beginning):
        sentences.that_begins(beginning)


def test_all_that_is_read_in_one_place_is_listed(module: ModuleType, sentences: Any) -> None:
    assert "| Only moderators can do that. |" in sentences.table("on discord")
    assert "| Discord refuses DISCORD_TOKEN." in sentences.table("at the command line")
    with pytest.raises(module.NotThere):
        sentences.table("on the moon")

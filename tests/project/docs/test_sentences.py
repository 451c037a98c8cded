"""Sentences that pages take from the source."""

import importlib
from types import ModuleType

import pytest

from tests.project.docs.conftest import ROOT


@pytest.fixture
def module(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(ROOT / "docs" / "generate"))
    return importlib.import_module("sentences")


def test_the_first_sentence_is_found_by_its_beginning(module: ModuleType) -> None:
    words = module.Sentences(ROOT).that_begins("That takes …, and only")
    assert words == "That takes …, and only … can be used now."


@pytest.mark.parametrize("beginning", ["Nobody ever says this", "There is no such"])
def test_a_page_that_quotes_none_or_several_cannot_be_built(
    module: ModuleType, beginning: str
) -> None:
    with pytest.raises(module.NotThere, match=beginning):
        module.Sentences(ROOT).that_begins(beginning)


def test_all_that_is_read_in_one_place_is_listed(module: ModuleType) -> None:
    sentences = module.Sentences(ROOT)
    assert "| Only moderators can do that. |" in sentences.table("on discord")
    assert "| Discord refuses DISCORD_TOKEN." in sentences.table("at the command line")
    with pytest.raises(module.NotThere):
        sentences.table("on the moon")

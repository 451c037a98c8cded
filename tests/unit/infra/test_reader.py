"""A language is a file of gettext's: once it lies there, its readers read it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

from payments.domain.sentences.parts import Points, Span
from payments.domain.sentences.sentence import Sentence, plural
from payments.domain.values.time import HOUR
from payments.infra import translations
from payments.infra.reader import Reader
from payments.infra.translations import DOMAIN

OWES = Sentence("You owe {debt}, for {span}.", debt=Points(1_200), span=Span(2 * HOUR))


@pytest.fixture
def german(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Locale:
    catalogue = Catalog(locale="de", domain=DOMAIN)
    catalogue.add("You owe {debt}, for {span}.", "Seit {span} sind {debt} offen.")
    catalogue.add(("{n} hour", "{n} hours"), ("{n} Stunde", "{n} Stunden"))
    file = tmp_path / "de" / "LC_MESSAGES" / f"{DOMAIN}.mo"
    file.parent.mkdir(parents=True)
    with file.open("wb") as opened:
        write_mo(opened, catalogue)
    monkeypatch.setattr(translations, "FOLDER", tmp_path)
    _forget()
    return Locale("de", "AT")


def test_a_translation_is_read_by_those_who_speak_it(german: Locale) -> None:
    assert Reader(german).say(OWES) == "Seit 2 Stunden sind 1.200 points offen."
    assert Reader(german).say(plural("{n} hour", "{n} hours", 1)) == "1 Stunde"
    assert Reader(Locale("fr")).say(OWES).startswith("You owe 1\u202f200 points, for 2 hours.")


def test_what_has_no_translation_stays_english(german: Locale) -> None:
    assert Reader(german).say(Sentence("Paid")) == "Paid"


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    """Catalogues are kept: those of one test are none of the next."""
    yield
    _forget()


def _forget() -> None:
    translations.languages.cache_clear()
    translations.catalogue.cache_clear()

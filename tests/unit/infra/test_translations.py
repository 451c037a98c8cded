"""Which translation somebody reads, and that a mistake in one is never their loss."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

from bot.wording.text import locale_of
from payments.domain.sentences.parts import Points
from payments.domain.sentences.sentence import Sentence, plural
from payments.infra import translations
from payments.infra.reader import Reader
from payments.infra.translations import DOMAIN, catalogue, file_of, nearest

OWES = "You owe {debt}."
Translate = Callable[..., Locale]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty folder of translations."""
    monkeypatch.setattr(translations, "FOLDER", tmp_path)
    _forget()
    yield tmp_path
    _forget()


def _forget() -> None:
    translations.languages.cache_clear()
    translations.catalogue.cache_clear()
    translations.is_usable.cache_clear()


@pytest.fixture
def translate(folder: Path) -> Translate:
    def into(name: str, **sentences: str) -> Locale:
        locale = Locale.parse(name)
        written = Catalog(locale=locale, domain=DOMAIN)
        written.add(OWES, sentences.get("owes", f"{name}: {{debt}}"))
        written.add("Paid", sentences.get("paid", name))
        if "hours" in sentences:
            written.add(("{n} hour", "{n} hours"), ("{n} Stunde", sentences["hours"]))
        file = file_of(folder, name)
        file.parent.mkdir(parents=True)
        with file.open("wb") as opened:
            write_mo(opened, written)
        _forget()
        return locale

    return into


@pytest.mark.parametrize(
    ("there", "reads", "found"),
    [
        ("de", "de-AT", "de"),
        ("zh_TW", "zh-TW", "zh_TW"),
        ("zh_Hant", "zh-TW", "zh_Hant"),
        ("zh_CN", "zh-CN", "zh_CN"),
        ("zh", "zh-CN", "zh"),
        ("zh", "zh-TW", None),
        ("es_419", "es-MX", "es_419"),
        ("es", "es-419", "es"),
        ("pt_BR", "pt-BR", "pt_BR"),
        ("pt_BR", "pt-PT", None),
        ("no", "nb-NO", "no"),
        ("sr", "sr-Latn", None),
        ("sv_SE", "sv-SE", "sv_SE"),
        ("de", "en-GB", None),
    ],
)
def test_the_nearest_translation_is_read(
    translate: Translate, there: str, reads: str, found: str | None
) -> None:
    translate(there)
    assert nearest(locale_of(reads)) == found
    expected = "Paid" if found is None else there
    assert Reader(locale_of(reads)).say(Sentence("Paid")) == expected


@pytest.mark.parametrize(
    "wrong",
    [
        "Sie schulden { debt }.",
        "Sie schulden {Schuld}.",
        "Sie schulden {debt.",
        "Sie schulden debt}.",
        "Sie schulden {0}.",
        "Sie schulden {}.",
        "Sie schulden {debt.count}.",
        "Sie schulden {debt[0]}.",
        "Sie schulden {debt!r}.",
        "Sie schulden {debt:>1000000000}.",
        " ",
    ],
)
def test_a_translation_that_cannot_be_filled_in_is_read_in_english(
    translate: Translate, wrong: str
) -> None:
    german = translate("de", owes=wrong, paid="Bezahlt")
    assert Reader(german).say(Sentence(OWES, debt=Points(5))) == "You owe 5 points."
    assert Reader(german).say(Sentence("Paid")) == "Bezahlt"


def test_each_form_of_a_plural_is_looked_at(translate: Translate) -> None:
    german = translate("de", hours="{m} Stunden")
    assert Reader(german).say(plural("{n} hour", "{n} hours", 1)) == "1 Stunde"
    assert Reader(german).say(plural("{n} hour", "{n} hours", 2)) == "2 hours"


def test_braces_mean_nothing_where_nothing_is_given(translate: Translate) -> None:
    assert Reader(translate("de", paid="{Bezahlt")).say(Sentence("Paid")) == "{Bezahlt"


@pytest.mark.parametrize("end", [0, 3, 20, 60])
def test_a_file_that_was_written_in_part_is_as_if_there_were_none(
    translate: Translate, folder: Path, end: int
) -> None:
    german = translate("de")
    file = file_of(folder, "de")
    file.write_bytes(file.read_bytes()[:end])
    assert Reader(german).say(Sentence("Paid")) == "Paid"
    assert catalogue(german).gettext("Paid") == "Paid"


@pytest.mark.parametrize("rule", ["", "nplurals=2; plural=n%0;", "nplurals=N; plural=E;"])
def test_a_file_whose_rule_for_plurals_is_wrong_is_as_if_there_were_none(
    translate: Translate, folder: Path, rule: str
) -> None:
    german = translate("de", hours="{n} Stunden")
    usual = b"nplurals=2; plural=(n != 1);"
    file = file_of(folder, "de")
    written = file.read_bytes()
    assert usual in written
    file.write_bytes(written.replace(usual, rule.encode().ljust(len(usual))))
    assert Reader(german).say(plural("{n} hour", "{n} hours", 2)) == "2 hours"
    assert Reader(german).say(Sentence("Paid")) == "Paid"


def test_a_folder_of_no_language_is_left_out(translate: Translate, folder: Path) -> None:
    translate("de")
    file_of(folder, "de").parents[1].rename(folder / "german!")
    _forget()
    assert nearest(Locale("de")) is None

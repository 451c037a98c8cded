"""The tool names each translation that nobody could read."""

from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

from payments.infra.translations import DOMAIN, file_of
from tests.sentences.translated import FOLDER, mistakes


@pytest.mark.parametrize(
    ("template", "words", "wrong"),
    [
        ("You owe {debt}.", "Sie schulden {debt}.", None),
        ("You owe {debt}.", "Sie schulden { debt }.", "nothing is given for { debt }"),
        ("You owe {debt}.", "Sie schulden etwas.", "debt is left out"),
        ("You owe {debt}.", "Sie schulden {debt", "expected '}'"),
        (("{n} of {m}", "{n} of {m}"), ("eine von {m}", "{n} von {m}"), None),
        (("{n} of {m}", "{n} of {m}"), ("eine von {m}", "{n}"), "m is left out"),
    ],
)
def test_what_cannot_be_used_is_named(
    tmp_path: Path,
    template: str | tuple[str, str],
    words: str | tuple[str, str],
    wrong: str | None,
) -> None:
    written = Catalog(locale="de", domain=DOMAIN)
    written.add(template, words)
    file = file_of(tmp_path / FOLDER, "de")
    file.parent.mkdir(parents=True)
    with file.open("wb") as opened:
        write_mo(opened, written)
    found = mistakes(tmp_path)
    assert len(found) == (wrong is not None)
    assert wrong is None or wrong in found[0]

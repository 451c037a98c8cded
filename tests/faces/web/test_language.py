"""A page is read in the language that a browser asks for, if there are sentences in it."""

import pytest
from aiohttp.test_utils import make_mocked_request

from payments.infra.reader import languages
from webhooks.pages import language
from webhooks.pages.language import reader_of


@pytest.mark.parametrize(
    ("asked", "there", "found"),
    [
        ("", ("en_US",), "en_US"),
        ("de-AT,de;q=0.9,en;q=0.5", ("en_US",), "en_US"),
        ("de-AT,de;q=0.9,en;q=0.5", ("en_US", "de"), "de"),
        ("fr,de", ("en_US", "de"), "de"),
        ("*;q=0.1", ("en_US", "de"), "en_US"),
        ("\x01\xff,;;;,=", ("en_US", "de"), "en_US"),
        (f"{'xx,' * 5_000}de", ("en_US", "de"), "en_US"),
    ],
)
def test_the_first_language_that_is_there_is_read(
    asked: str, there: tuple[str, ...], found: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(language, "languages", lambda: there)
    request = make_mocked_request("GET", "/", headers={"Accept-Language": asked})
    assert str(reader_of(request).locale) == found


def test_english_is_always_there() -> None:
    assert languages()[0] == "en_US"

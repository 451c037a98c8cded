"""A page is read in the language that a browser asks for, if there are sentences in it."""

import pytest
from aiohttp.test_utils import make_mocked_request

from payments.infra import translations
from webhooks.pages.language import reader_of

GERMAN = {"de": "de"}


@pytest.mark.parametrize(
    ("asked", "there", "found"),
    [
        ("", {}, "en_US"),
        ("de-AT,de;q=0.9,en;q=0.5", {}, "en"),
        ("de-AT,de;q=0.9,en;q=0.5", GERMAN, "de_AT"),
        ("fr,de", GERMAN, "de"),
        ("en-GB,de;q=0.5", GERMAN, "en_GB"),
        ("en-AU", GERMAN, "en_AU"),
        ("en;q=0.4, de ; q=0.8", GERMAN, "de"),
        ("de;q=0", GERMAN, "en_US"),
        ("de-QQ", GERMAN, "de"),
        ("zh-TW", {"zh_Hant_TW": "zh_TW"}, "zh_Hant_TW"),
        ("*;q=0.1", GERMAN, "en_US"),
        ("\x01\xff,;;;,=,de;q=x,de;q=9", GERMAN, "en_US"),
        ("../de,de__AT,-,de-" + "x" * 5_000, GERMAN, "en_US"),
        (f"{'xx,' * 5_000}de", GERMAN, "en_US"),
    ],
)
def test_the_language_that_is_wanted_most_is_read(
    asked: str, there: dict[str, str], found: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(translations, "languages", lambda: there)
    request = make_mocked_request("GET", "/", headers={"Accept-Language": asked})
    assert str(reader_of(request).locale) == found

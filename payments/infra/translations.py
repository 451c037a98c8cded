"""Translations: gettext's files, which of them somebody reads, and what of it can be used.

People who translate write these files. So what is wrong in one is never the reader's loss: they
read the English sentence, and whoever runs the program finds it in the log.
"""

import gettext
import struct
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from pathlib import Path
from string import Formatter
from typing import Final

import structlog
from babel import Locale, UnknownLocaleError
from babel.core import get_global

log = structlog.get_logger(__name__)

DOMAIN: Final = "guildbank"
FOLDER: Final = Path(__file__).parents[1] / "translations"
"""Where the files lie: one folder for each language, called as Discord calls it (`de`, `zh_TW`)."""

_COUNTS: Final = 200
"""A rule for plurals is tried for this many numbers, with all that languages tell apart."""

_ROOT: Final = "root"
"""What CLDR calls the parent of those that have none."""


def file_of(folder: Path, language: str) -> Path:
    """The file of a language."""
    return folder / language / "LC_MESSAGES" / f"{DOMAIN}.mo"


@cache
def languages() -> Mapping[str, str]:
    """The languages that are translated, as Babel calls them, and the names of their folders."""
    found = sorted(each.parents[1].name for each in FOLDER.glob(f"*/LC_MESSAGES/{DOMAIN}.mo"))
    known = ((_parsed(each), each) for each in found)
    return {str(locale): each for locale, each in known if locale is not None}


def nearest(locale: Locale) -> str | None:
    """The folder of the translation that somebody reads; None if there is none into their language.

    Somebody from Austria reads German; but who reads traditional Chinese is not given simplified.
    """
    return next((languages()[each] for each in _with_parents(locale) if each in languages()), None)


@lru_cache(maxsize=64)
def catalogue(locale: Locale) -> gettext.NullTranslations:
    """The translations into a language; where there are none, templates stay as they are."""
    found = nearest(locale)
    if found is None:
        return gettext.NullTranslations()
    try:
        return _read(file_of(FOLDER, found))
    except (OSError, LookupError, ValueError, ArithmeticError, struct.error) as error:
        log.error("translations.unreadable", language=found, error=repr(error))  # noqa: TRY400 - the file is at fault
        return gettext.NullTranslations()


@lru_cache(maxsize=4096)
def is_usable(translated: str, names: frozenset[str]) -> bool:
    """Whether a translated template can be filled in; if not, the log says so, once.

    Args:
        translated: By whoever translates.
        names: Those that its values have.
    """
    wrong = wrong_with(translated, names)
    if wrong is not None:
        log.error("translations.unusable", translation=translated, wrong=wrong)
    return wrong is None


def wrong_with(translated: str, names: frozenset[str]) -> str | None:
    """Why a translated template cannot be filled in, if so.

    Args:
        translated: By whoever translates.
        names: Those that may stand in braces; if there are none, braces mean nothing.
    """
    if not translated.strip():
        return "it is empty"
    if not names:
        return None
    try:
        fields = [each for each in Formatter().parse(translated) if each[1] is not None]
    except ValueError as error:
        return str(error)
    for _, name, form, conversion in fields:
        if name not in names or form or conversion:
            return f"nothing is given for {{{name}}} as it stands there"
    return None


def _read(file: Path) -> gettext.GNUTranslations:
    """A file, and whether its rule for plurals can be followed.

    Raises:
        OSError, LookupError, ValueError, ArithmeticError, struct.error: It is broken somewhere.
    """
    with file.open("rb") as opened:
        found = gettext.GNUTranslations(opened)
    for count in range(_COUNTS):
        found.ngettext("", "", count)
    return found


def _with_parents(locale: Locale) -> Iterator[str]:
    """A language and those that its readers also read, the nearest first."""
    exceptions, written = get_global("parent_exceptions"), str(locale)
    while written and written != _ROOT:
        yield written
        written = str(exceptions.get(written) or _shorter(written))


def _shorter(written: str) -> str:
    """A language without its last part; nothing if it is written in another script without it."""
    rest, _, last = written.rpartition("_")
    usual = str(get_global("likely_subtags").get(rest, ""))
    is_script = len(last) == len("Hant")
    return "" if is_script and last not in usual.split("_") else rest


def _parsed(name: str) -> Locale | None:
    try:
        return Locale.parse(name)
    except (ValueError, UnknownLocaleError):
        return None

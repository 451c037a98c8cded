"""Who reads a page: the language that their browser asks for, if there are sentences in it."""

import re
from collections.abc import Iterator
from typing import Final

from aiohttp import web
from babel import Locale, UnknownLocaleError

from payments.domain.values.points_names import POINTS, PointsNames
from payments.infra.reader import ENGLISH, Reader
from payments.infra.translations import nearest

_ASKED: Final = 10
"""How many of the languages that a browser names are looked at."""

_ONE: Final = re.compile(
    r"\s*(?P<tag>[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8}){0,3})\s*(?:;\s*q=(?P<weight>[01](?:\.\d{0,3})?))?\s*"
)
"""A language as a browser names it, and how much it is wanted (RFC 9110, 12.5.4)."""


def reader_of(request: web.Request, names: PointsNames = POINTS) -> Reader:
    """Whoever opened a page.

    Args:
        request: Of their browser, whose `Accept-Language` names languages.
        names: What the server calls its points.
    """
    for locale in _wanted(request.headers.get("Accept-Language", "")):
        if locale.language == ENGLISH.language or nearest(locale) is not None:
            return Reader(locale, names)
    return Reader(ENGLISH, names)


def _wanted(header: str) -> Iterator[Locale]:
    """The languages that a browser asks for, the best first; what is no language is left out."""
    named = filter(None, map(_ONE.fullmatch, header.split(",")[:_ASKED]))
    weighed = [(float(each["weight"] or 1), each["tag"]) for each in named]
    for weight, tag in sorted(weighed, key=lambda each: -each[0]):
        locale = _locale(tag) or _locale(tag.partition("-")[0])
        if weight and locale is not None:
            yield locale


def _locale(tag: str) -> Locale | None:
    try:
        return Locale.parse(tag, sep="-")
    except (ValueError, UnknownLocaleError):
        return None

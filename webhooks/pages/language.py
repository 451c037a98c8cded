"""Who reads a page: the language that their browser asks for, if there are sentences in it."""

from typing import Final

from aiohttp import web
from babel import Locale, negotiate_locale

from payments.domain.values.points_names import POINTS, PointsNames
from payments.infra.reader import ENGLISH, Reader, languages

_ASKED: Final = 10
"""How many of the languages that a browser names are looked at."""


def reader_of(request: web.Request, names: PointsNames = POINTS) -> Reader:
    """Whoever opened a page.

    Args:
        request: Of their browser, whose `Accept-Language` names languages, the best first.
        names: What the server calls its points.
    """
    asked = request.headers.get("Accept-Language", "").split(",")[:_ASKED]
    wanted = [each.split(";")[0].strip().replace("-", "_") for each in asked]
    found = negotiate_locale(wanted, languages())
    return Reader(Locale.parse(found) if found else ENGLISH, names)

"""What a form of a control page says, all as texts."""

import json
import re
from collections.abc import Mapping

from aiohttp import web

from sandbox.base.common import NotPossible

Fields = Mapping[str, str]

_SECONDS = re.compile(r"[0-9]+(\.[0-9]+)?")


def amount(fields: Fields) -> int | None:
    """The field `amount` in minor units; None if it is empty.

    Raises:
        NotPossible: It is no whole number.
    """
    text = fields.get("amount", "").strip()
    if text and not text.isdecimal():
        raise NotPossible(f"an amount is a whole number of minor units, not {text!r}")
    return int(text) if text else None


def number(fields: Fields, name: str, usual: int) -> int:
    """A field that is a whole number.

    Raises:
        NotPossible: It is none.
    """
    text = fields.get(name, "").strip()
    if text and not (text.isascii() and text.isdecimal()):
        raise NotPossible(f"{name} is a whole number, not {text!r}")
    return int(text) if text else usual


def seconds(fields: Fields, usual: float) -> float:
    """The field `seconds`.

    Raises:
        NotPossible: It is no number.
    """
    text = fields.get("seconds", "").strip()
    if text and not _SECONDS.fullmatch(text):
        raise NotPossible(f"seconds are a number, not {text!r}")
    return float(text) if text else usual


async def read_fields(request: web.Request) -> Fields:
    """What a form or a JSON object says.

    Raises:
        HTTPForbidden: A page of another site sent it.
    """
    if request.headers.get("Sec-Fetch-Site", "none") not in {"none", "same-origin"}:
        raise web.HTTPForbidden(text="only from this page")
    if request.content_type == "application/json":
        given = await request.json()
        return _Given({name: _text(each) for name, each in given.items() if each is not None})
    return _Given({name: str(each) for name, each in (await request.post()).items()})


class _Given(dict[str, str]):
    """What was given; a missing value that is required is named in the refusal."""

    def __missing__(self, name: str) -> str:
        raise NotPossible(f"{name} is missing")


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)

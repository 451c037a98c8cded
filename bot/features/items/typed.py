"""What owners type about items: lengths of time."""

import re
from typing import Final

from payments.domain.errors import Refused
from payments.domain.sentences.parts import Code
from payments.domain.values.time import DAY, HOUR

MAX_DAYS: Final = 3_650
"""The longest length of time that is typed, in days."""

SPAN_LENGTH: Final = 20
"""The most characters of a length of time."""

_UNITS: Final = {"h": HOUR, "d": DAY, "w": 7 * DAY}
_SPAN: Final = re.compile(r"(\d{1,6}) ?(h|d|w|hours?|days?|weeks?)?", re.ASCII)


def span_of(typed: str) -> int:
    """A length of time as typed, in microseconds: `30d`, `12 hours`, `2 weeks`; `30` means days.

    Raises:
        Refused: It is none, or too long.
    """
    found = _SPAN.fullmatch(typed.strip().casefold())
    span = 0 if found is None else int(found[1]) * _UNITS[(found[2] or "d")[0]]
    if not 0 < span <= MAX_DAYS * DAY:
        raise Refused(
            "{typed} is no length of time. Write it as {days} or {hours}, up to {most} days.",
            typed=typed,
            days=Code("30d"),
            hours=Code("12h"),
            most=MAX_DAYS,
        )
    return span


def span_typed(span: int | None) -> str:
    """A length of time as one would type it; nothing if there is none."""
    if not span:
        return ""
    return f"{span // DAY}d" if span % DAY == 0 else f"{span // HOUR}h"

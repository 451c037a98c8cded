"""What owners type about items: numbers, lengths of time, moments."""

import re
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from payments.domain.errors import Refused
from payments.domain.sentences.parts import Code
from payments.domain.values.amount_input import count_of
from payments.domain.values.time import DAY, HOUR, Instant, from_seconds, to_seconds

MAX_DAYS: Final = 3_650
"""The longest length of time that is typed, in days."""

SPAN_LENGTH: Final = 20
"""The most characters of a length of time."""

_UNITS: Final = {"h": HOUR, "d": DAY, "w": 7 * DAY}
_SPAN: Final = re.compile(r"(\d{1,6}) ?(h|d|w|hours?|days?|weeks?)?", re.ASCII)

_MOMENT: Final = re.compile(r"2[01]\d{2}-\d{2}-\d{2}(?: \d{2}:\d{2})?", re.ASCII)

MOMENT_LENGTH: Final = 16
"""The most characters of a moment."""


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


def moment_of(typed: str, zone: str) -> Instant:
    """A moment as typed, such as `2026-12-24 18:00`; a day alone means its beginning.

    Args:
        typed: What was typed.
        zone: The guild's time zone.

    Raises:
        Refused: It is none.
    """
    words = typed.strip()
    if _MOMENT.fullmatch(words) is not None:
        try:
            then = datetime.fromisoformat(words).replace(tzinfo=ZoneInfo(zone))
        except ValueError:
            pass  # such as the 30th of February: refused below
        else:
            return from_seconds(round(then.timestamp()))
    raise Refused(
        "{typed} is no moment. Write it as {example}, in your server's time zone ({zone}).",
        typed=typed,
        example=Code("2026-12-24 18:00"),
        zone=Code(zone),
    )


def moment_typed(at: Instant | None, zone: str) -> str:
    """A moment as one would type it; nothing if there is none."""
    if at is None:
        return ""
    return f"{datetime.fromtimestamp(to_seconds(at), ZoneInfo(zone)):%Y-%m-%d %H:%M}"


def whole_number(typed: str) -> int:
    """A whole number as typed: `1500`, `1,500`.

    Raises:
        Refused: It is none.
    """
    count = count_of(typed)
    if count is None:
        raise Refused("{typed} is no whole number.", typed=typed)
    return count

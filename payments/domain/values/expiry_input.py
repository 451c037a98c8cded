"""When points expire, as people type it: a number of days, or a date."""

import re
from datetime import date
from typing import Final

from payments.domain.errors import Refused
from payments.domain.sentences.parts import Code
from payments.domain.values.time import DAY, UTC_NAME, Instant, later
from payments.domain.values.time_zones import start_of

MAX_DAYS: Final = 36_525
"""A hundred years: the latest end that anybody means."""

_EPOCH: Final = date(1970, 1, 1)
_DAYS = re.compile(r"(\d{1,6})(?: ?d| days?)?", re.ASCII)


def end_from(typed: str, now: Instant, zone: str = UTC_NAME) -> Instant:
    """The moment at which points expire.

    Args:
        typed: A number of days from now, or a date: its last moment in the time zone.
        now: The time.
        zone: The guild's time zone.

    Raises:
        Refused: It is neither, is over already, or too far away.
    """
    words = typed.strip().lower()
    if found := _DAYS.fullmatch(words):
        days = int(found[1])
        if not 0 < days <= MAX_DAYS:
            raise Refused("Points can be given for 1 to {most} days.", most=MAX_DAYS)
        return later(now, days * DAY)
    try:
        day = (date.fromisoformat(words) - _EPOCH).days
    except ValueError:
        raise Refused(
            "{typed} is no day. Write a number of days, such as {days}, or a date, such as {date}.",
            typed=typed,
            days=30,
            date=Code("2026-12-31"),
        ) from None
    if not now // DAY - 2 < day <= now // DAY + MAX_DAYS:
        if day > now // DAY:
            raise Refused("{typed} is more than a hundred years away.", typed=typed)
        raise Refused("{typed} is over already.", typed=typed)
    end = start_of(day + 1, zone)
    if end <= now:
        raise Refused("{typed} is over already.", typed=typed)
    return end

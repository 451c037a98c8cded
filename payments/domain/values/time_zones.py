"""Days as a guild counts them: those of its time zone, each of 23 to 25 hours.

Each moment is of exactly one day, that which the clocks there show. Time zones are those of the
IANA database, from the system or, on a bare one, from the package tzdata.
"""

import functools
import zoneinfo
from datetime import UTC, date, datetime, timedelta
from typing import Final, NamedTuple

from payments.domain.errors import Refused
from payments.domain.values.time import DAY, SECOND, UTC_NAME, Instant, later

HORIZON: Final = Instant(4_102_444_800 * SECOND)
"""The year 2100: until then changes of the clocks are foreseen."""

_EPOCH: Final = date(1970, 1, 1)
_MIDNIGHT_1970: Final = datetime(1970, 1, 1, tzinfo=UTC)


class Offset(NamedTuple):
    """How far a zone's clocks are ahead of UTC.

    Attributes:
        since: From when on.
        ahead: Microseconds; negative behind UTC.
    """

    since: Instant
    ahead: int


@functools.cache
def zone_names() -> tuple[str, ...]:
    """All names of time zones, in the order of the alphabet."""
    return tuple(sorted(zoneinfo.available_timezones()))


@functools.cache
def _by_folded() -> dict[str, str]:
    return {name.casefold(): name for name in zone_names()}


def check_zone(typed: str) -> str:
    """The name of a time zone as it is written, whatever its case when typed.

    Raises:
        Refused: There is no such zone.
    """
    name = _by_folded().get(typed.strip().replace(" ", "_").casefold())
    if name is None:
        raise Refused(
            "{typed} is not a time zone. Write a name such as Europe/Vienna, America/New_York or "
            "UTC.",
            typed=typed,
        )
    return name


def day_of(at: Instant, zone: str = UTC_NAME) -> int:
    """The day of a moment there, as days since 1970."""
    return (at + _ahead(at, zone)) // DAY


def start_of(day: int, zone: str = UTC_NAME) -> Instant:
    """The first moment of a day there; usually midnight, unless the clocks skip that.

    Args:
        day: Days since 1970.
        zone: The name of the time zone.
    """
    if zone == UTC_NAME:
        return Instant(day * DAY)
    midnight = datetime.combine(_EPOCH + timedelta(days=day), datetime.min.time())
    ahead = zoneinfo.ZoneInfo(zone).utcoffset(midnight) or timedelta()
    return Instant(day * DAY - ahead // timedelta(microseconds=1))


def offsets(zone: str, start: Instant, end: Instant) -> list[Offset]:
    """How far the clocks are ahead from `start` to `end`, each time since they were changed.

    Before 1970 and after the horizon nothing changes.
    """
    first = max(start, Instant(0))
    found = [Offset(first, _ahead(first, zone))]
    at = first
    while at < min(end, HORIZON) and zone != UTC_NAME:
        following = later(at, DAY)
        if _ahead(following, zone) != found[-1].ahead:
            since = _change(zone, at, following)
            found.append(Offset(since, _ahead(since, zone)))
        at = following
    return found


def _change(zone: str, before: Instant, after: Instant) -> Instant:
    """The first second between two moments at which the clocks show what they show at the end."""
    low, high = before // SECOND, after // SECOND
    wanted = _ahead(after, zone)
    while high - low > 1:
        middle = (low + high) // 2
        if _ahead(Instant(middle * SECOND), zone) == wanted:
            high = middle
        else:
            low = middle
    return Instant(high * SECOND)


def _ahead(at: Instant, zone: str) -> int:
    if zone == UTC_NAME:
        return 0
    then = _MIDNIGHT_1970 + timedelta(microseconds=at)
    ahead = then.astimezone(zoneinfo.ZoneInfo(zone)).utcoffset() or timedelta()
    return ahead // timedelta(microseconds=1)

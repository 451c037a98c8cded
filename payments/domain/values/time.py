"""Time as whole microseconds since 1970, UTC, from a clock that is passed in."""

from collections.abc import Callable
from typing import NewType

Instant = NewType("Instant", int)
"""Microseconds since 1970-01-01T00:00:00Z."""

Clock = Callable[[], Instant]
"""Tells the time. Production passes the system's, tests their own."""

UTC_NAME = "UTC"
"""The time zone of a guild that has chosen none."""

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR


def later(instant: Instant, microseconds: int) -> Instant:
    """The instant a number of microseconds after another one."""
    return Instant(instant + microseconds)


def from_seconds(seconds: int) -> Instant:
    """The instant of a Unix time in whole seconds, as providers send it."""
    return Instant(seconds * SECOND)


def to_seconds(instant: Instant) -> int:
    """Whole Unix seconds, rounded down, as providers and Discord's time stamps want them."""
    return instant // SECOND

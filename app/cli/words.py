"""How numbers and times are written for people at the command line; programs get JSON."""

from datetime import UTC, datetime

from payments.domain.values.time import Instant, to_seconds


def counted(number: int, one: str, many: str | None = None) -> str:
    """A number with its noun: `1 message`, `1,200 messages`.

    Args:
        number: How many.
        one: The noun for one.
        many: The noun for all other numbers, if it takes more than an s.
    """
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"


def when(at: Instant) -> str:
    """A moment, to the second: `2026-11-30 04:05:06 UTC`."""
    return f"{datetime.fromtimestamp(to_seconds(at), UTC):%Y-%m-%d %H:%M:%S} UTC"

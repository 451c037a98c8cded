"""When points expire, as people type it."""

import pytest

from payments.domain.errors import Refused
from payments.domain.values.expiry_input import MAX_DAYS, end_from
from payments.domain.values.time import DAY, HOUR, Instant, later

NOON = Instant(1_790_000_000 // 86_400 * 86_400 * 1_000_000 + 12 * HOUR)
"""Noon (UTC) of 21 September 2026."""


@pytest.mark.parametrize("typed", ["30", " 30d ", "30 d", "30 days", "30 DAYS"])
def test_a_number_of_days_counts_from_now(typed: str) -> None:
    assert end_from(typed, NOON) == later(NOON, 30 * DAY)


def test_a_day_is_over_at_its_last_moment_in_the_guilds_time_zone() -> None:
    assert end_from("2026-09-21", NOON) == later(NOON, 12 * HOUR)
    assert end_from("2026-09-22", NOON) == later(NOON, 36 * HOUR)
    assert end_from("2026-09-21", NOON, "Europe/Vienna") == later(NOON, 10 * HOUR)
    assert end_from("2026-09-21", NOON, "America/New_York") == later(NOON, 16 * HOUR)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        *((typed, "no day") for typed in ("", "-1", "1.5", "soon", "٣", "2026-02-30")),
        *((typed, "Points can be given for 1 to 36,525 days.") for typed in ("0", "36526")),
        *((typed, "over already") for typed in ("2026-09-20", "1969-12-31")),
        *((typed, "more than a hundred years away") for typed in ("2200-01-01", "9999-12-31")),
    ],
)
def test_anything_else_is_refused_as_what_it_is(typed: str, words: str) -> None:
    with pytest.raises(Refused, match=words):
        end_from(typed, NOON)


def test_no_day_is_refused_with_both_ways_to_write_one() -> None:
    with pytest.raises(Refused) as refusal:
        end_from("soon", NOON)
    assert str(refusal.value) == (
        "“soon” is no day. Write a number of days, such as 30, or a date, such as 2026-12-31."
    )


def test_the_last_day_that_is_taken() -> None:
    assert end_from(f"{MAX_DAYS}", NOON) == later(NOON, MAX_DAYS * DAY)

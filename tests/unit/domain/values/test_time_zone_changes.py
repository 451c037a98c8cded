"""The exact moments at which clocks are changed, in zones whose changes are known."""

from datetime import UTC, date, datetime

import pytest

from payments.domain.values.time import DAY, HOUR, MINUTE, SECOND, Instant, later
from payments.domain.values.time_zones import HORIZON, Offset, day_of, offsets, start_of


def at(text: str) -> Instant:
    """A moment in UTC."""
    then = datetime.fromisoformat(text).replace(tzinfo=UTC)
    return Instant(round(then.timestamp()) * SECOND)


def number(text: str) -> int:
    return (date.fromisoformat(text) - date(1970, 1, 1)).days


CHANGES = [
    ("Europe/Vienna", "2026-03-29T01:00:00", HOUR, 2 * HOUR),
    ("Europe/Vienna", "2026-10-25T01:00:00", 2 * HOUR, HOUR),
    ("America/New_York", "2026-03-08T07:00:00", -5 * HOUR, -4 * HOUR),
    ("America/New_York", "2026-11-01T06:00:00", -4 * HOUR, -5 * HOUR),
    ("America/Havana", "2026-03-08T05:00:00", -5 * HOUR, -4 * HOUR),
    ("Australia/Lord_Howe", "2026-04-04T15:00:00", 11 * HOUR, 10 * HOUR + 30 * MINUTE),
    ("Pacific/Apia", "2011-12-30T10:00:00", -10 * HOUR, 14 * HOUR),
]


@pytest.mark.parametrize(("zone", "when", "before", "after"), CHANGES)
@pytest.mark.parametrize("seconds", [1, 2, 3, 4, 5, 3_600, 86_399, 86_401, 176_402])
def test_a_change_is_found_to_the_second_wherever_the_search_begins(
    zone: str, when: str, before: int, after: int, seconds: int
) -> None:
    moment = at(when)
    start = later(moment, -seconds * SECOND)
    assert offsets(zone, start, later(moment, 2 * DAY)) == [
        Offset(start, before),
        Offset(moment, after),
    ]


@pytest.mark.parametrize(("zone", "when", "before", "after"), CHANGES)
def test_the_moment_of_a_change_is_of_the_day_that_its_new_clocks_show(
    zone: str, when: str, before: int, after: int
) -> None:
    moment = at(when)
    assert day_of(moment, zone) == (moment + after) // DAY
    assert day_of(later(moment, -1), zone) == (moment - 1 + before) // DAY


def test_a_range_that_begins_at_a_change_knows_only_the_new_clocks() -> None:
    moment = at("2026-03-29T01:00:00")
    assert offsets("Europe/Vienna", moment, later(moment, DAY)) == [(moment, 2 * HOUR)]
    nothing = offsets("Europe/Vienna", moment, moment)
    assert nothing == [(moment, 2 * HOUR)]


def test_what_changes_after_the_end_is_not_told() -> None:
    start = at("2026-03-27T12:00:00")
    assert offsets("Europe/Vienna", start, later(start, DAY)) == [(start, HOUR)]


def test_a_year_has_two_changes_and_each_is_known_once() -> None:
    found = offsets("Europe/Vienna", at("2026-01-01T00:00:00"), at("2027-01-01T00:00:00"))
    assert found == [
        (at("2026-01-01T00:00:00"), HOUR),
        (at("2026-03-29T01:00:00"), 2 * HOUR),
        (at("2026-10-25T01:00:00"), HOUR),
    ]


def test_before_1970_and_after_2100_nothing_is_changed() -> None:
    assert at("2100-01-01T00:00:00") == HORIZON
    early = offsets("Europe/Vienna", Instant(-DAY), Instant(DAY))
    assert early == [(0, HOUR)]
    late = offsets("Europe/Vienna", later(HORIZON, -DAY), later(HORIZON, 365 * DAY))
    assert late == [(later(HORIZON, -DAY), HOUR)]
    assert offsets("Europe/Vienna", HORIZON, later(HORIZON, 365 * DAY)) == [(HORIZON, HOUR)]


@pytest.mark.parametrize(
    ("zone", "day", "start"),
    [
        ("UTC", "1970-01-01", "1970-01-01T00:00:00"),
        ("UTC", "2026-03-29", "2026-03-29T00:00:00"),
        ("Europe/Vienna", "2026-03-29", "2026-03-28T23:00:00"),
        ("Europe/Vienna", "2026-03-30", "2026-03-29T22:00:00"),
        ("Europe/Vienna", "2026-10-26", "2026-10-25T23:00:00"),
        ("America/Havana", "2026-11-01", "2026-11-01T04:00:00"),  # midnight comes twice
        ("America/Havana", "2026-03-08", "2026-03-08T05:00:00"),  # midnight is skipped
        ("Africa/Cairo", "2026-04-24", "2026-04-23T22:00:00"),  # midnight is skipped
        ("Pacific/Kiritimati", "2026-01-01", "2025-12-31T10:00:00"),
        ("Pacific/Apia", "2011-12-30", "2011-12-30T10:00:00"),  # the day is skipped
        ("Pacific/Apia", "2011-12-31", "2011-12-30T10:00:00"),
    ],
)
def test_a_day_begins_at_its_first_moment(zone: str, day: str, start: str) -> None:
    assert start_of(number(day), zone) == at(start)

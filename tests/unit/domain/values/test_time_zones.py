"""Days of 23, 24 and 25 hours: each moment is of exactly one of them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments.domain.errors import Refused
from payments.domain.values.time import DAY, HOUR, SECOND, Instant, later
from payments.domain.values.time_zones import check_zone, day_of, offsets, start_of, zone_names

EPOCH = date(1970, 1, 1)
ODD = (
    "UTC",
    "Europe/Vienna",
    "America/New_York",
    "America/Havana",  # the clocks change at midnight
    "Africa/Cairo",  # midnight is skipped
    "Asia/Kathmandu",  # 5:45 ahead
    "Australia/Lord_Howe",  # changes by half an hour
    "Pacific/Apia",  # has skipped a whole day
    "Africa/Casablanca",
    "Pacific/Kiritimati",  # 14 hours ahead
)


def number(text: str) -> int:
    return (date.fromisoformat(text) - EPOCH).days


@pytest.mark.parametrize(
    ("day", "hours"), [("2026-03-29", 23), ("2026-03-30", 24), ("2026-10-25", 25)]
)
def test_a_day_in_vienna_has_as_many_hours_as_its_clocks_say(day: str, hours: int) -> None:
    first, following = (start_of(number(day) + n, "Europe/Vienna") for n in (0, 1))
    assert following - first == hours * HOUR


@given(
    zone=st.sampled_from(ODD),
    day=st.integers(number("2000-01-01"), number("2037-12-31")),
    within=st.floats(0, 1, exclude_max=True),
)
def test_each_moment_is_of_one_day_which_begins_before_it_and_ends_after(
    zone: str, day: int, within: float
) -> None:
    first, following = start_of(day, zone), start_of(day + 1, zone)
    at = later(first, int((following - first) * within))
    if following == first:  # the day was skipped
        assert day_of(first, zone) == day + 1
        return
    assert day_of(at, zone) == day
    assert day_of(later(following, -1), zone) == day
    assert day_of(following, zone) >= day + 1


@given(
    zone=st.sampled_from(ODD),
    first=st.integers(number("2000-01-01"), number("2037-12-31")),
    days=st.integers(1, 800),
    within=st.floats(0, 1),
)
def test_what_the_clocks_are_ahead_gives_the_day_of_every_moment(
    zone: str, first: int, days: int, within: float
) -> None:
    start, end = start_of(first, zone), start_of(first + days, zone)
    at = later(start, int((end - start) * within))
    found = offsets(zone, start, end)
    ahead = [each.ahead for each in found if each.since <= at][-1]
    assert (at + ahead) // DAY == day_of(at, zone)
    for each in found[1:]:
        assert day_of(later(each.since, -1), zone) <= day_of(each.since, zone)


def test_offsets_are_of_a_bounded_number() -> None:
    far = offsets("Europe/Vienna", Instant(0), start_of(number("9999-12-31")))
    assert len(far) < 270
    assert offsets("UTC", Instant(0), Instant(10**18)) == [(0, 0)]
    assert offsets("Europe/Vienna", Instant(-(10**17)), Instant(SECOND)) == [(0, HOUR)]


def test_names_are_found_in_any_case_and_others_refused() -> None:
    assert check_zone(" europe/vienna ") == "Europe/Vienna"
    assert check_zone("america/new york") == "America/New_York"
    assert {"UTC", "Europe/Vienna"} <= set(zone_names())
    for typed in ("Vienna", "CEST+1", "../../etc/passwd", "", "x" * 500):
        with pytest.raises(Refused, match="is not a time zone") as refused:
            check_zone(typed)
        assert len(str(refused.value)) < 200

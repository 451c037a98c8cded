"""When clocks are changed, and days that end just now."""

from datetime import UTC, datetime

import pytest

from payments.domain.errors import Refused
from payments.domain.values.expiry_input import end_from
from payments.domain.values.points_names import SYMBOL_PARTS, PointsNames, check_names
from payments.domain.values.time import DAY, HOUR, SECOND, Instant, later
from payments.domain.values.time_zones import Offset, day_of, offsets, start_of


def moment(*parts: int) -> Instant:
    return Instant(int(datetime(*parts, tzinfo=UTC).timestamp()) * SECOND)  # type: ignore[misc,arg-type]  # year, month, day, hour


def test_each_change_of_the_clocks_is_found_to_the_second() -> None:
    """Vienna: on the last Sundays of March and October, at one o'clock in UTC."""
    start, end = moment(2026, 1, 1, 5), moment(2027, 1, 1)
    assert offsets("Europe/Vienna", start, end) == [
        Offset(start, HOUR),
        Offset(moment(2026, 3, 29, 1), 2 * HOUR),
        Offset(moment(2026, 10, 25, 1), HOUR),
    ]
    assert offsets("UTC", start, end) == [Offset(start, 0)]
    assert offsets("Asia/Tokyo", start, end) == [Offset(start, 9 * HOUR)]
    assert offsets("Europe/Vienna", Instant(-5), Instant(-1)) == [Offset(Instant(0), HOUR)]


@pytest.mark.parametrize("zone", ["UTC", "Europe/Vienna", "America/New_York", "Asia/Kolkata"])
def test_a_day_begins_at_its_first_moment_and_not_a_microsecond_before(zone: str) -> None:
    for day in range(20_500, 20_900, 7):
        begins = start_of(day, zone)
        assert day_of(begins, zone) == day
        assert day_of(later(begins, -1), zone) == day - 1


def test_a_day_that_ends_this_very_moment_is_over() -> None:
    end = start_of(20_718, "Europe/Vienna")
    typed = "2026-09-21"
    assert end_from(typed, later(end, -1), "Europe/Vienna") == end
    with pytest.raises(Refused, match="is over already"):
        end_from(typed, end, "Europe/Vienna")
    assert end_from("1", end) == later(end, DAY)
    with pytest.raises(Refused, match="1 to "):
        end_from("0", end)


@pytest.mark.parametrize(("parts", "taken"), [(SYMBOL_PARTS, True), (SYMBOL_PARTS + 1, False)])
def test_a_symbol_of_one_sign_has_so_many_parts_at_most(parts: int, taken: bool) -> None:  # noqa: FBT001 - a column
    """What people see as one emoji may be made of many."""
    symbol = "👩" + "\u200d👩" * ((parts - 1) // 2)
    symbol += "\ufe0f" * (parts - len(symbol))
    names = PointsNames(one="shell", many="shells", symbol=symbol)
    assert len(symbol) == parts
    if taken:
        check_names(names)
    else:
        with pytest.raises(Refused, match=r"^Symbol: write one emoji"):
            check_names(names)

"""A pace lets so much through at once, and as much again within its time, at any clock."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments.domain.sentences.parts import Wait
from payments.domain.values.quotas import Pace
from payments.domain.values.time import HOUR, MINUTE, SECOND, Instant, later
from tests.support.make import START

PACE = Pace(most=4, within=HOUR)


def done(
    pace: Pace, at: Instant, full_at: Instant | None, times: int
) -> tuple[int, Instant | None]:
    """How many of a number of tries go through at one moment, and how the pace is left."""
    through = 0
    for _ in range(times):
        after = pace.after(full_at, at)
        if after is not None:
            through, full_at = through + 1, after
    return through, full_at


def test_so_many_go_through_at_once_and_one_more_after_its_part_of_the_time() -> None:
    through, full_at = done(PACE, START, None, 10)
    assert through == 4
    assert PACE.wait(full_at, START) == HOUR // 4
    assert PACE.after(full_at, later(START, HOUR // 4 - 1)) is None
    assert done(PACE, later(START, HOUR // 4), full_at, 10)[0] == 1
    assert done(PACE, later(START, HOUR), full_at, 10)[0] == 4


def test_a_clock_that_had_jumped_ahead_bars_nobody_for_longer_than_the_time() -> None:
    ahead = later(START, 1_000 * HOUR)
    assert PACE.after(ahead, START) is None
    assert PACE.wait(ahead, START) <= HOUR // 4


@given(
    most=st.integers(1, 50),
    pauses=st.lists(st.integers(0, 2 * HOUR), min_size=1, max_size=200),
)
def test_within_any_time_no_more_than_twice_as_many_go_through(
    most: int, pauses: list[int]
) -> None:
    """The bucket may be full when the time begins, and comes back once within it."""
    pace, at, full_at, passed = Pace(most=most, within=HOUR), START, None, []
    for pause in pauses:
        at = later(at, pause)
        after = pace.after(full_at, at)
        if after is not None:
            full_at = after
            passed.append(at)
        else:
            assert pace.after(full_at, later(at, pace.wait(full_at, at))) is not None
    for begin in passed:
        assert sum(begin <= each < begin + HOUR for each in passed) <= 2 * most


@pytest.mark.parametrize(
    ("wait", "words"),
    [
        (1, "1 second"),
        (6 * SECOND, "6 seconds"),
        (3 * MINUTE, "3 minutes"),
        (3 * MINUTE + 1, "4 minutes"),
    ],
)
def test_a_wait_in_words_is_never_too_short(wait: int, words: str) -> None:
    assert str(Wait(wait)) == words

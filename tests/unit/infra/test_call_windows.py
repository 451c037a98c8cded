"""Sums over time, against a list of all calls that is read anew each time."""

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from payments.domain.values.time import HOUR, MINUTE, SECOND, Instant
from payments.infra.call_windows import RECENT_MINUTES, USUAL_HOURS, Calls, CallWindows

START = 1_800_000_000 * SECOND

PAUSES = st.one_of(
    st.integers(0, 3 * MINUTE),
    st.integers(0, 3 * HOUR),
    st.sampled_from([MINUTE, RECENT_MINUTES * MINUTE, HOUR, USUAL_HOURS * HOUR, 40 * HOUR]),
)
CALLS = st.builds(
    Calls,
    made=st.integers(0, 3),
    failed=st.integers(0, 3),
    timed_out=st.integers(0, 3),
    answered=st.integers(0, 3),
    seconds=st.integers(0, 100).map(float),
    fallbacks=st.integers(0, 3),
)


@dataclass(frozen=True, slots=True)
class Noted:
    """Calls, and the minute in which they were noted."""

    minute: int
    calls: Calls


def sums(noted: list[Noted]) -> Calls:
    total = Calls()
    for each in noted:
        total.add(each.calls)
    return total


@given(st.lists(st.tuples(PAUSES, CALLS), max_size=40))
def test_what_is_recent_and_what_is_usual_is_as_a_list_of_all_calls_says(
    steps: list[tuple[int, Calls]],
) -> None:
    windows, noted, now = CallWindows(), list[Noted](), START
    for pause, calls in steps:
        now += pause
        windows.note(calls, Instant(now))
        noted.append(Noted(now // MINUTE, calls))
        minute = now // MINUTE
        recent = [each for each in noted if each.minute > minute - RECENT_MINUTES]
        hour = now // HOUR
        older = [
            each
            for each in noted
            if each.minute <= minute - RECENT_MINUTES
            and each.minute * MINUTE // HOUR > hour - USUAL_HOURS
        ]
        assert windows.recent(Instant(now)) == sums(recent)
        assert windows.usual(Instant(now)) == sums(older)
        assert len(windows._minutes) <= RECENT_MINUTES
        assert len(windows._hours) <= USUAL_HOURS


def test_a_clock_that_is_set_back_loses_nothing() -> None:
    windows = CallWindows()
    windows.note(Calls(made=1), Instant(START))
    windows.note(Calls(made=1), Instant(START - 5 * HOUR))
    assert windows.recent(Instant(START)).made == 2

"""How calls to one place have ended lately, and how long they usually take.

The last quarter of an hour is kept by the minute, the day before it by the hour: a few dozen sums,
however many calls there are.
"""

from collections import deque
from dataclasses import dataclass, field
from typing import Final, Self

from payments.domain.values.time import HOUR, MINUTE, Instant

RECENT_MINUTES: Final = 15
"""What counts as lately: so many minutes, the current one among them."""

USUAL_HOURS: Final = 24
"""What is usual is read from so many hours before that."""


@dataclass(slots=True)
class Calls:
    """Sums over some calls.

    Attributes:
        made: Number of tries that were sent.
        failed: Those that were not reached, ran out of time, or were turned away for now.
        timed_out: Those of them that ran out of time.
        answered: Those that were answered in time.
        seconds: How long the answers took, together.
        fallbacks: How often something else was used in place of an answer.
    """

    made: int = 0
    failed: int = 0
    timed_out: int = 0
    answered: int = 0
    seconds: float = 0.0
    fallbacks: int = 0

    def add(self, other: Self) -> None:
        """Add the sums of other calls."""
        self.made += other.made
        self.failed += other.failed
        self.timed_out += other.timed_out
        self.answered += other.answered
        self.seconds += other.seconds
        self.fallbacks += other.fallbacks

    @property
    def mean_seconds(self) -> float:
        """How long an answer took on average; 0 if there was none."""
        return self.seconds / self.answered if self.answered else 0.0


@dataclass(slots=True)
class _Part:
    """Calls of one minute or one hour, by its number since 1970."""

    number: int
    calls: Calls = field(default_factory=Calls)


class CallWindows:
    """Keeps the sums of calls to one place, as time passes.

    A clock that is set back lets nothing be lost: what is called then counts as of the latest
    minute that was seen.
    """

    def __init__(self) -> None:
        self._minutes: deque[_Part] = deque()
        self._hours: deque[_Part] = deque()

    def note(self, calls: Calls, at: Instant) -> None:
        """Add calls that have ended.

        Args:
            calls: Their sums.
            at: The time.
        """
        minute = at // MINUTE
        if not self._minutes or self._minutes[-1].number < minute:
            self._minutes.append(_Part(minute))
        self._minutes[-1].calls.add(calls)
        self._age(minute)

    def recent(self, at: Instant) -> Calls:
        """The sums of lately."""
        self._age(at // MINUTE)
        return _sum(self._minutes)

    def usual(self, at: Instant) -> Calls:
        """The sums of the day before that."""
        self._age(at // MINUTE)
        return _sum(self._hours)

    def _age(self, minute: int) -> None:
        while self._minutes and self._minutes[0].number <= minute - RECENT_MINUTES:
            old = self._minutes.popleft()
            hour = old.number * MINUTE // HOUR
            if not self._hours or self._hours[-1].number < hour:
                self._hours.append(_Part(hour))
            self._hours[-1].calls.add(old.calls)
        oldest = minute * MINUTE // HOUR - USUAL_HOURS
        while self._hours and self._hours[0].number <= oldest:
            self._hours.popleft()


def _sum(parts: deque[_Part]) -> Calls:
    total = Calls()
    for each in parts:
        total.add(each.calls)
    return total

"""How each integration does, by the calls that this process makes to it.

Whatever is called under the policy (`Outbound`) is watched by its name alone: a new provider or
service needs nothing of its own. What is wrong is said in the words of `IntegrationTrouble`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, Protocol

from purgatory.domain.model import CLOSED

from payments.domain.values.integration_trouble import IntegrationTrouble
from payments.domain.values.time import MINUTE, Clock, Instant
from payments.infra.call_windows import Calls, CallWindows
from payments.infra.calling import CallEnds, Failure, Line

FEWEST_CALLS: Final = 20
"""Of fewer calls lately nothing is concluded: one of two that fails is no alarm."""

FEWEST_USUAL: Final = 50
"""From fewer answers it is not known what is usual."""

LEAST_SUCCESS: Final = 0.95
MOST_TIMEOUTS: Final = 0.01
MOST_FALLBACKS: Final = 0.10
SLOWER: Final = 2.0
"""Answers that take longer than so many times the usual are slow."""

LEAST_SLOW_SECONDS: Final = 0.5
"""Answers that are quicker are never slow, whatever is usual."""

OPEN_FOR: Final = 5 * MINUTE
"""How long a breaker may be open. Microseconds."""

_FAILED: Final = frozenset({Failure.AWAY.value, Failure.BUSY.value, "timeout"})


class Counts(CallEnds, Protocol):
    """Who counts calls, breakers and fallbacks."""

    def breaker_changed(self, line: Line, state: str) -> None:
        """A breaker is in another state."""
        ...

    def fell_back(self, integration: str) -> None:
        """Something else was used in place of an answer."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How an integration does.

    Attributes:
        troubles: What is wrong, the worst first.
        recent: Its calls of lately.
        usual_seconds: How long an answer usually takes on average; 0 if that is not known.
        since: Since when something has been wrong, as far as somebody looked; None if all is well.
    """

    troubles: tuple[IntegrationTrouble, ...]
    recent: Calls
    usual_seconds: float
    since: Instant | None


@dataclass(slots=True)
class _Seen:
    """What is kept of one line."""

    windows: CallWindows = field(default_factory=CallWindows)
    open_since: Instant | None = None


class IntegrationHealth:
    """Watches all calls to the outside.

    Args:
        clock: Tells the time.
        counts: Who counts the same, if anybody.
    """

    def __init__(self, clock: Clock, *, counts: Counts | None = None) -> None:
        self._clock = clock
        self._counts = counts
        self._lines: dict[Line, _Seen] = {}
        self._fallbacks: dict[str, CallWindows] = {}
        self._since: dict[str, Instant] = {}

    def call_ended(self, line: Line, end: str, seconds: float) -> None:
        """A try of a call has ended (see `CallEnds`)."""
        failed, in_time = end in _FAILED, end not in {"timeout", Failure.AWAY.value}
        calls = Calls(
            made=1,
            failed=int(failed),
            timed_out=int(end == "timeout"),
            answered=int(in_time),
            seconds=seconds if in_time else 0.0,
        )
        self._seen(line).windows.note(calls, self._clock())
        if self._counts is not None:
            self._counts.call_ended(line, end, seconds)

    def breaker_changed(self, line: Line, state: str) -> None:
        """The breaker of a line has opened, closed, or lets a probe through."""
        seen = self._seen(line)
        if state == CLOSED:
            seen.open_since = None
        elif seen.open_since is None:
            seen.open_since = self._clock()
        if self._counts is not None:
            self._counts.breaker_changed(line, state)

    def fell_back(self, integration: str) -> None:
        """Something else was used in place of an integration's answer."""
        windows = self._fallbacks.setdefault(integration, CallWindows())
        windows.note(Calls(fallbacks=1), self._clock())
        if self._counts is not None:
            self._counts.fell_back(integration)

    def not_closed(self) -> Iterable[Line]:
        """The lines that are held back, or only probed."""
        return [line for line, seen in self._lines.items() if seen.open_since is not None]

    def standings(self) -> Mapping[str, Standing]:
        """How each integration does that was called lately, or is held back; by name."""
        names = sorted({line.integration for line in self._lines} | set(self._fallbacks))
        found = {name: self._standing(name) for name in names}
        return {
            name: each
            for name, each in found.items()
            if each.recent.made or each.recent.fallbacks or each.troubles
        }

    def _seen(self, line: Line) -> _Seen:
        return self._lines.setdefault(line, _Seen())

    def _standing(self, integration: str) -> Standing:
        now = self._clock()
        lines = [seen for line, seen in self._lines.items() if line.integration == integration]
        recent, usual = Calls(), Calls()
        for each in lines:
            recent.add(each.windows.recent(now))
            usual.add(each.windows.usual(now))
        if (fallbacks := self._fallbacks.get(integration)) is not None:
            recent.add(fallbacks.recent(now))
        is_open = any(
            each.open_since is not None and now - each.open_since >= OPEN_FOR for each in lines
        )
        troubles = list(troubles_of(recent))
        if is_open:
            troubles.insert(0, IntegrationTrouble.UNREACHABLE)
        elif any(is_slow(each.windows.recent(now), each.windows.usual(now)) for each in lines):
            troubles.append(IntegrationTrouble.SLOW)
        known = usual.answered >= FEWEST_USUAL
        if not troubles:
            self._since.pop(integration, None)
        return Standing(
            troubles=tuple(sorted(troubles, key=list(IntegrationTrouble).index)),
            recent=recent,
            usual_seconds=usual.mean_seconds if known else 0.0,
            since=self._since.setdefault(integration, now) if troubles else None,
        )


def troubles_of(recent: Calls) -> Iterable[IntegrationTrouble]:
    """What is wrong by the calls of lately alone."""
    used = recent.answered + recent.fallbacks
    if recent.made >= FEWEST_CALLS:
        if recent.failed > (1 - LEAST_SUCCESS) * recent.made:
            yield IntegrationTrouble.FAILING
        if recent.timed_out > max(1, MOST_TIMEOUTS * recent.made):
            yield IntegrationTrouble.TIMING_OUT
    if used >= FEWEST_CALLS and recent.fallbacks > MOST_FALLBACKS * used:
        yield IntegrationTrouble.FALLING_BACK


def is_slow(recent: Calls, usual: Calls) -> bool:
    """Whether the answers of one line take much longer than usual."""
    if recent.answered < FEWEST_CALLS or usual.answered < FEWEST_USUAL:
        return False
    slowest = max(SLOWER * usual.mean_seconds, LEAST_SLOW_SECONDS)
    return recent.mean_seconds > slowest

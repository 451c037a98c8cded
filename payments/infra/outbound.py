"""Calls to the outside: one policy in one place.

Each try has a time limit; connection errors, 429 and 5xx are tried again, with growing pauses and
jitter; after several failures in a row a breaker opens, and calls fail at once until a probe goes
through. Each integration has one for each purpose: what fails in the background closes no shop.
The libraries (stamina, purgatory) do it; this only configures them.
"""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterable, Awaitable, Callable, Iterator
from typing import TypeVar

import stamina
import structlog
from purgatory import AsyncCircuitBreakerFactory
from purgatory.domain.messages.base import Event
from purgatory.domain.messages.events import ContextChanged
from purgatory.domain.model import CLOSED, HALF_OPENED, OPENED, OpenedState

from payments.infra.calling import CallEnds, Failure, Line, Policy, Purpose
from payments.infra.errors import BreakerOpen, NotSent
from payments.infra.pace import Pace

__all__ = ["CallEnds", "Failure", "Line", "Outbound", "Policy", "Purpose"]

log = structlog.get_logger(__name__)

T = TypeVar("T")


class Outbound:
    """Makes outbound calls under the policy, and knows the state of each integration.

    Args:
        policy: Its numbers.
        ends: Who counts, if anybody.
        breaker_changed: Called with a line and the state that its breaker has now.
    """

    def __init__(
        self,
        policy: Policy | None = None,
        *,
        ends: CallEnds | None = None,
        breaker_changed: Callable[[Line, str], None] = lambda _line, _state: None,
    ) -> None:
        self.policy = policy or Policy()
        self._ends = ends
        self._breaker_changed = breaker_changed
        self._lines: dict[str, Line] = {}
        self._states: dict[Line, str] = {}
        self._opened_at: dict[Line, float] = {}
        self._probing: set[Line] = set()
        self._failing: dict[Line, set[str]] = {}
        self._paces: dict[str, Pace] = {}
        self._breakers = AsyncCircuitBreakerFactory(
            default_threshold=self.policy.failures_to_open, default_ttl=self.policy.open_seconds
        )
        self._breakers.add_listener(self._changed)

    def keep_pace(self, integration: str, per_second: float) -> None:
        """Make no more calls to an integration than it takes, whatever they are made for.

        Args:
            integration: As in its lines.
            per_second: The limit that it publishes, in calls.
        """
        known = self._paces.get(integration)
        if known is None or known.per_second != per_second:
            self._paces[integration] = Pace(per_second)

    @property
    def states(self) -> dict[Line, str]:
        """Breaker by line: `closed`, `opened`, or `half-opened` when a probe may go out."""
        return {line: self._state_now(line) for line in self._states}

    def is_away(self, integration: str) -> bool:
        """Whether members' calls to an integration are held back, because it did not answer."""
        return self.states.get(Line(integration=integration, purpose=Purpose.MEMBERS)) == OPENED

    def _state_now(self, line: Line) -> str:
        """The library notices that the time is over only at the next call; a reader at once."""
        state = self._states[line]
        if state == OPENED:
            waited = time.time() - self._opened_at[line]  # the clock of the library
            return HALF_OPENED if waited > self.policy.open_seconds else OPENED
        return state

    async def call(
        self,
        line: Line,
        work: Callable[[], Awaitable[T]],
        *,
        classify_error: Callable[[BaseException], Failure],
        retry_after: Callable[[BaseException], float | None] = lambda _: None,
        about: str | None = None,
        policy: Policy | None = None,
    ) -> T:
        """Make a call that may be made again.

        Args:
            line: Whose breaker guards it.
            work: Makes one try.
            classify_error: Says what an error means.
            retry_after: Seconds that the other side asks to wait, if it does.
            about: The object that it is about, if it is one that is there already: however often
                it fails, it counts once for the breaker, since the fault may be the object's.
            policy: Other limits for its tries; the breaker's numbers are the same for all.

        Raises:
            NotSent: The breaker is open, or too many calls are waiting; nothing was sent.
            Exception: What the last try raised; TimeoutError if it took too long.
        """
        policy = policy or self.policy
        self._lines[str(line)] = line
        self._states.setdefault(line, CLOSED)
        failed: list[Exception] = []

        def again(error: Exception) -> bool | float:
            failed.append(error)
            if isinstance(error, NotSent):
                return False
            if self._states[line] != CLOSED:  # nothing was sent, or the probe has failed
                return False
            if not isinstance(error, TimeoutError) and classify_error(error) is Failure.FINAL:
                return False
            asked = retry_after(error)
            return True if asked is None else min(asked, policy.longest_pause_seconds)

        async for attempt in _attempts(policy, again):
            with attempt:
                try:
                    return await self._try(line, work, classify_error, about, policy)
                except NotSent as error:
                    if failed:  # something was sent before: its error tells more
                        raise failed[-1] from error
                    raise
        raise AssertionError("unreachable: the last attempt raises")

    async def _try(
        self,
        line: Line,
        work: Callable[[], Awaitable[T]],
        classify_error: Callable[[BaseException], Failure],
        about: str | None,
        policy: Policy,
    ) -> T:
        if (pace := self._paces.get(line.integration)) is not None:
            await pace.wait(
                seconds=policy.timeout_seconds,
                in_background=line.purpose is not Purpose.MEMBERS,
            )

        def answers(error: BaseException) -> bool:
            return not isinstance(error, TimeoutError) and classify_error(error) is not Failure.AWAY

        breaker = await self._breakers.get_breaker(str(line), exclude=[(BaseException, answers)])
        failing = self._failing.setdefault(line, set())
        with self._one_probe(line, breaker.context.state):
            async with contextlib.AsyncExitStack() as stack:
                try:
                    await stack.enter_async_context(breaker)
                except OpenedState as error:
                    raise BreakerOpen(_away(line)) from error
                try:
                    async with asyncio.timeout(policy.timeout_seconds):
                        answer = await self._counted(line, work, classify_error)
                except Exception as error:
                    if answers(error):
                        failing.clear()
                    elif about in failing:
                        stack.pop_all()  # says nothing new: the breaker does not count it
                    elif about is not None:
                        failing.add(about)
                    raise
                except BaseException:  # the caller no longer waits
                    stack.pop_all()
                    raise
                failing.clear()
                return answer

    async def _counted(
        self,
        line: Line,
        work: Callable[[], Awaitable[T]],
        classify_error: Callable[[BaseException], Failure],
    ) -> T:
        """Make one try that is sent, and tell how it ended and how long it took."""
        begun, end = time.perf_counter(), "ok"
        try:
            return await work()
        except asyncio.CancelledError:  # the time is over, or nobody waits any more
            end = "timeout"
            raise
        except Exception as error:
            end = classify_error(error).value
            raise
        finally:
            if self._ends is not None:
                self._ends.call_ended(line, end, time.perf_counter() - begun)

    @contextlib.contextmanager
    def _one_probe(self, line: Line, state: str) -> Iterator[None]:
        """Allow only one call at a time to find out whether the other side is back."""
        if state == CLOSED:
            yield
            return
        if line in self._probing:
            raise BreakerOpen(_away(line))
        self._probing.add(line)
        try:
            yield
        finally:
            self._probing.discard(line)

    def _changed(self, name: str, _kind: str, event: Event) -> None:
        if isinstance(event, ContextChanged):
            line = self._lines[name]
            self._states[line] = event.state
            self._opened_at[line] = event.opened_at or 0.0
            self._breaker_changed(line, event.state)
            log.warning(
                "breaker.changed",
                integration=line.integration,
                purpose=line.purpose,
                state=event.state,
            )


def _attempts(
    policy: Policy, again: Callable[[Exception], bool | float]
) -> AsyncIterable[stamina.Attempt]:
    """Tries with pauses between them; `again` says after each error whether to go on."""
    return stamina.retry_context(
        on=again,
        attempts=policy.attempts,
        timeout=None,
        wait_initial=policy.first_pause_seconds,
        wait_max=policy.longest_pause_seconds,
        wait_jitter=policy.first_pause_seconds,
    )


def _away(line: Line) -> str:
    return f"{line.integration} is not reachable at the moment."

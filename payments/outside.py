"""Calls to the outside: one policy in one place.

Each try has a time limit; connection errors, 429 and 5xx are tried again, with growing pauses and
jitter; after several failures in a row an integration's breaker opens, and calls fail at once until
a probe goes through. The libraries (stamina, purgatory) do it; this only configures them.
"""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Protocol, TypeVar

import stamina
import structlog
from purgatory import AsyncCircuitBreakerFactory
from purgatory.domain.messages.base import Event
from purgatory.domain.messages.events import ContextChanged
from purgatory.domain.model import CLOSED, HALF_OPENED, OPENED, OpenedState

from payments.domain.errors import GuildbankError

log = structlog.get_logger(__name__)

T = TypeVar("T")


class BreakerOpen(GuildbankError):
    """The integration has failed several times in a row: nothing was sent."""


class Failure(Enum):
    """What an error of a call says about the other side."""

    AWAY = "away"
    """Not reached, timed out, or 5xx: try again, and count it for the breaker."""
    BUSY = "busy"
    """429: try again, but it is not broken."""
    FINAL = "final"
    """It understood and said no: trying again would not help."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """The numbers of the policy.

    Attributes:
        timeout_seconds: Limit for one try.
        attempts: Tries in all.
        first_pause_seconds: Pause after the first failed try; it doubles, with jitter.
        longest_pause_seconds: The pause never grows beyond.
        failures_to_open: Failures in a row that open the breaker.
        open_seconds: How long it stays open before a probe.
    """

    timeout_seconds: float = 10
    attempts: int = 3
    first_pause_seconds: float = 0.5
    longest_pause_seconds: float = 5
    failures_to_open: int = 5
    open_seconds: float = 30


class CallEnds(Protocol):
    """Who counts the tries of calls to the outside."""

    def call_ended(self, integration: str, end: str, seconds: float) -> None:
        """A try was `ok`, `away`, `busy` or `final` (see `Failure`), or ran into `timeout`."""
        ...


class Outside:
    """Makes calls to the outside under the policy, and knows how each integration does.

    Args:
        policy: Its numbers.
        ends: Who counts, if anybody.
    """

    def __init__(self, policy: Policy | None = None, *, ends: CallEnds | None = None) -> None:
        self.policy = policy or Policy()
        self._ends = ends
        self._states: dict[str, str] = {}
        self._opened_at: dict[str, float] = {}
        self._probing: set[str] = set()
        self._breakers = AsyncCircuitBreakerFactory(
            default_threshold=self.policy.failures_to_open, default_ttl=self.policy.open_seconds
        )
        self._breakers.add_listener(self._changed)

    @property
    def states(self) -> dict[str, str]:
        """Breaker by integration: `closed`, `opened`, or `half-opened` when a probe may go out."""
        return {name: self._state_now(name) for name in self._states}

    def _state_now(self, integration: str) -> str:
        """The library notices that the time is over only at the next call; a reader at once."""
        state = self._states[integration]
        if state == OPENED:
            waited = time.time() - self._opened_at[integration]  # the clock of the library
            return HALF_OPENED if waited > self.policy.open_seconds else OPENED
        return state

    async def call(
        self,
        integration: str,
        work: Callable[[], Awaitable[T]],
        *,
        judge: Callable[[BaseException], Failure],
        retry_after: Callable[[BaseException], float | None] = lambda _: None,
    ) -> T:
        """Make a call that may be made again.

        Args:
            integration: Whose breaker guards it.
            work: Makes one try.
            judge: Says what an error means.
            retry_after: Seconds that the other side asks to wait, if it does.

        Raises:
            BreakerOpen: The breaker is open, and nothing was sent.
            Exception: What the last try raised; TimeoutError if it took too long.
        """
        self._states.setdefault(integration, CLOSED)
        failed: list[Exception] = []

        def again(error: Exception) -> bool | float:
            failed.append(error)
            if isinstance(error, BreakerOpen) or self._states[integration] == OPENED:
                return False
            if not isinstance(error, TimeoutError) and judge(error) is Failure.FINAL:
                return False
            asked = retry_after(error)
            return True if asked is None else min(asked, self.policy.longest_pause_seconds)

        async for attempt in stamina.retry_context(
            on=again,
            attempts=self.policy.attempts,
            timeout=None,
            wait_initial=self.policy.first_pause_seconds,
            wait_max=self.policy.longest_pause_seconds,
            wait_jitter=self.policy.first_pause_seconds,
        ):
            with attempt:
                try:
                    return await self._try(integration, work, judge)
                except BreakerOpen as error:
                    if failed:  # something was sent before: its error tells more
                        raise failed[-1] from error
                    raise
        raise AssertionError("unreachable: the last attempt raises")

    async def _try(
        self,
        integration: str,
        work: Callable[[], Awaitable[T]],
        judge: Callable[[BaseException], Failure],
    ) -> T:
        def is_no_failure(error: BaseException) -> bool:
            if isinstance(error, TimeoutError):
                return False
            return not isinstance(error, Exception) or judge(error) is not Failure.AWAY

        breaker = await self._breakers.get_breaker(
            integration, exclude=[(BaseException, is_no_failure)]
        )
        with self._one_probe(integration, breaker.context.state):
            try:
                async with breaker, asyncio.timeout(self.policy.timeout_seconds):
                    return await self._counted(integration, work, judge)
            except OpenedState as error:
                raise BreakerOpen(_away(integration)) from error

    async def _counted(
        self,
        integration: str,
        work: Callable[[], Awaitable[T]],
        judge: Callable[[BaseException], Failure],
    ) -> T:
        """Make one try that is sent, and tell how it ended and how long it took."""
        begun, end = time.perf_counter(), "ok"
        try:
            return await work()
        except asyncio.CancelledError:  # the time is over, or nobody waits any more
            end = "timeout"
            raise
        except Exception as error:
            end = judge(error).value
            raise
        finally:
            if self._ends is not None:
                self._ends.call_ended(integration, end, time.perf_counter() - begun)

    @contextlib.contextmanager
    def _one_probe(self, integration: str, state: str) -> Iterator[None]:
        """Let only one call at a time find out whether the other side is back."""
        if state == CLOSED:
            yield
            return
        if integration in self._probing:
            raise BreakerOpen(_away(integration))
        self._probing.add(integration)
        try:
            yield
        finally:
            self._probing.discard(integration)

    def _changed(self, name: str, _kind: str, event: Event) -> None:
        if isinstance(event, ContextChanged):
            self._states[name] = event.state
            self._opened_at[name] = event.opened_at or 0.0
            log.warning("breaker.changed", integration=name, state=event.state)


def _away(integration: str) -> str:
    return f"{integration} is not reachable at the moment."

"""Whether this machine's clock can be believed.

Points that lapse because a clock was set wrong would be gone for good. So after the clock has
jumped, and at the start, what depends on the time alone waits until a second clock agrees.
"""

from collections.abc import Awaitable, Callable
from typing import Final

import structlog

from payments.domain.values.time import HOUR, SECOND, Clock, Instant

log = structlog.get_logger(__name__)

JUMP: Final = HOUR
"""Two clocks that differ by more do not agree. Microseconds."""

ASK_AGAIN_SECONDS: Final = 60.0
"""Pause between questions to the second clock, which may be a call to the outside."""

SecondClock = Callable[[], Awaitable[Instant | None]]
"""Asks another clock; None if it cannot be reached now."""


def first_of(*clocks: SecondClock) -> SecondClock:
    """The first of several clocks that can be reached."""

    async def ask() -> Instant | None:
        for clock in clocks:
            try:
                if (answered := await clock()) is not None:
                    return answered
            except Exception as error:  # noqa: BLE001 - whatever keeps it from us, ask the next
                log.info("clock.not_reached", error=type(error).__name__)
        return None

    return ask


class TrustedClock:
    """Compares the clock with how time really passes, and with a second clock when it must.

    Args:
        clock: The clock in question.
        steady: Seconds of a clock that nobody sets, from any beginning.
        second: Asks the second clock.
    """

    def __init__(self, clock: Clock, *, steady: Callable[[], float], second: SecondClock) -> None:
        self._clock = clock
        self._steady = steady
        self._second = second
        self._known: tuple[Instant, float] | None = None
        self._ask_at = float("-inf")
        self._warned = False

    async def is_sure(self) -> bool:
        """Whether the clock goes on from where it was last believed, or a second one agrees."""
        now, steady = self._clock(), self._steady()
        if self._known is not None:
            then, steady_then = self._known
            passed = int((steady - steady_then) * SECOND)
            if abs(now - then - passed) <= JUMP:
                self._warned = False
                self._known = now, steady
                return True
        return await self._agrees(now, steady)

    async def _agrees(self, now: Instant, steady: float) -> bool:
        if steady < self._ask_at:
            return False
        self._ask_at = steady + ASK_AGAIN_SECONDS
        other = await self._second()
        if other is not None and abs(other - now) <= JUMP:
            log.info("clock.confirmed", at=now)
            self._known, self._ask_at, self._warned = (now, steady), float("-inf"), False
            return True
        if not self._warned:
            log.warning("clock.not_confirmed", clock=now, second=other)
            self._warned = True
        return False

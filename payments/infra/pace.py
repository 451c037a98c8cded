"""Keeps our calls below the limit that an integration publishes: 429 is the exception."""

import asyncio
from typing import Final

from aiolimiter import AsyncLimiter

from payments.infra.errors import PaceExceeded

_SPREAD: Final = 0.8
"""Which part of the limit is spread evenly; the rest may be called in a row after a pause."""

_BACKGROUND: Final = 0.6
"""Which part of our calls may be made while nobody waits for them, at most."""


class Pace:
    """The calls of one process to one integration.

    In no second are there more than the limit: what may come in a row and what is spread over that
    second are the limit together.

    Args:
        per_second: The published limit, in calls.
    """

    def __init__(self, per_second: float) -> None:
        self.per_second = per_second
        self._all = _limiter(per_second)
        self._background = _limiter(per_second * _BACKGROUND)
        self._members = 0
        self._no_member_waits = asyncio.Event()
        self._no_member_waits.set()

    async def wait(self, *, seconds: float, in_background: bool) -> None:
        """Wait for one call's turn.

        Args:
            seconds: For how long at most.
            in_background: Whether nobody waits for its answer.

        Raises:
            PaceExceeded: Its turn has not come; nothing may be sent.
        """
        try:
            async with asyncio.timeout(seconds):
                if in_background:
                    await self._background.acquire()
                    await self._no_member_waits.wait()
                    await self._all.acquire()
                else:
                    await self._wait_as_member()
        except TimeoutError:
            raise PaceExceeded(
                f"More than {self.per_second:g} calls a second are waiting."
            ) from None

    async def _wait_as_member(self) -> None:
        """Wait before all that runs in the background and has not got its turn yet."""
        self._members += 1
        self._no_member_waits.clear()
        try:
            await self._all.acquire()
        finally:
            self._members -= 1
            if not self._members:
                self._no_member_waits.set()


def _limiter(per_second: float) -> AsyncLimiter:
    in_a_row = max(1.0, per_second * (1 - _SPREAD))
    return AsyncLimiter(in_a_row, in_a_row / (per_second * _SPREAD))

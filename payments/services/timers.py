"""Timers: what comes to its end by itself is ended by an ordinary command.

The due time stands in the object's own row. A worker looks for what is due, and gives the runner a
command that reads the object again, under a key of object and due time: so nothing happens twice,
even if something else ended it before. What is refused is noted and not tried again.
"""

import asyncio
from collections.abc import Sequence
from typing import Final

import structlog

from payments.commands.timer import Due, Source, TimerRefusals
from payments.domain.values.time import Clock
from payments.infra.trusted_clock import TrustedClock
from payments.runner.errors import BooksUnavailable
from payments.runner.runner import Runner

log = structlog.get_logger(__name__)

AT_ONCE: Final = 50
"""How many objects are looked for at once: they go into one transaction, which nobody waits for."""

BATCHES: Final = 20
"""How many of these batches one look runs; what is left is found by the next."""


class Timers:
    """Runs what is due.

    Args:
        runner: Carries the commands out.
        sources: Know what is due.
        refusals: Remember what was refused.
        clock: Tells the time.
        trusted: Whether it can be believed; nothing runs while it cannot.
    """

    def __init__(
        self,
        *,
        runner: Runner,
        sources: Sequence[Source],
        refusals: TimerRefusals,
        clock: Clock,
        trusted: TrustedClock,
    ) -> None:
        self._runner = runner
        self._sources = sources
        self._refusals = refusals
        self._clock = clock
        self._trusted = trusted

    async def run_due(self) -> int:
        """Run what is due now, in small batches. Returns how many objects came to their end."""
        if not await self._trusted.is_sure():
            return 0
        ended = 0
        for source in self._sources:
            for _ in range(BATCHES):
                batch = await source.due(self._clock(), AT_ONCE)
                done = await asyncio.gather(*(self._run(each) for each in batch))
                ended += sum(1 for each in done if each)
                if not batch or None in done:
                    break
        return ended

    async def _run(self, due: Due) -> bool | None:
        """Run one. Whether it was done; None if the database is away."""
        try:
            await self._runner.run(due.command)
        except BooksUnavailable:
            return None
        except Exception as error:  # one that fails stops no other, and is noted
            log.exception("timer.refused", kind=due.kind, guild=due.guild, object=due.object)
            await self._refusals.note(due, f"{type(error).__name__}: {error}", self._clock())
            return False
        return True

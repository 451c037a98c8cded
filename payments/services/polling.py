"""Providers that make no requests to us: their open checkouts are looked up all the time."""

import asyncio
from collections.abc import Mapping, Sequence

import structlog

from payments.domain.values.time import Clock
from payments.providers.protocol import PaymentProvider
from payments.runner.runner import Runner
from payments.services.lookups import Looked, LookUps
from payments.services.refund_sending import RefundSending
from payments.store.engine.database import Alone
from payments.store.queries import Queries

log = structlog.get_logger(__name__)

POLL_SECONDS = 5.0
"""Between two looks: so long may a member wait for the points longer than for the money."""


class Polling:
    """Looks for what nobody reports. What is found goes the same way as any look-up.

    Args:
        runner: Commits.
        queries: Reads.
        refunding: Looks refunds up.
        providers: By name; only those are polled that make no requests to us.
        clock: Tells the time.
    """

    def __init__(
        self,
        *,
        runner: Runner,
        queries: Queries,
        refunding: RefundSending,
        providers: Mapping[str, PaymentProvider],
        clock: Clock,
    ) -> None:
        self.polled = {name: each for name, each in providers.items() if each.webhook is None}
        """Those that are polled; where there are none, nothing needs to run."""
        self._look_ups = LookUps(
            runner=runner, queries=queries, refunding=refunding, providers=self.polled, clock=clock
        )
        self._failing = False

    async def run(self, alone: Alone) -> None:
        """Look from time to time, forever, unless another process is doing it.

        Args:
            alone: Says so.
        """
        while self.polled:
            try:
                async with alone("polling") as mine:
                    if mine:
                        await self.poll()
            except Exception:  # the next look comes soon
                log.exception("polling.failed")
            await asyncio.sleep(POLL_SECONDS)

    async def poll(self) -> Looked:
        """Look once."""
        looked = await self._look_ups.fresh_checkouts()
        if looked.changed:
            log.info("polling.done", asked=looked.asked, changed=looked.changed)
        self._log_failing(looked.failed)
        return looked

    def _log_failing(self, failed: Sequence[str]) -> None:
        """Log when look-ups begin to fail and when none does: there is a look every few seconds."""
        if failed and not self._failing:
            log.warning("polling.failing", failed=len(failed), first=failed[0])
        elif self._failing and not failed:
            log.info("polling.works_again")
        self._failing = bool(failed)

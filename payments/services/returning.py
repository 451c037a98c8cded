"""Buyers who come back from a provider's page, where taking the money is left to us.

The provider tells it too, but that may come late or never: whoever comes back lets the checkout be
looked up. What is found goes the same way as any look-up, and leads to one call under one key.
"""

import asyncio
from collections.abc import Mapping
from typing import Final

import structlog

from payments.domain.values.ids import PaymentId
from payments.domain.values.payment import Payment
from payments.domain.values.payment_state import PaymentState
from payments.domain.values.time import SECOND, Clock, Instant
from payments.providers.protocol import PaymentProvider
from payments.runner.runner import Runner
from payments.services.lookups import LookUps
from payments.services.refund_sending import RefundSending
from payments.store.queries import Queries

log = structlog.get_logger(__name__)

AT_ONCE: Final = 16
"""How many are looked up at the same time; whoever comes then waits for the provider's message."""

AGAIN: Final = 10 * SECOND
"""How long one payment is not looked up again. Microseconds."""


class Returning:
    """Looks checkouts up whose buyers come back.

    Args:
        runner: Commits.
        queries: Reads.
        refunding: Looks refunds up.
        providers: By name; only those count that leave taking the money to us.
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
        self._look_ups = LookUps(
            runner=runner,
            queries=queries,
            refunding=refunding,
            providers=providers,
            clock=clock,
        )
        self._providers = {
            name: each for name, each in providers.items() if each.capture is not None
        }
        self._clock = clock
        self._last: dict[PaymentId, Instant] = {}
        self._running: set[asyncio.Task[None]] = set()

    def came_back(self, payment: Payment) -> None:
        """Begin to look a payment up, unless it is paid, or was looked up just now."""
        now = self._clock()
        is_open = payment.state is PaymentState.INITIATED and payment.session is not None
        if not is_open or payment.provider not in self._providers:
            return
        self._last = {each: at for each, at in self._last.items() if now - at < AGAIN}
        if payment.id in self._last or len(self._running) >= AT_ONCE:
            return
        self._last[payment.id] = now
        task = asyncio.create_task(self._look(payment))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def settle(self) -> None:
        """Wait for what has begun."""
        await asyncio.gather(*self._running)

    async def close(self) -> None:
        """End what has begun: it is looked up again later."""
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    async def _look(self, payment: Payment) -> None:
        failed = (await self._look_ups.one_checkout(payment)).failed
        if failed:
            log.warning("returning.not_looked_up", payment=payment.id, error=failed[0])

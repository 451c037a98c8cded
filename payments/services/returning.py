"""Buyers who come back from a provider's page, and wait for their points on ours.

The provider tells it too, but that may come late or never: whoever comes back lets the checkout be
looked up. Where taking the money is left to us that is done immediately; otherwise only if they
still wait after some seconds, as the message usually comes meanwhile. What is found goes the same
way as any look-up, and leads to one call under one key.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import structlog

from payments.domain.values.ids import PaymentId
from payments.domain.values.payment import Payment
from payments.domain.values.payment_state import PaymentState
from payments.domain.values.time import HOUR, MINUTE, SECOND, Clock, Instant, later
from payments.providers.protocol import PaymentProvider
from payments.runner.runner import Runner
from payments.services.lookups import LookUps
from payments.services.refund_sending import RefundSending
from payments.store.queries import Queries

log = structlog.get_logger(__name__)

AT_ONCE: Final = 16
"""How many are looked up at the same time; whoever comes then waits for the provider's message."""

MESSAGE: Final = 5 * SECOND
"""How long a provider's message is waited for that takes the money itself. Microseconds."""

AGAIN: Final = 10 * SECOND
"""How long one payment is not looked up again; twice as long after each look. Microseconds."""

LONGEST: Final = 10 * MINUTE
"""How long that becomes at most. Microseconds."""

FORGOTTEN: Final = HOUR
"""How long a payment is remembered that nobody asks about. Microseconds."""


@dataclass(slots=True, kw_only=True)
class _Waiting:
    """Somebody waits for a payment.

    Attributes:
        asked: When it was asked about last.
        next: From when on it may be looked up.
        pause: How long it is left alone after the next look. Microseconds.
    """

    asked: Instant
    next: Instant
    pause: int = AGAIN


class Returning:
    """Looks checkouts up whose buyers come back.

    Args:
        runner: Commits.
        queries: Reads.
        refunding: Looks refunds up.
        providers: By name.
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
        self._providers = providers
        self._clock = clock
        self._waiting: dict[PaymentId, _Waiting] = {}
        self._running: set[asyncio.Task[None]] = set()

    def came_back(self, payment: Payment) -> None:
        """A buyer has come back, or still waits: look it up, unless it is paid, or was just now."""
        provider = self._providers.get(payment.provider)
        is_open = payment.state is PaymentState.INITIATED and payment.session is not None
        if not is_open or provider is None:
            return
        now = self._clock()
        waiting = self._waiting_for(payment.id, now, at_once=provider.capture is not None)
        if now < waiting.next or len(self._running) >= AT_ONCE:
            return
        waiting.next = later(now, waiting.pause)
        waiting.pause = min(2 * waiting.pause, LONGEST)
        task = asyncio.create_task(self._look(payment))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    def _waiting_for(self, payment: PaymentId, now: Instant, *, at_once: bool) -> _Waiting:
        oldest = next(iter(self._waiting.values()), None)
        if oldest is not None and now - oldest.asked >= FORGOTTEN:
            kept = {each: of for each, of in self._waiting.items() if now - of.asked < FORGOTTEN}
            self._waiting = kept
        first = now if at_once else later(now, MESSAGE)
        found = self._waiting.pop(payment, None) or _Waiting(asked=now, next=first)
        found.asked = now
        self._waiting[payment] = found  # behind all that were asked about before
        return found

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

"""Finding what was missed: webhooks that never came, checkouts and refunds that nobody told of.

What is found goes the same way as a webhook, under the same keys: nothing is credited twice.
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass

import structlog

from payments.commands.base import by_provider
from payments.commands.hear import BELIEVED, HearLookUp
from payments.domain.errors import Refused
from payments.domain.facts import CheckoutTold
from payments.domain.payment import Payment
from payments.domain.time import DAY, MINUTE, Clock, Instant, later
from payments.intake import Intake
from payments.providers.protocol import (
    PaymentProvider,
    ProviderRefused,
    ProviderUnavailable,
    WebhookRejected,
)
from payments.refunding import Refunding
from payments.runner import Runner
from payments.store.engine import Alone
from payments.store.queries import Queries

log = structlog.get_logger(__name__)

PAUSE_SECONDS = 600
"""Between two reconciliations."""

LOOK_BACK = DAY
"""How far back each of them asks for missed messages, but for the first one. Microseconds."""

LONGEST = 30 * DAY
"""How far back the first one asks for missed messages, as far as providers keep them; and how old
an open payment may be: bank debits settle after days. Microseconds."""

SETTLING = 5 * MINUTE
"""Payments younger than this are left alone: their webhook may still come. Microseconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a reconciliation did.

    Attributes:
        missed: Messages that had never come, and were taken in now.
        looked_up: Open checkouts that were looked up.
        refunds: Payments whose pending refunds were looked up.
        changed: Payments of which more was found than was known.
        failed: What could not be asked for, in sentences.
    """

    missed: int = 0
    looked_up: int = 0
    refunds: int = 0
    changed: int = 0
    failed: tuple[str, ...] = ()


class Reconciliation:
    """Compares the books with what the providers know.

    Args:
        runner: Commits.
        queries: Reads.
        intake: Takes missed messages in.
        refunding: Looks refunds up.
        providers: By name.
        clock: Tells the time.
    """

    def __init__(
        self,
        *,
        runner: Runner,
        queries: Queries,
        intake: Intake,
        refunding: Refunding,
        providers: Mapping[str, PaymentProvider],
        clock: Clock,
    ) -> None:
        self._runner = runner
        self._queries = queries
        self._intake = intake
        self._refunding = refunding
        self._providers = providers
        self._clock = clock

    async def run(self, alone: Alone) -> None:
        """Reconcile now and then, for ever, unless another process is at it.

        Args:
            alone: Says so.
        """
        look_back = LONGEST
        while True:
            try:
                async with alone("reconciliation") as mine:
                    if mine:
                        await self.reconcile(later(self._clock(), -look_back))
                        look_back = LOOK_BACK
            except Exception:
                log.exception("reconciliation.failed")
            await asyncio.sleep(PAUSE_SECONDS)

    async def reconcile(
        self,
        since: Instant,
        *,
        delivered: bool = False,
        told: Callable[[int, int], None] = lambda _done, _of: None,
    ) -> Report:
        """Find what was missed since then, and mend it.

        Args:
            since: From when on.
            delivered: Whether messages are read again that were delivered: after a restore from a
                backup the books know nothing of them.
            told: Hears how many of how many payments were looked up.
        """
        missed = changed = 0
        failed: list[str] = []
        for provider in self._providers.values():
            try:
                missed += await self._take_missed(provider, since, delivered=delivered)
            except (ProviderUnavailable, ProviderRefused, WebhookRejected) as error:
                failed.append(f"The messages of {provider.name}: {error}")
        now = self._clock()
        before, oldest = later(now, -SETTLING), min(since, later(now, -LONGEST))
        checkouts = self._known_there(await self._queries.open_payments(before, oldest))
        refunds = self._known_there(await self._queries.pending_refunds(before))
        ways = [("Payment", self._look_up, each) for each in checkouts]
        ways += [("Refunds of payment", self._refunding.look_up, each) for each in refunds]
        for done, (what, look_up, payment) in enumerate(ways):
            told(done, len(ways))
            try:
                changed += await look_up(payment)
            except (ProviderUnavailable, ProviderRefused, Refused) as error:
                failed.append(f"{what} {payment.id}: {error}")
        report = Report(
            missed=missed,
            looked_up=len(checkouts),
            refunds=len(refunds),
            changed=changed,
            failed=tuple(failed),
        )
        log.info("reconciliation.done", **asdict(report))
        return report

    def _known_there(self, payments: list[Payment]) -> list[Payment]:
        """Those that their provider knows with the key in use: a test key finds no real payment."""
        return [
            each
            for each in payments
            if each.provider not in self._providers
            or self._providers[each.provider].livemode == each.livemode
        ]

    async def _take_missed(
        self, provider: PaymentProvider, since: Instant, *, delivered: bool
    ) -> int:
        events = await provider.events(since, delivered=delivered)
        known = await self._queries.known_events(provider.name, [each.id for each in events])
        missed = [each for each in events if each.id not in known]
        for event in missed:
            await self._intake.receive(provider, event)
        return len(missed)

    async def _look_up(self, payment: Payment) -> bool:
        """Ask for one checkout. Returns whether more was found than was known."""
        provider = self._providers.get(payment.provider)
        if provider is None or payment.session is None:
            return False
        told: CheckoutTold = (await provider.retrieve_checkout(payment.session)).told
        if (told.status, told.money) == (payment.checkout, payment.money):
            return False
        heard = await self._runner.run(
            HearLookUp(
                key=HearLookUp.key_of(payment.id, told),
                at=self._clock(),
                actor=by_provider(provider.name),
                guild=payment.guild,
                payment=payment.id,
                told=told,
            )
        )
        return heard == BELIEVED

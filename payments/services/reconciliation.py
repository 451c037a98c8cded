"""Finds what was missed: webhooks that never came, and open objects without an update.

What is found goes the same way as a webhook, under the same keys: nothing is credited twice. How a
provider thinks that its deliveries went is not asked: what it wrote while its endpoint was disabled
or missing never counts as undelivered there (case 19).
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass

import structlog

from payments.domain.values.time import DAY, HOUR, Clock, Instant, later
from payments.providers.errors import ProviderRefused, ProviderUnavailable
from payments.providers.protocol import Listing, PaymentProvider
from payments.providers.requests import ProviderEvent
from payments.runner.runner import Runner
from payments.services.inbox import Inbox
from payments.services.lookups import LookUps
from payments.services.refund_sending import RefundSending
from payments.services.surplus import SurplusRefunds
from payments.store.engine.database import Alone
from payments.store.queries import Queries
from payments.store.records.provider_states import ProviderStates

log = structlog.get_logger(__name__)

PAUSE_SECONDS = 600
"""Between two reconciliations."""

LISTED = 30 * DAY
"""For how long providers list their messages at least. Microseconds."""

OVERLAP = HOUR
"""How far behind the last event each list begins: some may be visible late. Microseconds."""


def listed_from(until: Instant | None, now: Instant) -> Instant:
    """From when on messages are listed.

    Args:
        until: The watermark: up to when all were listed and applied; none before the first time.
        now: By our clock.
    """
    return later(now, -LISTED) if until is None else later(until, -OVERLAP)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReconciliationReport:
    """What a reconciliation did.

    Attributes:
        missed: Messages that had never come, and were applied now.
        quarantined: Messages that were left to a person, and were tried again.
        looked_up: Open checkouts that were looked up.
        refunds: Payments whose pending refunds were looked up, or whose money came twice.
        disputes: Open disputes that were looked up.
        changed: Payments of which more was found than was known.
        failed: What could not be asked for, in sentences.
    """

    missed: int = 0
    quarantined: int = 0
    looked_up: int = 0
    refunds: int = 0
    disputes: int = 0
    changed: int = 0
    failed: tuple[str, ...] = ()


class Reconciliation:
    """Compares the books with what the providers know.

    Args:
        runner: Commits.
        queries: Reads.
        states: Remembers how far events were listed.
        inbox: Takes missed messages in.
        refunding: Looks refunds up.
        surplus: Gives back what came twice.
        providers: By name.
        clock: Tells the time.
    """

    def __init__(
        self,
        *,
        runner: Runner,
        queries: Queries,
        states: ProviderStates,
        inbox: Inbox,
        refunding: RefundSending,
        surplus: SurplusRefunds,
        providers: Mapping[str, PaymentProvider],
        clock: Clock,
    ) -> None:
        self._queries = queries
        self._states = states
        self._intake = inbox
        self._surplus = surplus
        self._providers = providers
        self._clock = clock
        self._look_ups = LookUps(
            runner=runner, queries=queries, refunding=refunding, providers=providers, clock=clock
        )

    async def run(self, alone: Alone) -> None:
        """Reconcile from time to time, forever, unless another process is doing it.

        Args:
            alone: Says so.
        """
        while True:
            try:
                async with alone("reconciliation") as mine:
                    if mine:
                        await self.reconcile()
            except Exception:  # the next one finds the same
                log.exception("reconciliation.failed")
            await asyncio.sleep(PAUSE_SECONDS)

    async def reconcile(
        self,
        since: Instant | None = None,
        *,
        thorough: bool = False,
        on_progress: Callable[[int, int], None] = lambda _done, _of: None,
    ) -> ReconciliationReport:
        """Find what was missed, and mend it.

        Args:
            since: From when on events are listed; where the last complete list ended if none, or
                as far back as providers keep them the first time.
            thorough: Whether all that is open is looked up, and all that is quarantined is tried
                again, however much that is; in the background each has its measure.
            on_progress: Called with the number of payments looked up and of all.
        """
        missed = quarantined = 0
        failed: list[str] = []
        for provider in self._providers.values():
            try:
                missed += await self._take_missed(provider, since, failed)
            except (ProviderUnavailable, ProviderRefused) as error:
                failed.append(f"The messages of {provider.name}: {error}")
            quarantined += await self._try_quarantined(provider, at_once=thorough)
        from_ = self._clock() if since is None else since
        checkouts = await self._look_ups.checkouts(
            from_, all_of_them=thorough, on_progress=on_progress
        )
        refunds = await self._look_ups.refunds(all_of_them=thorough, on_progress=on_progress)
        disputes = await self._look_ups.disputes(all_of_them=thorough, on_progress=on_progress)
        surplus = await self._look_ups.surplus(
            self._surplus, all_of_them=thorough, on_progress=on_progress
        )
        report = ReconciliationReport(
            missed=missed,
            quarantined=quarantined,
            looked_up=checkouts.asked,
            refunds=refunds.asked + surplus.asked,
            disputes=disputes.asked,
            changed=sum(each.changed for each in (checkouts, refunds, disputes, surplus)),
            failed=(
                *failed,
                *checkouts.failed,
                *refunds.failed,
                *disputes.failed,
                *surplus.failed,
            ),
        )
        log.info("reconciliation.done", **asdict(report))
        return report

    async def go_on(self, provider: PaymentProvider) -> None:
        """A provider lets us in again: do at once what waited for that, refunds among it."""
        await self._intake.retry_waiting(provider)
        refunds = await self._look_ups.refunds(all_of_them=True, at_once=True)
        log.info("reconciliation.went_on", provider=provider.name, **asdict(refunds))

    async def _take_missed(
        self, provider: PaymentProvider, since: Instant | None, failed: list[str]
    ) -> int:
        """Apply what never came. What was listed completely need not be listed again."""
        if provider.listing is None:
            return 0
        return await self._take_listed(provider, provider.listing, since, failed)

    async def _take_listed(
        self,
        provider: PaymentProvider,
        listing: Listing,
        since: Instant | None,
        failed: list[str],
    ) -> int:
        name, live = provider.name, provider.livemode
        until = (await self._queries.provider_state(name, livemode=live)).listed_until
        if since is None:
            begin, leaves_no_gap = listed_from(until, self._clock()), True
        else:
            begin, leaves_no_gap = since, until is not None and since <= until
        missed, now = (
            0,
            await self._time_of_gap(provider, begin, known=(since or until) is not None),
        )
        if now is not None:
            try:
                missed += await self._take(provider, await listing.objects(begin))
            except (ProviderUnavailable, ProviderRefused) as error:
                failed.append(f"What {name} keeps no messages of: {error}")
                leaves_no_gap = False
        async for part in listing.events(begin):
            missed += await self._take(provider, part.events)
            if leaves_no_gap and (until is None or part.until > until):
                until = part.until
                await self._states.listed(name, until, livemode=live)
        recent = None if now is None else later(now, -DAY)
        if leaves_no_gap and recent is not None and (until is None or recent > until):
            await self._states.listed(name, recent, livemode=live)
        return missed

    async def _time_of_gap(
        self, provider: PaymentProvider, begin: Instant, *, known: bool
    ) -> Instant | None:
        """The time by the provider's clock, if some of its messages since then are gone there."""
        if not known or self._clock() - begin < LISTED - DAY:
            return None
        now = await provider.access.time()
        return now if now is not None and now - begin >= LISTED - DAY else None

    async def _take(self, provider: PaymentProvider, events: Sequence[ProviderEvent]) -> int:
        """Take in those that are not known yet. Returns how many these were."""
        known = await self._queries.known_events(provider.name, [each.id for each in events])
        new = [each for each in events if each.id not in known]
        return sum([await self._intake.receive(provider, each) for each in new])

    async def _try_quarantined(self, provider: PaymentProvider, *, at_once: bool) -> int:
        """Try again what is left to a person: once a day, since its cause may be gone."""
        now = self._clock()
        state = await self._queries.provider_state(provider.name, livemode=provider.livemode)
        last = state.quarantine_tried_at
        if state.trouble or not (at_once or last is None or now - last >= DAY):
            return 0
        await self._states.tried_quarantined(provider.name, now, livemode=provider.livemode)
        return await self._intake.retry_quarantined(provider)

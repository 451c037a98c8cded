"""Finding what was missed: webhooks that never came, and what is open that nobody told of.

What is found goes the same way as a webhook, under the same keys: nothing is credited twice. How a
provider thinks that its deliveries went is not asked: what it wrote while its endpoint was disabled
or missing never counts as undelivered there (case 19).
"""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass

import structlog

from payments.domain.time import DAY, HOUR, Clock, Instant, later
from payments.intake import Intake
from payments.look_ups import LONGEST, LookUps
from payments.providers.protocol import PaymentProvider, ProviderRefused, ProviderUnavailable
from payments.refunding import Refunding
from payments.runner import Runner
from payments.store.engine import Alone
from payments.store.provider_states import ProviderStates
from payments.store.queries import Queries

log = structlog.get_logger(__name__)

PAUSE_SECONDS = 600
"""Between two reconciliations."""

OVERLAP = HOUR
"""How far behind the last event each list begins: some may be visible late. Microseconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a reconciliation did.

    Attributes:
        missed: Messages that had never come, and were taken in now.
        quarantined: Messages that were left to a person, and were tried once more.
        looked_up: Open checkouts that were looked up.
        refunds: Payments whose pending refunds were looked up.
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
        states: ProviderStates,
        intake: Intake,
        refunding: Refunding,
        providers: Mapping[str, PaymentProvider],
        clock: Clock,
    ) -> None:
        self._queries = queries
        self._states = states
        self._intake = intake
        self._providers = providers
        self._clock = clock
        self._look_ups = LookUps(
            runner=runner, queries=queries, refunding=refunding, providers=providers, clock=clock
        )

    async def run(self, alone: Alone) -> None:
        """Reconcile now and then, for ever, unless another process is at it.

        Args:
            alone: Says so.
        """
        while True:
            try:
                async with alone("reconciliation") as mine:
                    if mine:
                        await self.reconcile()
            except Exception:
                log.exception("reconciliation.failed")
            await asyncio.sleep(PAUSE_SECONDS)

    async def reconcile(
        self,
        since: Instant | None = None,
        *,
        thorough: bool = False,
        told: Callable[[int, int], None] = lambda _done, _of: None,
    ) -> Report:
        """Find what was missed, and mend it.

        Args:
            since: From when on events are listed; where the last complete list ended if none, or
                as far back as providers keep them the first time.
            thorough: Whether all that is open is looked up, and all that is quarantined is tried
                once more, however much that is; in the background each has its measure.
            told: Hears how many of how many payments were looked up.
        """
        missed = quarantined = 0
        failed: list[str] = []
        for provider in self._providers.values():
            try:
                missed += await self._take_missed(provider, since)
            except (ProviderUnavailable, ProviderRefused) as error:
                failed.append(f"The messages of {provider.name}: {error}")
            quarantined += await self._try_quarantined(provider, at_once=thorough)
        from_ = self._clock() if since is None else since
        checkouts = await self._look_ups.checkouts(from_, all_of_them=thorough, told=told)
        refunds = await self._look_ups.refunds(all_of_them=thorough, told=told)
        disputes = await self._look_ups.disputes(all_of_them=thorough, told=told)
        report = Report(
            missed=missed,
            quarantined=quarantined,
            looked_up=checkouts.asked,
            refunds=refunds.asked,
            disputes=disputes.asked,
            changed=checkouts.changed + refunds.changed + disputes.changed,
            failed=(*failed, *checkouts.failed, *refunds.failed, *disputes.failed),
        )
        log.info("reconciliation.done", **asdict(report))
        return report

    async def _take_missed(self, provider: PaymentProvider, since: Instant | None) -> int:
        """Take in what never came. What was listed completely need not be listed again."""
        name, live = provider.name, provider.livemode
        until = (await self._queries.provider_state(name, livemode=live)).listed_until
        if since is None:
            begin = later(self._clock(), -LONGEST) if until is None else later(until, -OVERLAP)
            leaves_no_gap = True
        else:
            begin, leaves_no_gap = since, until is not None and since <= until
        missed = 0
        async for part in provider.events(begin):
            known = await self._queries.known_events(name, [each.id for each in part.events])
            for event in part.events:
                if event.id not in known:
                    await self._intake.receive(provider, event)
                    missed += 1
            if leaves_no_gap and (until is None or part.until > until):
                until = part.until
                await self._states.listed(name, until, livemode=live)
        return missed

    async def _try_quarantined(self, provider: PaymentProvider, *, at_once: bool) -> int:
        """Try once more what is left to a person: once a day, since its cause may be gone."""
        now = self._clock()
        state = await self._queries.provider_state(provider.name, livemode=provider.livemode)
        last = state.quarantine_tried_at
        if state.trouble or not (at_once or last is None or now - last >= DAY):
            return 0
        await self._states.tried_quarantined(provider.name, now, livemode=provider.livemode)
        return await self._intake.retry_quarantined(provider)

"""What comes in from providers: kept once, handled, and tried again if that went wrong."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

import structlog

from payments.commands.base import by_provider
from payments.commands.payments.apply_update import UpdateResult
from payments.commands.payments.inbox import RecordProviderEvent
from payments.domain.values.ids import GuildId
from payments.domain.values.inbox import Found, InboxEvent, InboxStatus
from payments.domain.values.provider_updates import DisputeUpdate, RefundUpdate, object_of
from payments.domain.values.time import DAY, Clock, Instant, later
from payments.providers.errors import (
    AccessRefused,
    ProviderRefused,
    ProviderUnavailable,
    WebhookRejected,
)
from payments.providers.messages import Events
from payments.providers.protocol import PaymentProvider, Refusal
from payments.providers.requests import ProviderEvent
from payments.runner.errors import BooksUnavailable
from payments.runner.runner import Runner
from payments.services.fresh_lookup import LOOKS, stamped
from payments.services.inbox_failures import InboxFailures, notified_before
from payments.services.inbox_lanes import for_each_lane
from payments.services.inbox_metrics import InboxMetrics
from payments.services.own_shop import OwnShops, Undecided
from payments.store.engine.database import Alone
from payments.store.queries import Queries

log = structlog.get_logger(__name__)
KEPT = 30 * DAY
"""How long messages that are left to a person are tried again from time to time. Microseconds."""


PAGE: Final = 64
"""How many messages are read at a time to be tried again."""

LONG = DAY
"""How long without a usable answer until a message is left to a person. Microseconds."""


class Inbox:
    """Takes providers' messages in.

    Args:
        runner: Commits.
        queries: Reads.
        providers: By name.
        clock: Tells the time.
        home: The guild whose moderators are notified of messages that only a person can make sense
            of; None if it cannot be said which.
        metrics: Who notes how late messages come, if anybody.
        own_shops: Find out what becomes of what was bought without us, if any provider has such.
        idle_seconds: How long to sleep when nothing is due, unless woken.
    """

    def __init__(
        self,
        *,
        runner: Runner,
        queries: Queries,
        providers: Mapping[str, PaymentProvider],
        clock: Clock,
        home: GuildId | None = None,
        metrics: InboxMetrics | None = None,
        own_shops: OwnShops | None = None,
        idle_seconds: float = 2.0,
    ) -> None:
        self._runner = runner
        self._queries = queries
        self._providers = providers
        self._clock = clock
        self._home = home
        self._failures = InboxFailures(runner=runner, clock=clock, home=home)
        self._arrivals = metrics
        self._own_shops = own_shops
        self._idle_seconds = idle_seconds
        self._awake = asyncio.Event()

    async def receive(self, provider: PaymentProvider, event: ProviderEvent) -> bool:
        """Take a genuine message in; returns only when it is durable, whatever became of it.

        Returns:
            Whether it was kept; what was bought without us and is not sold here is not.

        Raises:
            BooksUnavailable: It could not be kept: the provider must send it again.
        """
        if self._own_shops is not None and not await self._own_shops.concerns_us(event):
            if self._arrivals is not None:
                self._arrivals.event_ignored(provider.name)
            return False
        now = self._clock()
        await self._take(provider, event, attempt=1, received_at=now)
        if self._arrivals is not None:
            self._arrivals.event_arrived(provider.name, now - event.created)
        if event.look_up is not None:
            self._awake.set()
        return True

    async def run(self, alone: Alone) -> None:
        """Try again what is due, forever, unless another process is doing it.

        Args:
            alone: Says so.
        """
        while True:
            self._awake.clear()
            try:
                async with alone("retry") as mine:
                    if mine:
                        await self.retry_due()
            except Exception:  # what is due stays due, and is tried later
                log.exception("intake.retry_failed")
            try:
                async with asyncio.timeout(self._idle_seconds):
                    await self._awake.wait()
            except TimeoutError:
                continue

    async def retry_due(self) -> int:
        """Try once all that is due by now. Returns how many messages were tried."""
        now, tried = self._clock(), set[tuple[str, str]]()
        while True:
            page = await self._queries.due_inbox_events(now, PAGE)
            due = [each for each in page if (each.provider, each.id) not in tried]
            await for_each_lane(due, self._providers, self.retry)
            tried.update((each.provider, each.id) for each in due)
            if len(page) < PAGE or not due:
                return len(tried)

    async def waiting(self, provider: str) -> Sequence[InboxEvent]:
        """What of a provider's messages is to be tried again one day."""
        return await self._queries.waiting_inbox_events(provider)

    async def ignored(self, provider: str, since: Instant) -> Sequence[InboxEvent]:
        """What of a provider's messages did not concern us since then."""
        return await self._queries.ignored_inbox_events(provider, since)

    async def retry_waiting(self, provider: PaymentProvider) -> int:
        """Try at once what waits, and what is left to a person; its cause may be gone.

        Returns how many messages were tried.
        """
        waiting = await self._queries.waiting_inbox_events(provider.name)
        await for_each_lane(waiting, self._providers, self.retry)
        return len(waiting) + await self.retry_quarantined(provider)

    async def retry_quarantined(self, provider: PaymentProvider) -> int:
        """Try again what is left to a person, as far back as providers keep what it is about.

        Nobody is notified again. Returns how many messages were tried.
        """
        tried, after = 0, None
        since = later(self._clock(), -KEPT)
        while page := await self._queries.quarantined(provider.name, since, after):
            await for_each_lane(page, self._providers, self.retry)
            tried += len(page)
            after = (page[-1].received_at, page[-1].id)
        return tried

    async def retry(self, inbox_event: InboxEvent) -> None:
        """Try a message again, whatever became of it before; nothing has its effect twice.

        If another answer about the same refund or dispute was applied while the provider was
        asked, it is asked again, at most a few times in a row; then the message waits a little.
        """
        provider = self._providers.get(inbox_event.provider)
        if provider is None or provider.events is None:
            await self._failures.keep(inbox_event, "Its provider is not set up.")
            return
        objects: set[str] = set()
        for _ in range(LOOKS):
            event = await self._read(provider.events, inbox_event, objects)
            if event is None:
                return
            result = await self._take(
                provider,
                event,
                attempt=inbox_event.attempts + 1,
                received_at=inbox_event.received_at,
                notified_before=notified_before(inbox_event),
            )
            if result is None or not result.superseded:
                return

    async def _read(
        self, events: Events, inbox_event: InboxEvent, objects: set[str]
    ) -> ProviderEvent | None:
        """Read a message, and look up what it is about. None if that went wrong, which is kept.

        Args:
            events: Reads what its provider reports.
            inbox_event: The message.
            objects: Ids of the refunds and disputes that are known to be meant, besides the one
                that the message names; those that are found are added.
        """
        found: tuple[Found, ...] = ()
        try:
            event = events.read(inbox_event.body)
            found = event.found
            if event.look_up is None:
                return event
            objects.add(event.look_up)
            versions = await self._queries.claim_versions(inbox_event.provider, objects)
            event = await events.look_up(event)
            if self._own_shops is not None:
                event = await self._own_shops.completed(event)
        except (AccessRefused, Undecided) as error:
            await self._failures.postpone(inbox_event, str(error))
        except ProviderUnavailable as error:
            limit = LONG if error.answered else None
            await self._failures.keep(
                inbox_event, str(error), found=found, keeps_trying=True, limit=limit
            )
        except ProviderRefused as error:
            gone = error.why is Refusal.UNKNOWN_OBJECT
            await self._failures.keep(inbox_event, str(error), found=found, gone=gone)
        except WebhookRejected as error:
            await self._failures.keep(inbox_event, str(error))
        except Exception as error:  # kept with its error, and tried again
            log.exception("provider_event.not_read", provider_event=inbox_event.id)
            await self._failures.keep(inbox_event, f"{type(error).__name__}: {error}", found=found)
        else:
            objects |= {
                object_of(each)
                for each in event.updates
                if isinstance(each, RefundUpdate | DisputeUpdate)
            }
            return replace(event, found=stamped(event.found, versions))
        return None

    async def _take(
        self,
        provider: PaymentProvider,
        event: ProviderEvent,
        *,
        attempt: int,
        received_at: Instant,
        notified_before: bool = False,
    ) -> UpdateResult | None:
        """Keep a message and do what it says. Returns what became of it; None if that failed."""
        command = RecordProviderEvent(
            key=RecordProviderEvent.key_of(provider.name, event.id, attempt, event.updates),
            at=self._clock(),
            actor=by_provider(provider.name),
            guild=None,
            provider=provider.name,
            event=event.id,
            attempt=attempt,
            event_kind=event.kind,
            body=event.body,
            received_at=received_at,
            found=event.found,
            ignored=event.ignored,
            unread=event.look_up is not None,
            home=self._home,
            notified_before=notified_before,
        )
        try:
            result = await self._runner.run(command)
        except BooksUnavailable:
            raise
        except Exception as error:  # as above
            log.exception("provider_event.failed", provider=provider.name, provider_event=event.id)
            failed_event = InboxEvent(
                provider=provider.name,
                id=event.id,
                kind=event.kind,
                body=event.body,
                received_at=received_at,
                status=InboxStatus.FAILED,
                attempts=attempt - 1,
            )
            await self._failures.keep(failed_event, f"{type(error).__name__}: {error}")
            return None
        self._note(provider, event, result)
        return result

    def _note(self, provider: PaymentProvider, event: ProviderEvent, result: UpdateResult) -> None:
        """Count and log what became of a message."""
        ignored = result.status is InboxStatus.IGNORED
        if ignored and self._arrivals is not None:
            self._arrivals.event_ignored(provider.name)
        say = log.debug if ignored else log.info
        say(
            "provider_event.taken",
            provider=provider.name,
            provider_event=event.id,
            kind=event.kind,
            status=result.status,
            reason=result.reason,
        )

"""Provider messages that could not be handled: kept with their reason, to be tried again."""

from dataclasses import replace

import structlog

from payments.commands.base import by_provider
from payments.commands.payments.inbox import (
    MAX_ATTEMPTS,
    KeepFailedEvent,
    postponed_until,
    retry_at,
)
from payments.domain.values.ids import GuildId
from payments.domain.values.inbox import Found, InboxEvent, InboxStatus
from payments.domain.values.time import Clock
from payments.runner.runner import Runner

log = structlog.get_logger(__name__)


class InboxFailures:
    """Keeps messages that could not be handled.

    Args:
        runner: Commits.
        clock: Tells the time.
        home: The guild whose moderators hear of messages that nobody but a person can make sense
            of; none if it cannot be said which.
    """

    def __init__(self, *, runner: Runner, clock: Clock, home: GuildId | None) -> None:
        self._runner = runner
        self._clock = clock
        self._home = home

    async def postpone(self, incoming: InboxEvent, reason: str) -> None:
        """Let a message wait that has no part in why it cannot be handled: no attempt is used.

        One that is left to a person already stays so; reconciliation tries it again.
        """
        if incoming.status is InboxStatus.QUARANTINED:
            return
        now = self._clock()
        waiting = replace(
            incoming,
            status=InboxStatus.FAILED,
            reason=reason,
            retry_at=postponed_until(now, incoming.received_at),
        )
        log.warning("provider_event.postponed", provider_event=incoming.id, reason=reason)
        await self._runner.run(
            KeepFailedEvent(
                key=KeepFailedEvent.postponed_key_of(waiting, now),
                at=now,
                actor=by_provider(incoming.provider),
                guild=None,
                inbox_event=waiting,
            )
        )

    async def keep(
        self,
        incoming: InboxEvent,
        error: str,
        *,
        found: tuple[Found, ...] = (),
        gone: bool = False,
        patient: bool = False,
        limit: int | None = None,
    ) -> None:
        """Keep a message with its error, to be tried again; after many tries, for a person.

        An outage of the provider is no fault of the message: it waits as long as that takes. Where
        it answers, but with nothing of use, a person hears of it after a day; it is still tried.

        Args:
            incoming: The message.
            error: Why it could not be handled.
            found: The objects that it is about, as far as it could be read.
            gone: Whether the provider knows no such object.
            patient: Whether it goes on being tried, however often it was.
            limit: After how long a person hears of it all the same, in microseconds.
        """
        now = self._clock()
        attempt = incoming.attempts + 1
        log.warning("provider_event.failed", provider_event=incoming.id, tries=attempt, error=error)
        is_old = limit is not None and now - incoming.received_at >= limit
        over = is_old if patient else attempt >= MAX_ATTEMPTS
        await self._runner.run(
            KeepFailedEvent(
                key=KeepFailedEvent.key_of(incoming.provider, incoming.id, attempt),
                at=now,
                actor=by_provider(incoming.provider),
                guild=None,
                home=self._home,
                notified_before=notified_before(incoming),
                found=found,
                gone=gone,
                inbox_event=InboxEvent(
                    provider=incoming.provider,
                    id=incoming.id,
                    kind=incoming.kind,
                    body=incoming.body,
                    received_at=incoming.received_at,
                    status=InboxStatus.QUARANTINED if over else InboxStatus.FAILED,
                    reason=error,
                    attempts=attempt,
                    retry_at=None if over and not patient else retry_at(now, attempt),
                ),
            )
        )


def notified_before(incoming: InboxEvent) -> bool:
    """Moderators are told once, not again when a person has it tried again."""
    return incoming.status is InboxStatus.QUARANTINED

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
        home: The guild whose moderators are notified of messages that only a person can make sense
            of; None if it cannot be said which.
    """

    def __init__(self, *, runner: Runner, clock: Clock, home: GuildId | None) -> None:
        self._runner = runner
        self._clock = clock
        self._home = home

    async def postpone(self, inbox_event: InboxEvent, reason: str) -> None:
        """Postpone a message that is not the reason why it cannot be handled: no attempt is used.

        One that is left to a person already stays so; reconciliation tries it again.
        """
        if inbox_event.status is InboxStatus.QUARANTINED:
            return
        now = self._clock()
        waiting = replace(
            inbox_event,
            status=InboxStatus.FAILED,
            reason=reason,
            retry_at=postponed_until(now, inbox_event.received_at),
        )
        log.warning("provider_event.postponed", provider_event=inbox_event.id, reason=reason)
        await self._runner.run(
            KeepFailedEvent(
                key=KeepFailedEvent.postponed_key_of(waiting, now),
                at=now,
                actor=by_provider(inbox_event.provider),
                guild=None,
                inbox_event=waiting,
            )
        )

    async def keep(
        self,
        inbox_event: InboxEvent,
        error: str,
        *,
        found: tuple[Found, ...] = (),
        gone: bool = False,
        keeps_trying: bool = False,
        limit: int | None = None,
    ) -> None:
        """Keep a message with its error, to be tried again; after many tries, for a person.

        An outage of the provider is no fault of the message: it waits as long as that takes. Where
        it answers, but with nothing of use, a person is notified after a day; it is still tried.

        Args:
            inbox_event: The message.
            error: Why it could not be handled.
            found: The objects that it is about, as far as it could be read.
            gone: Whether the provider knows no such object.
            keeps_trying: Whether it is tried again, however often it was tried.
            limit: How long until a person is notified anyway, in microseconds.
        """
        now = self._clock()
        attempt = inbox_event.attempts + 1
        log.warning(
            "provider_event.failed", provider_event=inbox_event.id, tries=attempt, error=error
        )
        is_old = limit is not None and now - inbox_event.received_at >= limit
        over = is_old if keeps_trying else attempt >= MAX_ATTEMPTS
        await self._runner.run(
            KeepFailedEvent(
                key=KeepFailedEvent.key_of(inbox_event.provider, inbox_event.id, attempt),
                at=now,
                actor=by_provider(inbox_event.provider),
                guild=None,
                home=self._home,
                notified_before=notified_before(inbox_event),
                found=found,
                gone=gone,
                inbox_event=replace(
                    inbox_event,
                    status=InboxStatus.QUARANTINED if over else InboxStatus.FAILED,
                    reason=error,
                    attempts=attempt,
                    retry_at=None if over and not keeps_trying else retry_at(now, attempt),
                ),
            )
        )


def notified_before(inbox_event: InboxEvent) -> bool:
    """Moderators are notified once, not again when a person has it tried again."""
    return inbox_event.status is InboxStatus.QUARANTINED

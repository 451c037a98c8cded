"""Maintenance tasks: what one process repeats at intervals, in the background."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Final

import structlog

from payments.domain.values.time import DAY, Clock, later
from payments.runner.observers.metrics import QueueGauge
from payments.services.tax_recording import TaxRecording
from payments.services.timers import Timers
from payments.store.audit.log import AuditLog
from payments.store.engine.database import Database
from payments.store.outbox.deliveries import Deliveries
from payments.store.queries import Queries
from payments.store.records.answers import Answers
from payments.store.records.mail import MailBook
from payments.store.records.tax_quotes import TaxQuotes

log = structlog.get_logger(__name__)

TIMER_SECONDS: Final = 5
"""Pause between checks for what has expired."""

TIDY_SECONDS: Final = 60
"""Pause between checks for tokens that are no longer needed."""

SEAL_SECONDS: Final = 2
"""Pause between checks of the audit log for rows to seal."""

LOOK_SECONDS: Final = 15
"""Pause between readings of the queue for the metrics."""

TAX_SECONDS: Final = 30
"""Pause between looks for sales and refunds that a tax service does not know yet."""

PRUNE_SECONDS: Final = 3600
"""Pause between checks for old deliveries."""


class Maintenance:
    """The maintenance tasks of one process.

    Args:
        timers: Ends what has expired.
        database: Lets one process at a time do a task.
        answers: Forgets tokens that are no longer needed.
        audit: Seals the audit log.
        deliveries: Forgets what was delivered long ago.
        queries: Reads the queue.
        gauge: Shows the queue.
        clock: Tells the time.
        keep_days: Number of days for which delivered messages are kept.
        addresses: Forgets buyers' addresses whose time is over, also where mail is off by now; the
            database's, unless another one is given.
        taxes: Reports what was sold to who computed its tax, if anybody does.
        tax_quotes: What they have computed, which is forgotten after a while.
    """

    def __init__(
        self,
        *,
        timers: Timers,
        database: Database,
        answers: Answers,
        audit: AuditLog,
        deliveries: Deliveries,
        queries: Queries,
        gauge: QueueGauge,
        clock: Clock,
        keep_days: int,
        addresses: MailBook | None = None,
        taxes: TaxRecording | None = None,
        tax_quotes: TaxQuotes | None = None,
    ) -> None:
        self._timers = timers
        self._database = database
        self._answers = answers
        self._addresses = addresses or MailBook(database)
        self._audit = audit
        self._deliveries = deliveries
        self._queries = queries
        self._gauge = gauge
        self._clock = clock
        self._keep = keep_days * DAY
        self._taxes = taxes
        self._tax_quotes = tax_quotes

    async def run(self) -> None:
        """Repeat all tasks until cancelled."""
        async with asyncio.TaskGroup() as group:
            for task, seconds in (
                (self._run_timers, TIMER_SECONDS),
                (self._tidy, TIDY_SECONDS),
                (self._seal, SEAL_SECONDS),
                (self._look, LOOK_SECONDS),
                (self._prune, PRUNE_SECONDS),
            ):
                group.create_task(self._repeat(task, seconds))
            if self._taxes is not None:
                group.create_task(self._repeat(self._report_taxes, TAX_SECONDS))

    async def _run_timers(self) -> None:
        ended = await self._timers.run_due()
        if ended:
            log.info("timers.ended", objects=ended)

    async def _tidy(self) -> None:
        await self._answers.forget_expired(self._clock())
        forgotten = await self._addresses.forget_expired(self._clock())
        if forgotten:
            log.info("mail.addresses_forgotten", rows=forgotten)

    async def _seal(self) -> None:
        """Extend the audit log's chain over its new rows, and log the new head."""
        head = await self._audit.seal()
        if head.sealed:
            log.info("audit.sealed", rows=head.sealed, last=head.row, seal=head.seal)

    async def _look(self) -> None:
        """Each process shows the whole queue."""
        self._gauge.show(await self._queries.queue(self._clock()))

    async def _prune(self) -> None:
        before = later(self._clock(), -self._keep)
        pruned = 0
        while more := await self._deliveries.prune(before):
            pruned += more
        if pruned:
            log.info("deliveries.pruned", rows=pruned)
        if self._tax_quotes is not None:
            await self._tax_quotes.forget_old(self._clock())

    async def _report_taxes(self) -> None:
        if self._taxes is not None:
            await self._taxes.run()

    async def _repeat(self, task: Callable[[], Awaitable[Any]], seconds: float) -> None:
        """Do a task at intervals, unless another process is doing it.

        The name of its lock comes from the name of its method; both must stay.
        """
        name = task.__name__.strip("_")
        while True:
            try:
                async with self._database.alone(name) as mine:
                    if mine:
                        await task()
            except Exception:  # it is done again after its pause
                log.exception("chore.failed", chore=name)
            await asyncio.sleep(seconds)

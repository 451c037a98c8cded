"""What PayPal lists, for times in which messages were missed.

Events are kept for 30 days. They are asked for in windows, each read whole, from old to new: so an
interruption costs little. Disputes are listed themselves where events are gone; open orders and
refunds are looked up one by one.
"""

import json
from collections.abc import AsyncIterator, Callable
from typing import Any, Final

import structlog

from payments.domain.values.time import DAY, Clock, Instant, later, to_seconds
from payments.providers.errors import WebhookRejected
from payments.providers.paypal.calls import Calls
from payments.providers.paypal.events import USED
from payments.providers.paypal.reversal_list import KEPT, PAGE, listed
from payments.providers.paypal.reversals import PayPalDisputes
from payments.providers.reading import instant_of, written_time
from payments.providers.requests import ListedEvents, ProviderEvent

log = structlog.get_logger(__name__)

WINDOW: Final = 5 * DAY
"""Which time is asked for at once. Microseconds."""

DISPUTES_KEPT: Final = 179 * DAY
"""How far back disputes are listed: within the last 180 days (Disputes v1, `update_time_after`).
Microseconds."""


class PayPalListing:
    """Lists events and disputes.

    Args:
        calls: Make the calls.
        disputes: Finds disputes.
        understand: Reads the JSON of one event.
        clock: Tells the time.
    """

    def __init__(
        self,
        calls: Calls,
        disputes: PayPalDisputes,
        understand: Callable[[str], ProviderEvent],
        *,
        clock: Clock,
    ) -> None:
        self._calls = calls
        self._disputes = disputes
        self._understand = understand
        self._clock = clock

    async def events(self, since: Instant) -> AsyncIterator[ListedEvents]:
        """All events of the kinds that we use, delivered or not. Raises as the protocol says."""
        now = self._clock()
        start: Instant | None = max(since, later(now, -KEPT))
        while start is not None:
            query = {"start_time": written_time(start), "page_size": str(PAGE)}
            end = later(start, WINDOW)
            start = end if end < now else None  # the last one is open: clocks differ
            if start is not None:
                query["end_time"] = written_time(end)
            part = sorted(_dated(await listed(self._calls, query)), key=lambda each: each[0])
            if part:
                yield self._read(part)

    async def objects(self, since: Instant) -> list[ProviderEvent]:
        """Disputes that have changed since then, told as events. Raises as the protocol says."""
        oldest = max(since, later(self._clock(), -DISPUTES_KEPT))
        changed = await self._disputes.updated_since(oldest)
        return [self._understand(_told(each, since)) for each in changed]

    def _read(self, part: list[tuple[Instant, dict[str, Any]]]) -> ListedEvents:
        """Read those of the kinds that we use; whatever is wrong with one, others are read too."""
        used = [each for _, each in part if each.get("event_type") in USED]
        events = [event for each in used if (event := self._one(each)) is not None]
        return ListedEvents(events=tuple(events), until=part[-1][0])

    def _one(self, found: dict[str, Any]) -> ProviderEvent | None:
        try:
            return self._understand(json.dumps(found))
        except WebhookRejected as error:
            log.warning("paypal.event_left_out", provider_event=found.get("id"), error=str(error))
            return None


def _dated(found: list[dict[str, Any]]) -> list[tuple[Instant, dict[str, Any]]]:
    """Events with their times; one without is none."""
    times = [(instant_of(str(each.get("create_time"))), each) for each in found]
    return [(at, each) for at, each in times if at is not None]


def _told(dispute: str, since: Instant) -> str:
    """A dispute as an event tells it. The id is ours: one for each time of silence."""
    return json.dumps(
        {
            "id": f"listed_{dispute}_{to_seconds(since)}",
            "event_type": "CUSTOMER.DISPUTE.UPDATED",
            "create_time": written_time(since),
            "resource": {"dispute_id": dispute},
        }
    )

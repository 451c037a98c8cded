"""What Square lists, for times in which messages were missed.

Square keeps events for 28 days, but only from when its Events API was switched on; that is done
before the first look. Otherwise, and for what is older, the objects themselves are listed by when
they were changed, and told as events.
"""

import json
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any, Final

import structlog

from payments.domain.values.time import DAY, Clock, Instant, later
from payments.providers.errors import WebhookRejected
from payments.providers.reading import instant_of, written_time
from payments.providers.requests import ListedEvents, ProviderEvent
from payments.providers.square.calls import PAGES, Calls, endless, objects_in
from payments.providers.square.checkouts import PAYMENTS
from payments.providers.square.dispute_updates import dispute_id_of
from payments.providers.square.events import USED
from payments.providers.square.ownership import id_of
from payments.providers.square.reversals import DISPUTES, REFUNDS

log = structlog.get_logger(__name__)

EVENTS: Final = "/v2/events"
ENABLE: Final = "/v2/events/enable"

KEPT: Final = 27 * DAY
"""How long Square keeps events for certain. Microseconds."""

PAGE: Final = 100

_LISTS: Final = (
    ("payment", PAYMENTS, "payments"),
    ("refund", REFUNDS, "refunds"),
)


class SquareListing:
    """Lists events, or objects in their place.

    Args:
        calls: Make the calls.
        location: Who sells.
        has_events: Whether the Events API is used.
        understand: Reads the JSON of one event.
        clock: Tells the time.
    """

    def __init__(
        self,
        calls: Calls,
        understand: Callable[[str], ProviderEvent],
        *,
        location: str,
        has_events: bool,
        clock: Clock,
    ) -> None:
        self._calls = calls
        self._understand = understand
        self._location = location
        self._has_events = has_events
        self._on_since: Instant | None = None
        self._clock = clock

    async def events(self, since: Instant) -> AsyncIterator[ListedEvents]:
        """All that was told since then, or could have been. Raises as the protocol says."""
        if self._has_events and await self._keeps(since):
            async for part in self._told(since):
                yield part
            return
        changed = [each async for each in self._changed(since)]
        if changed:
            changed.sort(key=lambda each: each[0])
            yield self._read(changed)

    async def objects(self, since: Instant) -> list[ProviderEvent]:
        """None beside the events: these are made of objects where Square has none any more."""
        del since
        return []

    async def _keeps(self, since: Instant) -> bool:
        """Whether Square keeps all events since then.

        Nobody says whether its Events API was on before we switched it on: what is older than that
        is found by its objects.
        """
        now = self._clock()
        if self._on_since is None:
            await self._calls.make("PUT", ENABLE)
            self._on_since = now
        return since >= max(self._on_since, later(now, -KEPT))

    async def _told(self, since: Instant) -> AsyncIterator[ListedEvents]:
        """The events that Square keeps, oldest first, page by page. Raises as `Calls.pages`."""
        query = {
            "filter": {
                "event_types": sorted(USED),
                "created_at": {"start_at": written_time(since)},
            },
            "sort": {"field": "DEFAULT", "order": "ASC"},
        }
        asked: dict[str, Any] = {"query": query, "limit": PAGE}
        for _ in range(PAGES):
            page = await self._calls.post(EVENTS, asked)
            found = [_dated(each, "created_at") for each in objects_in(page, "events")]
            if found:
                yield self._read(sorted(found, key=lambda each: each[0]))
            cursor = page.get("cursor")
            if not isinstance(cursor, str) or not cursor:
                return
            if cursor == asked.get("cursor"):
                break  # the same page again, and so on
            asked = {**asked, "cursor": cursor}
        raise endless("events")

    async def _changed(self, since: Instant) -> AsyncIterator[tuple[Instant, dict[str, Any]]]:
        """Payments, refunds and disputes that were changed since then, as events tell them."""
        query = {
            "updated_at_begin_time": written_time(since),
            "sort_field": "UPDATED_AT",
            "sort_order": "ASC",
            "location_id": self._location,
            "limit": str(PAGE),
        }
        for name, path, listed in _LISTS:
            async for page in self._calls.pages(path, query, listed):
                for each in page:
                    yield _as_event(f"{name}.updated", name, id_of(each.get("id")), each)
        mine = {"location_id": self._location}
        async for page in self._calls.pages(DISPUTES, mine, "disputes"):
            for each in page:
                at, event = _as_event("dispute.state.updated", "dispute", dispute_id_of(each), each)
                if at >= since:
                    yield at, event

    def _read(self, part: list[tuple[Instant, dict[str, Any]]]) -> ListedEvents:
        """Read those that are as they should be; whatever is wrong with one, others are read."""
        events = [event for _, each in part if (event := self._one(each)) is not None]
        return ListedEvents(events=tuple(events), until=part[-1][0])

    def _one(self, found: dict[str, Any]) -> ProviderEvent | None:
        try:
            return self._understand(json.dumps(found))
        except WebhookRejected as error:
            log.warning("square.event_left_out", provider_event=found.get("event_id"), why=error)
            return None


def _dated(found: dict[str, Any], name: str) -> tuple[Instant, dict[str, Any]]:
    """An object with its time; one without comes first, and moves no watermark."""
    return instant_of(str(found.get(name))) or Instant(0), found


def _as_event(
    kind: str, name: str, about: str | None, found: Mapping[str, Any]
) -> tuple[Instant, dict[str, Any]]:
    """An object as an event tells it. The id is ours: one for each time that it was changed."""
    at = str(found.get("updated_at"))
    event = {
        "event_id": f"listed_{name}_{about}_{at}",
        "type": kind,
        "created_at": at,
        "data": {"type": name, "id": about, "object": {name: dict(found)}},
    }
    return _dated(event, "created_at")

"""What Stripe lists, for times in which messages were missed."""

from collections.abc import AsyncIterator

from payments.domain.values.time import Instant
from payments.providers.requests import ListedEvents, ProviderEvent
from payments.providers.stripe.event_listing import EventList
from payments.providers.stripe.object_listing import ObjectList


class StripeListing:
    """Lists events and objects.

    Args:
        events: Lists events.
        objects: Lists refunds, disputes and fraud warnings.
    """

    def __init__(self, events: EventList, objects: ObjectList) -> None:
        self._events = events
        self._objects = objects

    def events(self, since: Instant) -> AsyncIterator[ListedEvents]:
        """All events that we use, of the last 30 days at most (case 19)."""
        return self._events.since(since)

    async def objects(self, since: Instant) -> list[ProviderEvent]:
        """Refunds, disputes and fraud warnings, told as events (case 19). Raises as above."""
        return await self._objects.since(since)

"""What Discord lists: all entitlements, with those that it has taken back.

An entitlement says when it was bought and not when it changed. So each look lists the recent ones,
and once a day all of them.
"""

from collections.abc import AsyncIterator
from typing import Final

from payments.domain.values.time import DAY, Clock, Instant, later
from payments.providers.discord_skus.entitlements import DiscordEntitlements
from payments.providers.discord_skus.events import as_event
from payments.providers.discord_skus.shapes import Entitlement, id_at
from payments.providers.requests import ListedEvents, ProviderEvent

RECENT: Final = 7 * DAY
"""How far behind the beginning each list goes back. Microseconds."""

WHOLE: Final = DAY
"""Between two lists of all there are. Microseconds."""


class DiscordListing:
    """Lists entitlements, told as events.

    Args:
        entitlements: Finds them.
        clock: Tells the time.
    """

    def __init__(self, entitlements: DiscordEntitlements, clock: Clock) -> None:
        self._entitlements = entitlements
        self._clock = clock
        self._whole_at: Instant | None = None

    async def events(self, since: Instant) -> AsyncIterator[ListedEvents]:
        """All that may have changed since then. Raises as the protocol says."""
        now = self._clock()
        is_whole = self._whole_at is None or now - self._whole_at >= WHOLE
        after = 0 if is_whole else id_at(later(since, -RECENT))
        found: list[Entitlement] = []
        async for page in self._entitlements.pages({}, after=after):
            found += page
        found.sort(key=lambda each: each.id)
        yield ListedEvents(events=tuple(map(as_event, found)), until=now)
        if is_whole:  # and all of them were taken in
            self._whole_at = now

    async def objects(self, since: Instant) -> list[ProviderEvent]:
        """None beside the events, which are made of all objects that there are."""
        del since
        return []

"""Stripe's list of events, whole and from old to new (Stripe: List all events; case 19).

Stripe lists from new to old and keeps 30 days. So that any number of them is read in bounded memory
and an interruption costs little, a long list is read in parts, each of them complete.
"""

import functools
import json
from collections.abc import AsyncIterator, Callable
from typing import Any, Final, cast

import stripe
import structlog

from payments.domain.values.time import Instant, from_seconds, to_seconds
from payments.providers.errors import ProviderUnavailable, WebhookRejected
from payments.providers.requests import ListedEvents, ProviderEvent
from payments.providers.stripe.calls import Calls
from payments.providers.stripe.sessions import CHECKOUT_EVENTS
from payments.providers.stripe.shapes import is_listed
from payments.providers.stripe.updates import LOOKED_UP

log = structlog.get_logger(__name__)

USED: Final = sorted(CHECKOUT_EVENTS.keys() | LOOKED_UP)
"""The kinds of events that are asked for."""

MOST: Final = 2_000
"""About how many events are held at a time."""

PAGE: Final = 100


class EventList:
    """Lists events.

    Args:
        calls: Make the calls.
        client: Stripe's.
        understand: Reads the JSON of one event.
    """

    def __init__(
        self,
        calls: Calls,
        client: stripe.StripeClient,
        understand: Callable[[str], ProviderEvent],
    ) -> None:
        self._calls = calls
        self._client = client
        self._understand = understand

    async def since(self, since: Instant) -> AsyncIterator[ListedEvents]:
        """All events of the kinds that we use, delivered or not, in complete parts, oldest first.

        Raises:
            ProviderUnavailable: A page could not be had; the parts before it are complete.
            ProviderRefused: Stripe said no.
        """
        start = to_seconds(since)
        parts: list[int | None] = [None]
        while parts:
            found, is_whole = await self._between(start, parts[-1])
            if not is_whole:  # what is older comes first
                parts.append(found[-1]["created"])
                continue
            if found:
                yield self._read(found)
            end = parts.pop()
            start = start if end is None else end

    async def _between(self, start: int, end: int | None) -> tuple[list[dict[str, Any]], bool]:
        """Events of a time from new to old, and whether these are all of them.

        Those of one second are never parted.
        """
        created = {"gte": start} if end is None else {"gte": start, "lt": end}
        found: list[dict[str, Any]] = []
        while True:
            after = {"starting_after": found[-1]["id"]} if found else {}
            params = {"types": USED, "created": created, "limit": PAGE, **after}
            page = await self._calls.make(functools.partial(self._ask, params))
            data = page.get("data")
            if not isinstance(data, list) or not all(is_listed(each) for each in data):
                raise ProviderUnavailable("Stripe: its list of events makes no sense.")
            found += data
            if not (data and page.get("has_more")):
                return found, True
            if len(found) >= MOST and found[-1]["created"] > start:
                return found, False

    async def _ask(self, params: dict[str, Any]) -> stripe.StripeObject:
        return await self._client.v1.events.list_async(
            cast("stripe.params.EventListParams", params)
        )

    def _read(self, found: list[dict[str, Any]]) -> ListedEvents:
        events = [event for each in reversed(found) if (event := self._one(each)) is not None]
        until = max(each["created"] for each in found)
        return ListedEvents(events=tuple(events), until=from_seconds(until))

    def _one(self, found: dict[str, Any]) -> ProviderEvent | None:
        """Read one event; whatever is wrong with it, the others are read too."""
        text = json.dumps(found)
        try:
            return self._understand(text)
        except WebhookRejected as error:
            log.warning("stripe.event_left_out", provider_event=found["id"], error=str(error))
            return None
        except Exception:  # one that cannot be read stops no other
            log.exception("stripe.event_not_read", provider_event=found["id"])
            return ProviderEvent(
                id=found["id"],
                kind=str(found.get("type")),
                created=from_seconds(found["created"]),
                body=text,
                look_up=found["id"],  # kept, read again later, and in the end left to a person
            )

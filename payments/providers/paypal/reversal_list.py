"""What PayPal took back of a capture, found by its messages: nothing else lists it."""

from typing import Any, Final
from urllib.parse import urlencode

from payments.domain.values.time import DAY, MINUTE, Instant
from payments.providers.errors import ProviderUnavailable
from payments.providers.paypal.calls import Calls
from payments.providers.paypal.ownership import id_of, linked
from payments.providers.paypal.reversals import PAGES, next_page
from payments.providers.reading import written_time

EVENTS: Final = "/v1/notifications/webhooks-events"

PAGE: Final = 100

KEPT: Final = 30 * DAY - MINUTE
"""How far back events are listed: PayPal keeps them for 30 days. Microseconds."""


async def reversals_of(calls: Calls, capture: str, since: Instant) -> list[str]:
    """The ids of what PayPal reported as taken back of a capture since then.

    How each stood when it was reported may be long past: it is to be fetched.

    Raises as `Calls.make`.
    """
    query = {
        "event_type": "PAYMENT.CAPTURE.REVERSED",
        "start_time": written_time(since),
        "page_size": str(PAGE),
    }
    resources = [each.get("resource") for each in await listed(calls, query)]
    ids = [
        id_of(each.get("id"))
        for each in resources
        if isinstance(each, dict) and linked(each, "captures") == capture
    ]
    return sorted({each for each in ids if each is not None})


async def listed(calls: Calls, query: dict[str, str]) -> list[dict[str, Any]]:
    """All events that a query finds.

    PayPal lists the latest first. Where a full page says nothing of a next one, what is older is
    asked for by its time; events of that second come again, and are taken once.

    Raises as `Calls.make`, and ProviderUnavailable if the list does not end, or goes on elsewhere.
    """
    found: dict[str, dict[str, Any]] = {}
    path: str | None = f"{EVENTS}?{urlencode(query)}"
    for _ in range(PAGES):
        if path is None:
            return list(found.values())
        page = await calls.get(path)
        events = [each for each in page.get("events", []) if isinstance(each, dict)]
        fresh = {str(each.get("id")): each for each in events if str(each.get("id")) not in found}
        found |= fresh
        path = next_page(page, EVENTS)
        if path is None and fresh and len(events) >= int(query["page_size"]):
            oldest = min(str(each.get("create_time")) for each in events)
            path = f"{EVENTS}?{urlencode({**query, 'end_time': oldest})}"
    raise ProviderUnavailable("PayPal: its list of events does not end.", answered=True)

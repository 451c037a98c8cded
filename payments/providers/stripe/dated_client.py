"""Answers of Stripe with the time at which it gave them."""

from email.utils import parsedate_to_datetime
from typing import Any

import stripe

from payments.domain.values.time import Instant, from_seconds


class DatedClient(stripe.AIOHTTPClient):
    """The SDK's own client, which notes the `Date` of each answer.

    Attributes:
        date: That of the last answer that had a readable one.
    """

    date: Instant | None = None
    _cached_session: Any  # the SDK's; it has no type there

    async def request_async(self, *args: Any, **kwargs: Any) -> tuple[Any, int, Any]:  # noqa: ANN401 - the SDK's
        """Make one request."""
        content, status, headers = await super().request_async(*args, **kwargs)
        try:
            moment = parsedate_to_datetime(headers.get("Date", ""))
        except ValueError:  # none, or no date
            return content, status, headers
        self.date = from_seconds(int(moment.timestamp()))
        return content, status, headers

    async def close_async(self) -> None:
        """Close the connections; the SDK would make a session first if none was needed."""
        if self._cached_session is not None:
            await super().close_async()  # type: ignore[no-untyped-call]  # as above

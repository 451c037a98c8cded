"""Whether Stripe answers, and lets our key in."""

import contextlib

import stripe

from payments.domain.values.time import Instant
from payments.providers.errors import AccessRefused, ProviderRefused
from payments.providers.stripe.calls import Calls
from payments.providers.stripe.dated_client import DatedClient
from payments.providers.stripe.inspection import NEEDED, Inspector
from payments.providers.stripe.key_access import lacks


class StripeAccess:
    """Asks for things so small that only the answer matters.

    Args:
        calls: Make the calls; their breaker is of health checks alone.
        client: Stripe's.
        http: Its connections, which keep the date of the last answer.
        inspector: Tries what a key may do.
    """

    def __init__(
        self, calls: Calls, client: stripe.StripeClient, http: DatedClient, inspector: Inspector
    ) -> None:
        self._calls = calls
        self._client = client
        self._http = http
        self._inspector = inspector

    async def refusals(self, *, thoroughly: bool) -> list[str]:
        """Ask for one event, and try what the key may do. Raises as the protocol says."""
        found: list[str] = []
        try:
            await self.ping()
        except AccessRefused as error:
            found.append(str(error))
            if not error.permission:
                return found
        if thoroughly:
            found += [str(lacks(each.name)) for each in await self._inspector.lacking(NEEDED)]
        return list(dict.fromkeys(found))

    async def ping(self) -> None:
        """Ask for one event: keys that may reconcile may do that."""
        listed = self._client.v1.events
        await self._calls.make(lambda: listed.list_async({"limit": 1}))

    async def time(self) -> Instant | None:
        """What the Date of a fresh answer says; a refusal has one, too."""
        with contextlib.suppress(AccessRefused, ProviderRefused):
            await self.ping()
        return self._http.date

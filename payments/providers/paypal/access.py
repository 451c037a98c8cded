"""Whether PayPal answers, and lets our key in."""

import contextlib
from collections.abc import Callable
from typing import Final

from payments.domain.values.time import Instant
from payments.providers.errors import AccessRefused, ProviderRefused
from payments.providers.paypal.calls import Calls
from payments.providers.paypal.checkouts import ORDERS
from payments.providers.paypal.reversals import CAPTURES, DISPUTES

NOTHING: Final = "GUILDBANKDOCTOR"
"""The id of an object that does not exist."""

SMALL: Final = "/v1/notifications/webhooks"
"""What is asked for to see whether PayPal answers."""

NEEDED: Final = {
    "Accept payments": f"{ORDERS}/{NOTHING}",
    "Refunds": f"{CAPTURES}/{NOTHING}",
    "Customer disputes": f"{DISPUTES}?page_size=1",
}
"""What an app must be allowed, as its page at PayPal calls it, and a call that shows it."""


class PayPalAccess:
    """Asks for things so small that only the answer matters.

    Args:
        calls: Make the calls; their breaker is of health checks alone.
        date: What PayPal's last answer said that the time is.
    """

    def __init__(self, calls: Calls, date: Callable[[], Instant | None]) -> None:
        self._calls = calls
        self._date = date

    async def refusals(self, *, thoroughly: bool) -> list[str]:
        """Ask for something small, and try what the key may do. Raises as the protocol says."""
        try:
            await self.ping()
        except AccessRefused as error:
            return [str(error)]
        return [str(lacks(each)) for each in await self.lacking()] if thoroughly else []

    async def lacking(self) -> list[str]:
        """What the app may not do and should. Raises as `Calls.make`."""
        return [name for name, path in NEEDED.items() if not await self._may(path)]

    async def ping(self) -> None:
        """Ask for the webhooks: every key may."""
        await self._calls.get(SMALL)

    async def time(self) -> Instant | None:
        """What the Date of a fresh answer says; a refusal has one, too."""
        with contextlib.suppress(AccessRefused, ProviderRefused):
            await self.ping()
        return self._date()

    async def _may(self, path: str) -> bool:
        try:
            await self._calls.get(path)
        except AccessRefused as error:
            if error.is_found_by_look and not error.permission:
                raise
            return False
        except ProviderRefused:  # it looked for what is not there
            return True
        return True


def lacks(permission: str) -> AccessRefused:
    """The app may not do something that is needed."""
    return AccessRefused(
        f"PayPal's app lacks the feature {permission}: switch it on in PayPal's developer "
        "dashboard, Apps & Credentials.",
        permission=permission,
        is_found_by_look=True,
    )

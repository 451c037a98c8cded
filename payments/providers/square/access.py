"""Whether Square answers, and lets our token in."""

import contextlib
from collections.abc import Callable
from typing import Final

from payments.domain.values.time import Instant
from payments.providers.errors import AccessRefused, ProviderRefused
from payments.providers.square.calls import Calls
from payments.providers.square.checkouts import ORDERS, PAYMENTS
from payments.providers.square.reversals import DISPUTES

LOCATIONS: Final = "/v2/locations"

NOTHING: Final = "GUILDBANKDOCTOR"
"""The id of an object that does not exist."""

NEEDED: Final = {
    "PAYMENTS_READ": f"{PAYMENTS}/{NOTHING}",
    "ORDERS_READ": f"{ORDERS}/{NOTHING}",
    "DISPUTES_READ": DISPUTES,
}
"""What a token must be allowed, as Square calls it, and a call that shows it and changes nothing.
What writes cannot be tried so: ORDERS_WRITE and PAYMENTS_WRITE are needed, too."""


class SquareAccess:
    """Asks for things so small that only the answer matters.

    Args:
        calls: Make the calls; their breaker is of health checks alone.
        location: Who sells.
        date: What Square's last answer said that the time is.
    """

    def __init__(self, calls: Calls, location: str, date: Callable[[], Instant | None]) -> None:
        self._calls = calls
        self._location = location
        self._date = date

    async def refusals(self, *, thoroughly: bool) -> list[str]:
        """Ask for something small, and try what the token may do. Raises as the protocol says."""
        try:
            await self.ping()
        except AccessRefused as error:
            return [str(error)]
        except ProviderRefused:
            return [f"Square knows no location {self._location}: see SQUARE_LOCATION_ID."]
        return [str(lacks(each)) for each in await self.lacking()] if thoroughly else []

    async def lacking(self) -> list[str]:
        """What the token may not do and should. Raises as `Calls.make`."""
        return [name for name, path in NEEDED.items() if not await self._may(path)]

    async def ping(self) -> None:
        """Ask for the location."""
        await self._calls.get(f"{LOCATIONS}/{self._location}")

    async def time(self) -> Instant | None:
        """What the Date of a fresh answer says; a refusal has one, too."""
        with contextlib.suppress(AccessRefused, ProviderRefused):
            await self.ping()
        return self._date()

    async def _may(self, path: str) -> bool:
        try:
            await self._calls.get(path)
        except AccessRefused as error:
            if error.is_found_by_look:
                raise
            return False
        except ProviderRefused:  # it looked for what is not there
            return True
        return True


def lacks(permission: str) -> AccessRefused:
    """The token may not do something that is needed."""
    return AccessRefused(
        f"SQUARE_ACCESS_TOKEN lacks the permission {permission}: take the access token of your "
        "application's Credentials page in Square's developer console.",
        permission=permission,
        is_found_by_look=True,
    )

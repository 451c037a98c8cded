"""Whether Discord answers, and lets the bot see what its application sells."""

from collections.abc import Callable

from payments.domain.values.time import Instant
from payments.providers.discord_skus.application import OwnApplication
from payments.providers.discord_skus.entitlements import DiscordEntitlements
from payments.providers.errors import AccessRefused, ProviderRefused


class DiscordAccess:
    """Asks for things so small that only the answer matters.

    Args:
        application: Asks for the application; its breaker is of health checks alone.
        entitlements: Ask for what is sold.
        date: What Discord's last answer said that the time is.
    """

    def __init__(
        self,
        application: OwnApplication,
        entitlements: DiscordEntitlements,
        date: Callable[[], Instant | None],
    ) -> None:
        self._application = application
        self._entitlements = entitlements
        self._date = date

    async def refusals(self, *, thoroughly: bool) -> list[str]:
        """Ask for the application, and for what it sells. Raises as the protocol says."""
        try:
            await self.ping()
            if thoroughly:
                await self._entitlements.skus()
        except (AccessRefused, ProviderRefused) as error:
            return [str(error)]
        return []

    async def ping(self) -> None:
        """Ask for the application."""
        await self._application.fresh()

    async def time(self) -> Instant | None:
        """What the Date of a fresh answer says."""
        await self.ping()
        return self._date()

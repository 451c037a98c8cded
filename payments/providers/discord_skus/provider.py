"""Discord's own shop as a payment provider: all that it can do, wired together."""

from collections.abc import Callable
from typing import Final

from payments.domain.values.ids import GuildId
from payments.domain.values.time import Clock
from payments.infra.clock import system_clock
from payments.infra.outbound import Outbound, Purpose
from payments.providers.discord_skus.access import DiscordAccess
from payments.providers.discord_skus.application import OwnApplication
from payments.providers.discord_skus.calls import LISTED, Calls
from payments.providers.discord_skus.entitlements import DiscordEntitlements
from payments.providers.discord_skus.errors import failure_of
from payments.providers.discord_skus.events import DiscordEvents
from payments.providers.discord_skus.listing import DiscordListing
from payments.providers.discord_skus.names import DISCORD_SKUS
from payments.providers.discord_skus.settings import is_live
from payments.providers.discord_skus.shop import DiscordShop
from payments.providers.discord_skus.webhook import DiscordWebhook
from payments.providers.errors import AccessRefused
from payments.providers.protocol import Missing
from payments.providers.wire import Wire

CALLS_A_SECOND: Final = 5
"""Far below the 50 that Discord takes of a bot, which its messages need too."""

NO_CHECKOUTS: Final = Missing(
    sentence="Discord's shop sells only beside another way to pay. Switch one more provider on."
)
NO_REFUNDS: Final = Missing(
    sentence="Discord gives refunds of its shop itself: the buyer asks Discord's support for one. "
    "The points are taken back as soon as Discord has given the money back."
)


class DiscordSkusProvider:
    """Takes what Discord sells.

    Args:
        token: The bot's.
        outbound: The policy for calls.
        api_url: The address of the API; it tells test from live mode.
        public_key: The application's, in hexadecimal digits; asked for if none.
        home: Where a purchase counts that names no guild.
        purpose: What calls are made for.
        refused: Called when Discord refuses the token.
        clock: Tells the time.
    """

    name = DISCORD_SKUS
    title = "Discord"
    checkouts = NO_CHECKOUTS
    refunds = NO_REFUNDS
    customers = None
    authorizations = None
    capture = None
    disputes = None

    def __init__(
        self,
        *,
        token: str,
        outbound: Outbound,
        api_url: str,
        public_key: str | None = None,
        home: GuildId | None = None,
        purpose: Purpose = Purpose.MEMBERS,
        refused: Callable[[AccessRefused], None] = lambda _: None,
        clock: Clock = system_clock,
    ) -> None:
        self.livemode = is_live(api_url)
        if self.livemode:
            outbound.keep_pace(self.name, CALLS_A_SECOND)
        self._wire = Wire(
            api_url, seconds=outbound.policy.timeout_seconds, failure=failure_of, lists_as=LISTED
        )
        calls = Calls(outbound, purpose, wire=self._wire, token=token, refused=refused)
        health = Calls(outbound, Purpose.HEALTH, wire=self._wire, token=token)
        application = OwnApplication(calls)
        sold = DiscordEntitlements(calls, application)
        self.entitlements = DiscordShop(sold, home)
        self.events = DiscordEvents(sold)
        self.webhook = DiscordWebhook(application, public_key)
        self.listing = DiscordListing(sold, clock)
        asked = OwnApplication(health)
        self.access = DiscordAccess(
            asked, DiscordEntitlements(health, asked), lambda: self._wire.date
        )

    async def close(self) -> None:
        """Close the connections."""
        await self._wire.close()

"""Who takes the money in the demo: a local service for each provider that is offered."""

from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from typing import Any, Final

from payments.commands.base import by_member
from payments.domain.values.ids import MemberId
from payments.infra.clock import system_clock
from payments.runner.runner import Runner
from sandbox.demo.premium import PremiumApps, connect
from sandbox.demo.screen import Screen
from sandbox.demo.world import World
from sandbox.paypal import LocalPayPal
from sandbox.square import LocalSquare
from sandbox.stripe import LocalStripe

DISCORD: Final = "discord_skus"
"""What the bot calls Discord's own shop."""

TITLES: Final[Mapping[str, str]] = {
    "stripe": "Stripe",
    "paypal": "PayPal",
    "square": "Square",
    DISCORD: "Discord shop",
}
"""The providers that have a local service, as the page names them."""

BOT_TOKEN: Final = "demo"
_STRIPE_KEY, _SIGNING_SECRET = "sk_test_demo", "whsec_demo"
_PAYPAL_CLIENT, _PAYPAL_SECRET = "demo-client", "demo-secret"
_SQUARE_TOKEN, _SQUARE_KEY = "demo-square-token", "demo-square-key"
_RETRY_PAUSES = (2.0, 5.0, 15.0, 60.0)
"""Seconds between the attempts to deliver a message: so short that one can watch them."""


class Takers:
    """The local services, as the demo needs them.

    Args:
        names: Those that are offered, in their order.

    Attributes:
        stripe: The local Stripe; likewise the others, which run only if they are offered.
    """

    def __init__(self, names: Sequence[str]) -> None:
        self.names = tuple(names)
        self.stripe = LocalStripe(secret_key=_STRIPE_KEY, retry_pauses=_RETRY_PAUSES)
        self.paypal = LocalPayPal(
            client_id=_PAYPAL_CLIENT, client_secret=_PAYPAL_SECRET, retry_pauses=_RETRY_PAUSES
        )
        self.square = LocalSquare(access_token=_SQUARE_TOKEN, retry_pauses=_RETRY_PAUSES)
        self.premium = PremiumApps(BOT_TOKEN, _RETRY_PAUSES)
        self._all: Mapping[str, LocalStripe | LocalPayPal | LocalSquare | PremiumApps] = {
            "stripe": self.stripe,
            "paypal": self.paypal,
            "square": self.square,
            DISCORD: self.premium,
        }

    async def start(self, exits: AsyncExitStack) -> None:
        """Start those that are offered, to be closed with `exits`."""
        for name in self.names:
            await self._all[name].start()
            exits.push_async_callback(self._all[name].close)

    def addresses(self) -> dict[str, str]:
        """Where each of them is, by its name."""
        return {name: self._all[name].url for name in self.names}

    def pages(self) -> dict[str, str]:
        """Where the pages of each are, with its control page at `/control`."""
        found = self.addresses()
        return found | ({DISCORD: self.premium.shop.url} if DISCORD in found else {})

    def settings(self, page: str) -> dict[str, Any]:
        """The settings that lead the bot to them, through the page's server.

        Args:
            page: The address of that server, which passes on `/stripe/…` and the like.
        """
        found: dict[str, Any] = {"payment_providers": ",".join(self.names)}
        if DISCORD in self.names:
            # SimCord does not look at it: only the calls about the shop go there.
            found["discord_api_url"] = f"{page}/{DISCORD}/api/v10"
        if "stripe" in self.names:
            found |= {
                "stripe_secret_key": _STRIPE_KEY,
                "stripe_webhook_secret": _SIGNING_SECRET,
                "stripe_api_url": f"{page}/stripe",
                "tax_services": "stripe",
            }
        if "paypal" in self.names:
            # Where the certificate is must be where the bot knows PayPal to be.
            self.paypal.serve_certificate_at(f"{page}/paypal")
            webhook = self.paypal.add_webhook(f"{page}/webhooks/paypal")
            found |= {
                "paypal_client_id": _PAYPAL_CLIENT,
                "paypal_client_secret": _PAYPAL_SECRET,
                "paypal_webhook_id": webhook.id,
                "paypal_api_url": f"{page}/paypal",
            }
        if "square" in self.names:
            self.square.add_subscription(f"{page}/webhooks/square", _SQUARE_KEY)
            found |= {
                "square_access_token": _SQUARE_TOKEN,
                "square_location_id": self.square.location_id,
                "square_currency": self.square.currency,
                "square_events_api": True,
                "square_webhook_signature_key": _SQUARE_KEY,
                "square_api_url": f"{page}/square",
            }
        return found

    async def open(self, screen: Screen, world: World, page: str, runner: Runner) -> None:
        """Open Discord's shop to the people of the demo, if it is offered."""
        if DISCORD in self.names:
            owner = by_member(MemberId(world.people["olga"].user.id))
            await connect(runner, owner, system_clock())
            await self.premium.open(screen, world, f"{page}/webhooks/{DISCORD}")

    def tell_stripe(self, web: str) -> None:
        """Register the bot's address at Stripe, once it is known."""
        if "stripe" in self.names:
            self.stripe.add_webhook_endpoint(f"{web}/webhooks/stripe", _SIGNING_SECRET)

"""Stripe as a payment provider: all that it can do, wired together."""

from collections.abc import Callable, Sequence
from typing import Final

import aiohttp
import stripe

from payments.domain.values.buyer_address import Conceal, take_no_address
from payments.infra.outbound import Outbound, Purpose
from payments.providers.customers import Customers
from payments.providers.errors import AccessRefused
from payments.providers.stripe.access import StripeAccess
from payments.providers.stripe.authorizations import StripeAuthorizations
from payments.providers.stripe.calls import Calls
from payments.providers.stripe.checkouts import StripeCheckouts
from payments.providers.stripe.dated_client import DatedClient
from payments.providers.stripe.event_listing import EventList
from payments.providers.stripe.events import StripeEvents
from payments.providers.stripe.inspection import Inspector
from payments.providers.stripe.listing import StripeListing
from payments.providers.stripe.object_listing import ObjectList
from payments.providers.stripe.reversals import StripeDisputes, StripeRefunds
from payments.providers.stripe.updates import API_VERSION
from payments.providers.stripe.webhook import StripeWebhook

CALLS_A_SECOND: Final = {True: 100, False: 25}
"""By live or test mode (Stripe, page "Rate limits"); another server has limits of its own."""


class StripeProvider:
    """Takes money by Stripe's hosted Checkout.

    Args:
        secret_key: A secret or restricted key; its prefix tells test from live mode.
        webhook_secrets: Signing secrets; any of them passes (rotation). Never empty.
        outbound: The policy for calls.
        api_url: Another server that speaks Stripe's API; Stripe's own if none.
        purpose: What calls are made for.
        refused: Called when Stripe refuses the key.
        conceal: Encrypts buyers' addresses.
        keeps_customers: Whether members become customers.
    """

    name = "stripe"
    title = "Stripe"
    capture = None  # what is paid on its page is captured by Stripe
    entitlements = None

    def __init__(
        self,
        *,
        secret_key: str,
        webhook_secrets: Sequence[str],
        outbound: Outbound,
        api_url: str | None = None,
        purpose: Purpose = Purpose.MEMBERS,
        refused: Callable[[AccessRefused], None] = lambda _: None,
        conceal: Conceal = take_no_address,
        keeps_customers: bool = False,
    ) -> None:
        if not webhook_secrets or not all(secret.strip() for secret in webhook_secrets):
            raise ValueError("a signing secret is missing")  # case 1
        self.livemode = secret_key.startswith(("sk_live_", "rk_live_"))
        limit = aiohttp.ClientTimeout(total=outbound.policy.timeout_seconds)
        self._inspector = Inspector(secret_key, api_url=api_url)
        self._http = DatedClient(timeout=limit)
        client = stripe.StripeClient(
            secret_key,
            stripe_version=API_VERSION,
            max_network_retries=0,  # only one layer retries: ours
            base_addresses={"api": api_url} if api_url else {},
            http_client=self._http,
        )
        if api_url is None:
            outbound.keep_pace(self.name, CALLS_A_SECOND[self.livemode])
        calls = Calls(outbound, purpose, refused)
        health = Calls(outbound, Purpose.HEALTH)
        self.checkouts = StripeCheckouts(calls, client, conceal)
        self.customers = _customers(outbound, purpose, client) if keeps_customers else None
        self.authorizations = StripeAuthorizations(calls, client, self.checkouts)
        self.refunds = StripeRefunds(calls, client)
        self.disputes = StripeDisputes(calls, client, has_dashboard=api_url is None)
        self.events = StripeEvents(
            calls,
            client,
            refunds=self.refunds,
            disputes=self.disputes,
            livemode=self.livemode,
            conceal=conceal,
        )
        self.webhook = StripeWebhook(
            tuple(webhook_secrets), livemode=self.livemode, conceal=conceal
        )
        self.listing = StripeListing(
            EventList(calls, client, self.events.read),
            ObjectList(calls, client, self.events.read, livemode=self.livemode),
        )
        self.access = StripeAccess(health, client, self._http, self._inspector)

    async def close(self) -> None:
        """Close the connections."""
        await self._inspector.close()
        await self._http.close_async()


def _customers(outbound: Outbound, purpose: Purpose, client: stripe.StripeClient) -> Customers:
    from payments.providers.stripe.customers import StripeCustomers  # noqa: PLC0415 - off by default

    return StripeCustomers(Calls(outbound, purpose), client)

"""PayPal as a payment provider: all that it can do, wired together."""

import time
from collections.abc import Callable, Sequence
from typing import Final

from payments.domain.values.buyer_address import Conceal, take_no_address
from payments.domain.values.time import Clock
from payments.infra.clock import system_clock
from payments.infra.outbound import Outbound, Purpose
from payments.providers.errors import AccessRefused
from payments.providers.paypal.access import PayPalAccess
from payments.providers.paypal.authorizations import PayPalAuthorizations
from payments.providers.paypal.calls import Calls
from payments.providers.paypal.certificates import CERTIFICATES, Certificates
from payments.providers.paypal.checkouts import PayPalCapture, PayPalCheckouts
from payments.providers.paypal.events import PayPalEvents
from payments.providers.paypal.listing import PayPalListing
from payments.providers.paypal.ownership import PAYPAL
from payments.providers.paypal.reversals import PayPalDisputes, PayPalRefunds
from payments.providers.paypal.settings import LIVE, SANDBOX, is_live
from payments.providers.paypal.tokens import Tokens
from payments.providers.paypal.webhook import PayPalWebhook
from payments.providers.paypal.wire import failure_of
from payments.providers.wire import Wire

CALLS_A_SECOND: Final = 20
"""PayPal publishes no limit (PayPal: Rate limiting); this is far below what shops report."""

CHECKS: Final = "paypal message checks"
CHECKS_A_SECOND: Final = 2
CERTIFICATES_A_SECOND: Final = 1
"""Messages that are not genuine may cause them: they take none of the calls of purchases."""


class PayPalProvider:
    """Takes money by PayPal's page.

    Args:
        client_id: Names the REST app.
        client_secret: Its secret.
        webhooks: The ids of the registration of our address; any of them passes. Never empty.
        outbound: The policy for calls.
        api_url: The address of the API; it tells test from live mode.
        purpose: What calls are made for.
        refused: Called when PayPal refuses the key.
        clock: Tells the time.
        conceal: Encrypts buyers' addresses.
        steady: A clock that never jumps, in seconds.
    """

    name = PAYPAL
    title = "PayPal"
    customers = None  # its ids of customers belong to saved ways to pay alone
    entitlements = None

    def __init__(
        self,
        *,
        client_id: str,
        client_secret: str,
        webhooks: Sequence[str],
        outbound: Outbound,
        api_url: str = LIVE,
        purpose: Purpose = Purpose.MEMBERS,
        refused: Callable[[AccessRefused], None] = lambda _: None,
        clock: Clock = system_clock,
        conceal: Conceal = take_no_address,
        steady: Callable[[], float] = time.monotonic,
    ) -> None:
        if not webhooks or not all(each.strip() for each in webhooks):
            raise ValueError("the id of the webhook is missing")
        self.livemode = is_live(api_url)
        if api_url in {LIVE, SANDBOX}:
            outbound.keep_pace(self.name, CALLS_A_SECOND)
            outbound.keep_pace(CHECKS, CHECKS_A_SECOND)
            outbound.keep_pace(CERTIFICATES, CERTIFICATES_A_SECOND)
        self._wire = Wire(api_url, seconds=outbound.policy.timeout_seconds, failure=failure_of)
        tokens = Tokens(self._wire, client_id, client_secret, steady=steady)
        calls = Calls(outbound, purpose, wire=self._wire, tokens=tokens, refused=refused)
        health = Calls(outbound, Purpose.HEALTH, wire=self._wire, tokens=tokens)
        checks = Calls(outbound, purpose, wire=self._wire, tokens=tokens, integration=CHECKS)
        self.checkouts = PayPalCheckouts(calls, conceal)
        self.capture = PayPalCapture(calls, self.checkouts)
        self.authorizations = PayPalAuthorizations(calls, self.checkouts)
        self.disputes = PayPalDisputes(calls, api_url=api_url)
        self.refunds = PayPalRefunds(calls, disputes=self.disputes)
        self.events = PayPalEvents(
            calls, refunds=self.refunds, disputes=self.disputes, clock=clock, conceal=conceal
        )
        self.webhook = PayPalWebhook(
            webhooks=tuple(webhooks),
            certificates=Certificates(api_url=api_url, outbound=outbound),
            calls=checks,
        )
        self.listing = PayPalListing(calls, self.disputes, self.events.read, clock=clock)
        self.access = PayPalAccess(health, lambda: self._wire.date)

    async def close(self) -> None:
        """Close the connections."""
        await self._wire.close()

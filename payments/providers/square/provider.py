"""Square as a payment provider: all that it can do, wired together."""

from collections.abc import Callable, Sequence
from typing import Final

from payments.domain.values.buyer_address import Conceal, take_no_address
from payments.domain.values.time import Clock
from payments.infra.clock import system_clock
from payments.infra.outbound import Outbound, Purpose
from payments.providers.errors import AccessRefused
from payments.providers.square.access import SquareAccess
from payments.providers.square.calls import Calls
from payments.providers.square.checkouts import SquareCheckouts
from payments.providers.square.errors import failure_of
from payments.providers.square.events import SquareEvents
from payments.providers.square.listing import SquareListing
from payments.providers.square.ownership import SQUARE
from payments.providers.square.reversals import SquareDisputes, SquareRefunds
from payments.providers.square.settings import LIVE, SANDBOX, is_live
from payments.providers.square.webhook import SquareWebhook
from payments.providers.wire import Wire

CALLS_A_SECOND: Final = 10
"""Square publishes no limit (Square: Rate limiting); this is far below what shops report."""


class SquareProvider:
    """Takes money by Square's page.

    Args:
        access_token: Of the application.
        location: Who sells.
        currency: What that location takes.
        address: Where Square sends its messages, as it is registered there.
        signature_keys: Of that registration; any of them passes. Never empty.
        outbound: The policy for calls.
        api_url: The address of the API; it tells test from live mode.
        has_events: Whether missed messages are asked for by the Events API.
        purpose: What calls are made for.
        refused: Called when Square refuses the token.
        clock: Tells the time.
        conceal: Encrypts buyers' addresses.
    """

    name = SQUARE
    title = "Square"
    capture = None
    customers = None
    authorizations = None
    entitlements = None

    def __init__(
        self,
        *,
        access_token: str,
        location: str,
        currency: str,
        address: str,
        signature_keys: Sequence[str],
        outbound: Outbound,
        api_url: str = LIVE,
        has_events: bool = False,
        purpose: Purpose = Purpose.MEMBERS,
        refused: Callable[[AccessRefused], None] = lambda _: None,
        clock: Clock = system_clock,
        conceal: Conceal = take_no_address,
    ) -> None:
        if not signature_keys or not all(each.strip() for each in signature_keys):
            raise ValueError("the signature key is missing")
        self.livemode = is_live(api_url)
        if api_url in {LIVE, SANDBOX}:
            outbound.keep_pace(self.name, CALLS_A_SECOND)
        self._wire = Wire(api_url, seconds=outbound.policy.timeout_seconds, failure=failure_of)
        calls = Calls(outbound, purpose, wire=self._wire, token=access_token, refused=refused)
        health = Calls(outbound, Purpose.HEALTH, wire=self._wire, token=access_token)
        self.checkouts = SquareCheckouts(
            calls, location=location, currency=currency, clock=clock, conceal=conceal
        )
        self.refunds = SquareRefunds(calls, self.checkouts)
        self.disputes = SquareDisputes(calls, api_url=api_url)
        self.events = SquareEvents(
            checkouts=self.checkouts, refunds=self.refunds, disputes=self.disputes
        )
        self.webhook = SquareWebhook(address=address, keys=tuple(signature_keys))
        self.listing = SquareListing(
            calls, self.events.read, location=location, has_events=has_events, clock=clock
        )
        self.access = SquareAccess(health, location, lambda: self._wire.date)

    async def close(self) -> None:
        """Close the connections."""
        await self._wire.close()

"""Events of Stripe: read, and completed by a look-up of what they are about."""

from dataclasses import replace
from typing import Any

import stripe

from payments.domain.values.buyer_address import Conceal, take_no_address
from payments.domain.values.references import ReferenceKind
from payments.providers.requests import ProviderEvent
from payments.providers.stripe.calls import Calls
from payments.providers.stripe.held_intents import CAPTURED, HOLD_EVENTS, WITH_INTENT
from payments.providers.stripe.ownership import id_of, kind_of, traces_of
from payments.providers.stripe.reversal_updates import (
    CHARGE_EVENTS,
    DISPUTE_EVENTS,
    FRAUD_EVENTS,
    REFUND_EVENTS,
    read_fraud_warning,
    read_refund,
)
from payments.providers.stripe.reversals import StripeDisputes, StripeRefunds, charge_of
from payments.providers.stripe.sessions import StripeReading, read_session
from payments.providers.stripe.updates import LOOKED_UP, read_event


class StripeEvents:
    """Reads events.

    Args:
        calls: Make the calls.
        client: Stripe's.
        refunds: Finds them.
        disputes: Finds them.
        livemode: Whether real money moves.
        conceal: Encrypts buyers' addresses.
    """

    def __init__(
        self,
        calls: Calls,
        client: stripe.StripeClient,
        *,
        refunds: StripeRefunds,
        disputes: StripeDisputes,
        livemode: bool,
        conceal: Conceal = take_no_address,
    ) -> None:
        self._calls = calls
        self._client = client
        self._refunds = refunds
        self._disputes = disputes
        self._livemode = livemode
        self._conceal = conceal

    def read(self, body: str) -> ProviderEvent:
        """Read a genuine event. Raises as the protocol says."""
        return read_event(body, livemode=self._livemode, looked_up=LOOKED_UP, conceal=self._conceal)

    async def look_up(self, event: ProviderEvent) -> ProviderEvent:
        """Fetch what an event is about, in our version of the API, as it is now."""
        if event.look_up is None:
            return event
        elsewhere = any(each.elsewhere for each in event.traces)
        kind = _kind_of(event.kind)
        found = tuple(
            reading.found(traces_of(each, kind, elsewhere=elsewhere))
            for each, reading in await self._fetch(event.kind, event.look_up)
            if kind is not None
        )
        nothing = None if found else "There is nothing of ours in it."
        return replace(event, look_up=None, found=found, ignored=nothing)

    async def _fetch(self, kind: str, wanted: str) -> list[tuple[dict[str, Any], StripeReading]]:
        """Fetch what an event of some kind is about, and read each object that comes of it."""
        v1 = self._client.v1
        if kind in REFUND_EVENTS:
            refund = await self._calls.make(
                lambda: v1.refunds.retrieve_async(wanted, {"expand": ["payment_intent"]}),
                about=wanted,
            )
            return [
                (refund, read_refund(refund, await charge_of(refund, self._calls, self._client)))
            ]
        if kind in CHARGE_EVENTS:
            listed = await self._refunds.found({"charge": wanted})
            return [
                (each, read_refund(each, await charge_of(each, self._calls, self._client)))
                for each in listed
            ]
        if kind in DISPUTE_EVENTS:
            return [await self._disputes.read(wanted)]
        if kind in FRAUD_EVENTS:
            expand = ["payment_intent", "charge.payment_intent"]
            warning = await self._calls.make(
                lambda: v1.radar.early_fraud_warnings.retrieve_async(wanted, {"expand": expand}),
                about=wanted,
            )
            return [(warning, read_fraud_warning(warning))]
        if kind in HOLD_EVENTS:
            return await self._held(kind, wanted)
        session = await self._calls.make(
            lambda: v1.checkout.sessions.retrieve_async(wanted, {"expand": list(WITH_INTENT)}),
            about=wanted,
        )
        return [(session, read_session(session, event_type=kind, conceal=self._conceal))]

    async def _held(self, kind: str, wanted: str) -> list[tuple[dict[str, Any], StripeReading]]:
        """The session of an intent, or of a charge, whose money was set aside."""
        v1, intent = self._client.v1, wanted
        if kind == CAPTURED:
            charge = await self._calls.make(lambda: v1.charges.retrieve_async(wanted), about=wanted)
            intent = id_of(charge.get("payment_intent")) or ""
        listed = await self._calls.make(
            lambda: v1.checkout.sessions.list_async(
                {"payment_intent": intent, "expand": [f"data.{each}" for each in WITH_INTENT]}
            ),
            about=wanted,
        )
        found = listed.get("data")
        sessions = [each for each in found if isinstance(each, dict)] if found else []
        return [(each, read_session(each, conceal=self._conceal)) for each in sessions]


def _kind_of(event_kind: str) -> ReferenceKind | None:
    """What is fetched for an event: of those about held money, the session."""
    if event_kind in CHARGE_EVENTS:
        return ReferenceKind.REFUND
    return ReferenceKind.CHECKOUT if event_kind in HOLD_EVENTS else kind_of(event_kind)

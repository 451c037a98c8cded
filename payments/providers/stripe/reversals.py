"""Stripe's Refunds and Disputes: made, and found as they are now."""

import json
from collections.abc import Collection, Sequence
from typing import Any, Final, cast
from urllib.parse import quote

import stripe

from payments.domain.values.money import Money
from payments.domain.values.provider_updates import DisputeUpdate, RefundUpdate
from payments.providers.errors import AccessRefused, ProviderRefused, ProviderUnavailable
from payments.providers.requests import RefundRequest
from payments.providers.stripe.calls import Calls
from payments.providers.stripe.currencies import check_refund
from payments.providers.stripe.ownership import INSTALLATION, PAYMENT, REFUND
from payments.providers.stripe.reversal_updates import (
    FRAUDULENT,
    charge_to_measure,
    read_dispute,
    read_fee,
    read_refund,
)
from payments.providers.stripe.sessions import StripeReading

DASHBOARD: Final = "https://dashboard.stripe.com"


async def charge_of(
    found: dict[str, Any], calls: Calls, client: stripe.StripeClient
) -> dict[str, Any] | None:
    """The charge behind a refund or dispute, if that is in another currency (case 56)."""
    wanted = charge_to_measure(found)
    if wanted is None:
        return None
    charges = client.v1.charges
    whole: stripe.params.ChargeRetrieveParams = {"expand": ["balance_transaction"]}
    try:
        return await calls.make(lambda: charges.retrieve_async(wanted, whole), about=wanted)
    except AccessRefused:  # the key may not read the balance: the charge alone must do
        return await calls.make(lambda: charges.retrieve_async(wanted), about=wanted)


class StripeRefunds:
    """Makes and finds Refunds.

    Args:
        calls: Make the calls.
        client: Stripe's.
    """

    parts = None  # any part of a payment can go back

    def __init__(self, calls: Calls, client: stripe.StripeClient) -> None:
        self._calls = calls
        self._client = client

    def check_amount(self, amount: Money) -> None:
        """Refuse an amount that Stripe never gives back."""
        check_refund(amount)

    def request(self, request: RefundRequest) -> str:
        """The parameters of the Refund, as JSON in a fixed order of keys."""
        params = {
            "payment_intent": request.intent,
            "amount": request.amount.minor,
            "reason": FRAUDULENT if request.fraudulent else "requested_by_customer",
            "metadata": {
                PAYMENT: request.payment,
                INSTALLATION: request.installation,
                REFUND: request.refund,
            },
            "expand": ["payment_intent"],
        }
        return json.dumps(params, sort_keys=True)

    async def make(self, request: str, *, idempotency_key: str) -> RefundUpdate:
        """Create the Refund. Raises as the protocol says."""
        refund = await self._calls.make(
            lambda: self._client.v1.refunds.create_async(
                json.loads(request), {"idempotency_key": idempotency_key}
            ),
            about=idempotency_key,
        )
        return (await self._updates([refund]))[0]

    async def of_payment(self, intent: str, pending: Collection[str]) -> list[RefundUpdate]:
        """All Refunds of a Payment Intent. Raises as the protocol says."""
        del pending  # they are all in Stripe's list
        found = await self.found({"payment_intent": intent})
        return await self._updates(found)

    async def fee_of(self, intent: str) -> Money | None:
        """Stripe's fee, if it was paid in the payment's currency. Raises as the protocol says."""
        found = await self._calls.make(
            lambda: self._client.v1.payment_intents.retrieve_async(
                intent, {"expand": ["latest_charge.balance_transaction"]}
            ),
            about=intent,
        )
        return read_fee(found)

    async def found(self, of: dict[str, str]) -> list[dict[str, Any]]:
        """All Refunds of a charge or intent, with their Payment Intent."""
        refunds = self._client.v1.refunds
        return await self._calls.make_all(
            lambda params: refunds.list_async(cast("stripe.params.RefundListParams", params)),
            {**of, "expand": ["data.payment_intent"]},
            about=":".join(of.values()),
        )

    async def _updates(self, found: Sequence[dict[str, Any]]) -> list[RefundUpdate]:
        """What refunds tell; one that tells nothing of use is as good as not found."""
        updates: list[RefundUpdate] = []
        for each in found:
            reading = read_refund(each, await charge_of(each, self._calls, self._client))
            if not isinstance(reading.update, RefundUpdate):
                raise ProviderUnavailable(f"Stripe: {reading.wrong}")
            updates.append(reading.update)
        return updates


class StripeDisputes:
    """Finds Disputes.

    Args:
        calls: Make the calls.
        client: Stripe's.
        has_dashboard: Whether it is Stripe's own server, with its dashboard.
    """

    def __init__(
        self, calls: Calls, client: stripe.StripeClient, *, has_dashboard: bool = True
    ) -> None:
        self._calls = calls
        self._client = client
        self._has_dashboard = has_dashboard

    def page(self, dispute: str, *, livemode: bool) -> str | None:
        """A Dispute in Stripe's dashboard; another server in its place has none."""
        if not self._has_dashboard:
            return None
        return f"{DASHBOARD}/{'' if livemode else 'test/'}disputes/{quote(dispute, safe='')}"

    async def retrieve(self, dispute: str) -> DisputeUpdate:
        """Look a Dispute up. Raises as the protocol says."""
        _, reading = await self.read(dispute)
        if not isinstance(reading.update, DisputeUpdate):
            raise ProviderRefused(f"Stripe: {reading.wrong}")
        return reading.update

    async def read(self, wanted: str) -> tuple[dict[str, Any], StripeReading]:
        """Fetch one, and read it. Raises as `make`."""
        expand = ["payment_intent", "charge.payment_intent"]
        dispute = await self._calls.make(
            lambda: self._client.v1.disputes.retrieve_async(wanted, {"expand": expand}),
            about=wanted,
        )
        return dispute, read_dispute(dispute, await charge_of(dispute, self._calls, self._client))

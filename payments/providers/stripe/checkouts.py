"""Stripe's hosted Checkout: a page on which a member pays."""

import json
from typing import Any

import stripe

from payments.domain.values.buyer_address import Conceal, take_no_address
from payments.domain.values.money import Money
from payments.domain.values.provider_updates import CheckoutUpdate
from payments.domain.values.time import to_seconds
from payments.providers.errors import ProviderRefused
from payments.providers.requests import CheckoutRequest, OpenedCheckout
from payments.providers.stripe.calls import Calls
from payments.providers.stripe.currencies import check_currency, check_price
from payments.providers.stripe.held_intents import WITH_INTENT
from payments.providers.stripe.ownership import (
    CAPTURE,
    GUILD,
    INSTALLATION,
    MANUAL,
    MEMBER,
    PACKAGE,
    PAYMENT,
)
from payments.providers.stripe.sessions import read_session


class StripeCheckouts:
    """Opens, finds and expires Checkout Sessions.

    Args:
        calls: Make the calls.
        client: Stripe's.
        conceal: Encrypts buyers' addresses.
    """

    computes_tax = True
    """By `automatic_tax`, from the place that the buyer tells on its page."""

    def __init__(
        self, calls: Calls, client: stripe.StripeClient, conceal: Conceal = take_no_address
    ) -> None:
        self._conceal = conceal
        self._calls = calls
        self._client = client

    def tax_step(self, code: str) -> int:
        """All minor units can be charged."""
        del code
        return 1

    def check_currency(self, code: str) -> None:
        """Refuse a currency in which Stripe charges nothing."""
        check_currency(code)

    def check_price(self, price: Money) -> None:
        """Refuse a price that Stripe never charges."""
        check_price(price)

    def request(self, request: CheckoutRequest) -> str:
        """The parameters of the Checkout Session, as JSON in a fixed order of keys."""
        metadata = {
            PAYMENT: request.payment,
            INSTALLATION: request.installation,
            GUILD: str(request.guild),
            MEMBER: str(request.member),
            PACKAGE: request.package,
        }
        product: dict[str, str] = {"name": request.description}
        price: dict[str, object] = {
            "currency": request.price.currency.lower(),
            "unit_amount": request.price.minor,
            "product_data": product,
        }
        item = {"quantity": 1, "price_data": price}
        intent: dict[str, Any] = {"metadata": metadata}
        if request.authorizes:
            metadata[CAPTURE] = MANUAL
            intent["capture_method"] = MANUAL
        params = {
            "mode": "payment",
            "client_reference_id": request.payment,
            "line_items": [item],
            "metadata": metadata,
            "payment_intent_data": intent,
            "expires_at": to_seconds(request.expires_at),
            "success_url": request.success_url,
            "cancel_url": request.cancel_url,
        }
        if request.customer is not None:
            params["customer"] = request.customer
        if request.tax is not None:
            product["tax_code"] = request.tax.rule.code
            price["tax_behavior"] = request.tax.rule.behavior
            params["automatic_tax"] = {"enabled": True}
        return json.dumps(params, sort_keys=True)

    async def open(self, request: str, *, idempotency_key: str) -> OpenedCheckout:
        """Create the Checkout Session. Raises as the protocol says."""
        session = await self._calls.make(
            lambda: self._client.v1.checkout.sessions.create_async(
                json.loads(request), {"idempotency_key": idempotency_key}
            )
        )
        return _opened(session, self._conceal)

    async def retrieve(self, session: str) -> OpenedCheckout:
        """Look a Checkout Session up. Raises as the protocol says."""
        found = await self._calls.make(
            lambda: self._client.v1.checkout.sessions.retrieve_async(
                session, {"expand": list(WITH_INTENT)}
            ),
            about=session,
        )
        return _opened(found, self._conceal)

    async def expire(self, session: str, *, page: str = "", idempotency_key: str) -> CheckoutUpdate:
        """Expire an open Checkout Session. Raises as the protocol says."""
        del page
        expired = await self._calls.make(
            lambda: self._client.v1.checkout.sessions.expire_async(
                session, options={"idempotency_key": idempotency_key}
            ),
            about=session,
        )
        return _opened(expired, self._conceal).update


def _opened(session: dict[str, Any], conceal: Conceal) -> OpenedCheckout:
    reading = read_session(session, conceal=conceal)
    if not isinstance(reading.update, CheckoutUpdate):
        raise ProviderRefused(f"Stripe: {reading.wrong or reading.ignored}")
    return OpenedCheckout(url=session.get("url") or "", update=reading.update)

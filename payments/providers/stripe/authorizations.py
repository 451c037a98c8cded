"""Money that Stripe sets aside on a card, to be taken or let go of later (Stripe: Place a hold)."""

import json

import stripe

from payments.domain.values.ids import PaymentId
from payments.domain.values.provider_updates import CheckoutUpdate
from payments.providers.errors import ProviderRefused
from payments.providers.stripe.calls import Calls
from payments.providers.stripe.checkouts import StripeCheckouts


class StripeAuthorizations:
    """Takes what was set aside, or lets go of it.

    Args:
        calls: Make the calls.
        client: Stripe's.
        checkouts: Tell how a session stands.
    """

    def __init__(
        self, calls: Calls, client: stripe.StripeClient, checkouts: StripeCheckouts
    ) -> None:
        self._calls = calls
        self._client = client
        self._checkouts = checkouts

    def request(self, payment: PaymentId) -> str:
        """All of it is taken, tax included: nothing is to be said."""
        del payment
        return "{}"

    async def authorize(
        self, session: str, request: str, *, idempotency_key: str
    ) -> CheckoutUpdate:
        """Never asked for: Stripe sets the money aside when the buyer pays."""
        del request, idempotency_key
        raise ProviderRefused(f"Stripe: {session} needs no approval of ours.")

    async def collect(
        self, session: str, authorization: str, request: str, *, idempotency_key: str
    ) -> CheckoutUpdate:
        """Capture the payment intent. Raises as the protocol says."""
        await self._calls.make(
            lambda: self._client.v1.payment_intents.capture_async(
                authorization, json.loads(request), {"idempotency_key": idempotency_key}
            ),
            about=authorization,
        )
        return await self.retrieve(session, authorization)

    async def void(
        self, session: str, authorization: str, *, idempotency_key: str
    ) -> CheckoutUpdate:
        """Cancel the payment intent. Raises as the protocol says."""
        await self._calls.make(
            lambda: self._client.v1.payment_intents.cancel_async(
                authorization, options={"idempotency_key": idempotency_key}
            ),
            about=authorization,
        )
        return await self.retrieve(session, authorization)

    async def retrieve(self, session: str, authorization: str) -> CheckoutUpdate:
        """Look the session up, which comes with its intent. Raises as the protocol says."""
        del authorization
        return (await self._checkouts.retrieve(session)).update

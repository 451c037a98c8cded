"""Money that PayPal sets aside: authorized, captured later, or voided (Payments v2)."""

import json
from typing import Final

from payments.domain.values.ids import PaymentId
from payments.domain.values.provider_updates import CheckoutStatus, CheckoutUpdate
from payments.providers.errors import ProviderRefused, ProviderUnavailable
from payments.providers.paypal.authorization_updates import read_authorization
from payments.providers.paypal.calls import Calls
from payments.providers.paypal.checkouts import ORDERS, PayPalCheckouts, opened_order

AUTHORIZATIONS: Final = "/v2/payments/authorizations"

DONE: Final = frozenset(
    {
        "ORDER_ALREADY_AUTHORIZED",
        "AUTHORIZATION_ALREADY_CAPTURED",
        "AUTHORIZATION_VOIDED",
        "PREVIOUSLY_VOIDED",
        "PREVIOUSLY_CAPTURED",
    }
)
"""It was decided before, one way or the other: the order tells how."""


class PayPalAuthorizations:
    """Sets money of approved orders aside, and takes it or lets go of it.

    Args:
        calls: Make the calls.
        checkouts: Find orders.
    """

    def __init__(self, calls: Calls, checkouts: PayPalCheckouts) -> None:
        self._calls = calls
        self._checkouts = checkouts

    def request(self, payment: PaymentId) -> str:
        """All of it is taken, once. Its invoice is that of the authorization."""
        del payment
        return json.dumps({"final_capture": True})

    async def authorize(
        self, session: str, request: str, *, idempotency_key: str
    ) -> CheckoutUpdate:
        """Authorize an order. Raises as the protocol says."""
        body = json.loads(request)["body"]
        path = f"{ORDERS}/{session}/authorize"
        try:
            order = await self._calls.post(path, body, request_id=idempotency_key, about=session)
        except ProviderRefused as error:
            if error.code not in DONE:
                raise
            return (await self._checkouts.retrieve(session)).update
        return opened_order(order, self._checkouts.conceal).update

    async def collect(
        self, session: str, authorization: str, request: str, *, idempotency_key: str
    ) -> CheckoutUpdate:
        """Capture an authorization. Raises as the protocol says."""
        path = f"{AUTHORIZATIONS}/{authorization}/capture"
        await self._done(path, request, idempotency_key, authorization)
        return await self.retrieve(session, authorization)

    async def void(
        self, session: str, authorization: str, *, idempotency_key: str
    ) -> CheckoutUpdate:
        """Void an authorization. Raises as the protocol says."""
        path = f"{AUTHORIZATIONS}/{authorization}/void"
        await self._done(path, "{}", idempotency_key, authorization)
        return await self.retrieve(session, authorization)

    async def _done(self, path: str, body: str, request_id: str, about: str) -> None:
        """Have it done; what was decided before is no refusal."""
        try:
            await self._calls.post(path, body, request_id=request_id, about=about)
        except ProviderRefused as error:
            if error.code not in DONE:
                raise

    async def retrieve(self, session: str, authorization: str) -> CheckoutUpdate:
        """Look the order up, or the authorization alone if that is gone. Raises as `void`."""
        update = (await self._checkouts.retrieve(session)).update
        if update.status is not CheckoutStatus.EXPIRED:
            return update
        path = f"{AUTHORIZATIONS}/{authorization}"
        reading = read_authorization(await self._calls.get(path, about=authorization))
        if not isinstance(reading.update, CheckoutUpdate):
            words = f"PayPal: {reading.wrong or reading.ignored}"
            raise ProviderUnavailable(words, answered=True)
        return reading.update

"""Square's refunds and disputes: made, and found as they are now."""

import json
from collections.abc import Collection
from hashlib import sha256
from typing import Any, Final

from payments.domain.values.money import Money
from payments.domain.values.provider_updates import DisputeUpdate, RefundUpdate
from payments.providers.errors import ProviderUnavailable
from payments.providers.reading import Reading
from payments.providers.requests import RefundRequest
from payments.providers.square.amounts import written
from payments.providers.square.calls import Calls, object_in
from payments.providers.square.checkouts import SquareCheckouts
from payments.providers.square.dispute_updates import read_dispute
from payments.providers.square.ownership import id_of, written_reason
from payments.providers.square.refund_updates import read_refund
from payments.providers.square.shapes import PaidFee

REFUNDS: Final = "/v2/refunds"
DISPUTES: Final = "/v2/disputes"

KEY: Final = 45
"""The most characters of a refund's idempotency key (schema `RefundPaymentRequest`)."""

DASHBOARDS: Final = {
    "https://connect.squareup.com": "https://app.squareup.com/dashboard/disputes",
    "https://connect.squareupsandbox.com": "https://app.squareupsandbox.com/dashboard/disputes",
}
"""Where people answer disputes, by the address of the API."""


class SquareRefunds:
    """Makes and finds refunds.

    Args:
        calls: Make the calls.
        checkouts: Find payments.
    """

    parts = None  # any part of a payment can go back

    def __init__(self, calls: Calls, checkouts: SquareCheckouts) -> None:
        self._calls = calls
        self._checkouts = checkouts

    def check_amount(self, amount: Money) -> None:
        """Any amount of what was paid can go back."""

    def request(self, request: RefundRequest) -> str:
        """The refund, as JSON in a fixed order of keys."""
        refund = {
            "payment_id": request.intent,
            "amount_money": written(request.amount),
            "reason": written_reason(request.refund),
        }
        return json.dumps(refund, sort_keys=True)

    async def make(self, request: str, *, idempotency_key: str) -> RefundUpdate:
        """Make the refund. Raises as the protocol says."""
        asked = {**json.loads(request), "idempotency_key": short_key(idempotency_key)}
        answer = await self._calls.post(REFUNDS, asked, about=idempotency_key)
        reading = read_refund(object_in(answer, "refund"), payment=asked["payment_id"])
        return _refund_of(reading)

    async def of_payment(self, intent: str, pending: Collection[str]) -> list[RefundUpdate]:
        """All that the payment lists, whoever asked for them; and those on their way.

        Raises as the protocol says.
        """
        listed = (await self._checkouts.payment(intent)).get("refund_ids")
        ids = [id_of(each) for each in listed] if isinstance(listed, list) else []
        wanted = dict.fromkeys([*(each for each in ids if each is not None), *pending])
        return [_refund_of(read_refund(await self.fetch(each), payment=intent)) for each in wanted]

    async def fetch(self, refund: str) -> dict[str, Any]:
        """One as it is now. Raises as `Calls.make`."""
        return object_in(await self._calls.get(f"{REFUNDS}/{refund}", about=refund), "refund")

    async def fee_of(self, intent: str) -> Money | None:
        """Square's fee; None until it is booked. Raises as the protocol says."""
        return read_fee(await self._checkouts.payment(intent))


class SquareDisputes:
    """Finds disputes.

    Args:
        calls: Make the calls.
        api_url: The address of the API.
    """

    def __init__(self, calls: Calls, *, api_url: str) -> None:
        self._calls = calls
        self._page = DASHBOARDS.get(api_url)

    def page(self, dispute: str, *, livemode: bool) -> str | None:
        """Square's list of disputes; another server in its place has none."""
        del dispute, livemode  # it lists all disputes of the account that is logged in
        return self._page

    async def retrieve(self, dispute: str) -> DisputeUpdate:
        """Look a dispute up. Raises as the protocol says."""
        reading = read_dispute(await self.fetch(dispute))
        if not isinstance(reading.update, DisputeUpdate):
            raise ProviderUnavailable(f"Square: {reading.wrong}", answered=True)
        return reading.update

    async def fetch(self, dispute: str) -> dict[str, Any]:
        """One as it is now. Raises as `Calls.make`."""
        return object_in(await self._calls.get(f"{DISPUTES}/{dispute}", about=dispute), "dispute")


def short_key(key: str) -> str:
    """A key of ours as Square takes it: the same one always for the same, however long it is."""
    return key if len(key) <= KEY else sha256(key.encode()).hexdigest()[:KEY]


def read_fee(payment: dict[str, Any]) -> Money | None:
    """Square's fee of a payment; None if it is not there yet, or in another currency."""
    try:
        paid = PaidFee.model_validate(payment)
    except ValueError:
        return None
    fees = [each.amount_money for each in paid.processing_fee]
    currency = paid.amount_money.currency
    fee = sum(each.amount for each in fees)
    if fee < 0 or any(each.currency != currency for each in fees):
        return None
    return Money(minor=fee, currency=currency)


def _refund_of(reading: Reading) -> RefundUpdate:
    if not isinstance(reading.update, RefundUpdate):
        raise ProviderUnavailable(f"Square: {reading.wrong}", answered=True)
    return reading.update

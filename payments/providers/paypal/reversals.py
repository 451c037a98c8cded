"""PayPal's refunds and disputes: made, and found as they are now."""

import json
import re
from collections.abc import Collection
from typing import Any, Final
from urllib.parse import urlencode

from payments.domain.values.money import Money
from payments.domain.values.provider_updates import DisputeUpdate, RefundStatus, RefundUpdate
from payments.domain.values.time import Instant
from payments.providers.errors import ProviderRefused, ProviderUnavailable
from payments.providers.paypal.amounts import check_refund, written
from payments.providers.paypal.calls import Calls
from payments.providers.paypal.checkouts import ORDERS
from payments.providers.paypal.dispute_updates import read_dispute, taken_by
from payments.providers.paypal.order_updates import read_fee
from payments.providers.paypal.ownership import Custom, custom_of, id_of, order_of
from payments.providers.paypal.refund_updates import read_refund
from payments.providers.protocol import Refusal
from payments.providers.reading import Reading, written_time
from payments.providers.requests import RefundRequest

CAPTURES: Final = "/v2/payments/captures"
REFUNDS: Final = "/v2/payments/refunds"
DISPUTES: Final = "/v1/customer/disputes"

RESOLUTION: Final = {
    "https://api-m.paypal.com": "https://www.paypal.com/resolutioncenter",
    "https://api-m.sandbox.paypal.com": "https://www.sandbox.paypal.com/resolutioncenter",
}
"""Where people answer cases, by the address of the API."""

PAGES: Final = 100
"""More pages of one list are not read: something must be wrong with it."""


class PayPalRefunds:
    """Makes and finds refunds.

    Args:
        calls: Make the calls.
        disputes: Finds them.
    """

    parts = None  # any part of a payment can go back

    def __init__(self, calls: Calls, *, disputes: "PayPalDisputes") -> None:
        self._calls = calls
        self._disputes = disputes

    def check_amount(self, amount: Money) -> None:
        """Refuse an amount that PayPal never gives back."""
        check_refund(amount)

    def request(self, request: RefundRequest) -> str:
        """The capture, and the refund of it, as JSON in a fixed order of keys."""
        custom = Custom(
            payment=request.payment, installation=request.installation, refund=request.refund
        )
        refund = {"amount": written(request.amount), "custom_id": str(custom)}
        return json.dumps({"capture": request.intent, "refund": refund}, sort_keys=True)

    async def make(self, request: str, *, idempotency_key: str) -> RefundUpdate:
        """Make the refund. Raises as the protocol says."""
        asked = json.loads(request)
        capture = asked["capture"]
        refund = await self._calls.post(
            f"{CAPTURES}/{capture}/refund",
            json.dumps(asked["refund"], sort_keys=True),
            request_id=idempotency_key,
            about=idempotency_key,
        )
        return _update_of(read_refund(refund, capture=capture))

    async def of_payment(self, intent: str, pending: Collection[str]) -> list[RefundUpdate]:
        """Those that the order lists as ours, and those that are known to be on their way.

        What was made at PayPal's own side is reported; PayPal's list does not tell it from what
        PayPal took back itself. Of that, a part may be counted with a dispute: where one has taken
        money, only messages tell how much counts, and here only that it failed. Raises as the
        protocol says.
        """
        listed = [each for each in await self._listed(intent) if _is_asked_for_here(each)]
        known = {each.get("id") for each in listed}
        fetched = [await self.fetch(each) for each in pending if each not in known]
        ours = [*listed, *(each for each in fetched if _is_asked_for_here(each))]
        others = [each for each in fetched if not _is_asked_for_here(each)]
        updates = [_update_of(read_refund(each, capture=intent)) for each in others]
        if updates and await self._is_taken_from(intent):
            updates = [each for each in updates if each.status is RefundStatus.FAILED]
        return [*(_update_of(read_refund(each, capture=intent)) for each in ours), *updates]

    async def _is_taken_from(self, capture: str) -> bool:
        """Whether a dispute has taken money of a capture."""
        found = await self._disputes.of_capture(capture)
        return any(taken_by(each) is not None for each in found)

    async def fetch(self, refund: str) -> dict[str, Any]:
        """One as it is now. Raises as `Calls.make`."""
        return await self._calls.get(f"{REFUNDS}/{refund}", about=refund)

    async def fee_of(self, intent: str) -> Money | None:
        """PayPal's fee. Raises as the protocol says."""
        return read_fee(await self.capture(intent))

    async def capture(self, capture: str) -> dict[str, Any]:
        """A capture as it is now. Raises as `Calls.make`."""
        return await self._calls.get(f"{CAPTURES}/{capture}", about=capture)

    async def _listed(self, capture: str) -> list[dict[str, Any]]:
        """The refunds in a capture's order; none if that is gone."""
        order = order_of(await self.capture(capture))
        if order is None:
            return []
        try:
            found = await self._calls.get(f"{ORDERS}/{order}", about=order)
        except ProviderRefused as error:
            if error.why is Refusal.UNKNOWN_OBJECT:
                return []
            raise
        return refunds_in(found)


class PayPalDisputes:
    """Finds disputes.

    Args:
        calls: Make the calls.
        api_url: The address of the API.
    """

    def __init__(self, calls: Calls, *, api_url: str) -> None:
        self._calls = calls
        self._page = RESOLUTION.get(api_url)

    def page(self, dispute: str, *, livemode: bool) -> str | None:
        """PayPal's Resolution Center; another server in its place has none."""
        del dispute, livemode  # it lists all cases of the account that is logged in
        return self._page

    async def retrieve(self, dispute: str) -> DisputeUpdate:
        """Look a dispute up. Raises as the protocol says."""
        reading = read_dispute(await self.fetch(dispute))
        if not isinstance(reading.update, DisputeUpdate):
            raise ProviderUnavailable(f"PayPal: {reading.wrong}", answered=True)
        return reading.update

    async def fetch(self, dispute: str) -> dict[str, Any]:
        """One as it is now. Raises as `Calls.make`."""
        return await self._calls.get(f"{DISPUTES}/{dispute}", about=dispute)

    async def of_capture(self, capture: str) -> list[dict[str, Any]]:
        """All disputes of a capture, as they are now. Raises as `Calls.make`."""
        listed = await self._all({"disputed_transaction_id": capture}, about=capture)
        return [await self.fetch(each) for each in listed]

    async def updated_since(self, since: Instant) -> list[str]:
        """The ids of those that have changed since then. Raises as `Calls.make`."""
        return await self._all({"update_time_after": written_time(since)})

    async def _all(self, query: dict[str, str], *, about: str | None = None) -> list[str]:
        found: list[str] = []
        path = f"{DISPUTES}?{urlencode({**query, 'page_size': '50'})}"
        for _ in range(PAGES):
            page = await self._calls.get(path, about=about)
            items = page.get("items", [])
            ids = [id_of(each.get("dispute_id")) for each in items if isinstance(each, dict)]
            found += [each for each in ids if each is not None]
            following = next_page(page, DISPUTES)
            if following is None:
                return found
            path = following
        raise ProviderUnavailable("PayPal: its list of disputes does not end.", answered=True)


def next_page(page: dict[str, Any], path: str) -> str | None:
    """Where a list goes on, below the server's address; None if it does not.

    PayPal's reference writes the address with a slash before its query, and without.

    Raises:
        ProviderUnavailable: It goes on at an address that is not the list's.
    """
    links = page.get("links")
    for each in links if isinstance(links, list) else []:
        if isinstance(each, dict) and each.get("rel") == "next":
            found = re.search(rf"{re.escape(path)}/?\?(?P<query>.*)", str(each.get("href")))
            if found is None:
                words = f"PayPal: its list at {path} goes on where nothing is known."
                raise ProviderUnavailable(words, answered=True)
            return f"{path}?{found['query']}"
    return None


def refunds_in(order: dict[str, Any]) -> list[dict[str, Any]]:
    """The refunds that an order lists."""
    units = order.get("purchase_units")
    found: list[dict[str, Any]] = []
    for unit in units if isinstance(units, list) else []:
        payments = unit.get("payments") if isinstance(unit, dict) else None
        listed = payments.get("refunds") if isinstance(payments, dict) else None
        found += [each for each in listed or [] if isinstance(each, dict)]
    return found


def _is_asked_for_here(refund: dict[str, Any]) -> bool:
    custom = custom_of(refund.get("custom_id"))
    return custom is not None and custom.refund is not None


def _update_of(reading: Reading) -> RefundUpdate:
    if not isinstance(reading.update, RefundUpdate):
        raise ProviderUnavailable(f"PayPal: {reading.wrong}", answered=True)
    return reading.update

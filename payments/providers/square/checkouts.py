"""Square's payment links: a page on which a member pays one order."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import urldefrag

from pydantic import ValidationError

from payments.domain.values.buyer_address import Conceal, take_no_address
from payments.domain.values.money import Money
from payments.domain.values.provider_updates import CheckoutStatus, CheckoutUpdate, MoneyStatus
from payments.domain.values.time import Clock
from payments.providers.errors import ProviderRefused, ProviderUnavailable
from payments.providers.protocol import Refusal
from payments.providers.reading import Reading, with_buyer
from payments.providers.requests import CheckoutRequest, OpenedCheckout
from payments.providers.square.amounts import check_currency, check_price, written
from payments.providers.square.calls import Calls, object_in, objects_in
from payments.providers.square.order_updates import buyer_of, read_order, tenders_of
from payments.providers.square.ownership import id_of, metadata_of
from payments.providers.square.shapes import Link

LINKS: Final = "/v2/online-checkout/payment-links"
ORDERS: Final = "/v2/orders"
PAYMENTS: Final = "/v2/payments"

NAME: Final = 512
"""The most characters of a line item's name (schema `OrderLineItem`)."""


class SquareCheckouts:
    """Opens payment links, finds their orders, and closes them.

    Args:
        calls: Make the calls.
        location: Who sells.
        currency: What that location takes.
        clock: Tells the time.
        conceal: Encrypts buyers' addresses.
    """

    computes_tax = False
    """Square knows only rates of its seller's own, not of the buyer's place."""

    def __init__(
        self,
        calls: Calls,
        *,
        location: str,
        currency: str,
        clock: Clock,
        conceal: Conceal = take_no_address,
    ) -> None:
        self._calls = calls
        self._conceal = conceal
        self._location = location
        self._currency = currency
        self._clock = clock

    def tax_step(self, code: str) -> int:
        """All minor units can be charged."""
        del code
        return 1

    def check_currency(self, code: str) -> None:
        """Refuse a currency that is not the location's own."""
        check_currency(code, self._currency)

    def check_price(self, price: Money) -> None:
        """Refuse a price that Square never charges."""
        check_price(price, self._currency)

    def request(self, request: CheckoutRequest) -> str:
        """The link with its order, as JSON in a fixed order of keys."""
        line = {
            "name": _cut(request.description),
            "quantity": "1",
            "base_price_money": written(request.price),
        }
        link = {
            "order": {
                "location_id": self._location,
                "reference_id": request.payment,
                "line_items": [line, *_tax_line(request)],
                "metadata": metadata_of(request),
            },
            "checkout_options": {
                "allow_tipping": False,
                "redirect_url": request.success_url,
                "enable_coupon": False,
                "enable_loyalty": False,
            },
        }
        return json.dumps(link, sort_keys=True)

    async def open(self, request: str, *, idempotency_key: str) -> OpenedCheckout:
        """Make the link. Raises as the protocol says.

        The link's own id stands behind the `#` of its address: only with it can it be closed.
        """
        asked = {**json.loads(request), "idempotency_key": idempotency_key}
        answer = await self._calls.post(LINKS, asked)
        try:
            link = Link.model_validate(object_in(answer, "payment_link"))
        except ValidationError as error:
            words = "Square: the payment link that it made makes no sense."
            raise ProviderUnavailable(words, answered=True) from error
        related = objects_in(object_in(answer, "related_resources"), "orders")
        order = next((each for each in related if each.get("id") == link.order_id), None)
        update = await self._update_of(link.order_id, order=order)
        return OpenedCheckout(url=f"{link.url}#{link.id}", update=update)

    async def retrieve(self, session: str) -> OpenedCheckout:
        """Look an order up, with its payments. Raises as the protocol says."""
        return OpenedCheckout(url="", update=await self._update_of(session))

    async def expire(self, session: str, *, page: str = "", idempotency_key: str) -> CheckoutUpdate:
        """Delete the link, which cancels its order, unless that was paid meanwhile.

        Raises as the protocol says.
        """
        del idempotency_key  # what is deleted stays so
        order = await self.order(session)
        payments = [await self.payment(each) for each in tenders_of(order)]
        if any(each.get("status") == "APPROVED" for each in payments):
            raise ProviderUnavailable("Square: it is being paid just now.", answered=True)
        update = _checkout_of(await self.read(order, payments))
        if update.money in {MoneyStatus.PAID, MoneyStatus.PROCESSING}:
            return update  # deleting the link must not cancel what was paid
        link = id_of(urldefrag(page).fragment) or await self._link_of(session)
        if link is None and update.status is CheckoutStatus.OPEN:
            raise ProviderRefused("Square: there is no payment link of this order in its list.")
        if link is None:  # an earlier try has deleted it
            return update
        try:
            await self._calls.make("DELETE", f"{LINKS}/{link}", about=session)
        except ProviderRefused as error:
            if error.why is not Refusal.UNKNOWN_OBJECT:  # an earlier try has done it
                raise
        return await self._update_of(session, is_closed=True)

    async def _link_of(self, order: str) -> str | None:
        """The id of an order's link, where nobody has stored it; None if there is none any more."""
        async for links in self._calls.pages(LINKS, {}, "payment_links"):
            for link in links:
                if link.get("order_id") == order:
                    return id_of(link.get("id"))
        return None

    async def order(self, order: str) -> dict[str, Any]:
        """An order as it is now. Raises as `Calls.make`."""
        return object_in(await self._calls.get(f"{ORDERS}/{order}", about=order), "order")

    async def payment(self, payment: str) -> dict[str, Any]:
        """A payment as it is now. Raises as `Calls.make`."""
        return object_in(await self._calls.get(f"{PAYMENTS}/{payment}", about=payment), "payment")

    async def read(
        self,
        order: Mapping[str, Any],
        payments: Sequence[Mapping[str, Any]] = (),
        *,
        is_closed: bool = False,
    ) -> Reading:
        """Read an order with all payments that it lists. Raises as `Calls.make`.

        Args:
            order: The order.
            payments: Those that are here already.
            is_closed: Whether its link is gone.
        """
        known = {id_of(each.get("id")) for each in payments}
        wanted = [each for each in tenders_of(order) if each not in known]
        fetched = await asyncio.gather(*(self.payment(each) for each in wanted))
        all_ = [*payments, *fetched]
        reading = read_order(order, all_, self._clock(), is_closed=is_closed)
        return with_buyer(reading, buyer_of(all_), self._conceal)

    async def _update_of(
        self, session: str, *, order: dict[str, Any] | None = None, is_closed: bool = False
    ) -> CheckoutUpdate:
        found = await self.order(session) if order is None else order
        return _checkout_of(await self.read(found, is_closed=is_closed))


def _tax_line(request: CheckoutRequest) -> list[dict[str, object]]:
    """The tax that comes on top, as a line of its own.

    Square's own taxes are rates, which it rounds itself: they may be a cent away from the amount.
    """
    on_top = 0 if request.tax is None else request.tax.on_top or 0
    if not on_top:
        return []
    amount = Money(minor=on_top, currency=request.price.currency)
    return [{"name": "Tax", "quantity": "1", "base_price_money": written(amount)}]


def _checkout_of(reading: Reading) -> CheckoutUpdate:
    if not isinstance(reading.update, CheckoutUpdate):
        raise ProviderUnavailable(f"Square: {reading.wrong}", answered=True)
    return reading.update


def _cut(text: str) -> str:
    """A name that is not longer than Square takes."""
    return text if len(text) <= NAME else f"{text[: NAME - 1]}…"

"""PayPal's orders: a page on which a member approves, and the money that we then take."""

import json
from typing import Any, Final

import structlog

from payments.domain.values.buyer_address import Conceal, take_no_address
from payments.domain.values.money import Money
from payments.domain.values.provider_updates import CheckoutUpdate, MoneyStatus
from payments.providers.errors import ProviderRefused, ProviderUnavailable
from payments.providers.paypal.amounts import check_currency, check_price, step_of, written
from payments.providers.paypal.authorization_updates import AUTHORIZE
from payments.providers.paypal.calls import Calls
from payments.providers.paypal.order_updates import gone, read_order, why_pending
from payments.providers.paypal.ownership import Custom, written_unit
from payments.providers.protocol import Refusal
from payments.providers.requests import CheckoutRequest, OpenedCheckout

log = structlog.get_logger(__name__)

ORDERS: Final = "/v2/checkout/orders"

DESCRIPTION: Final = 127
"""The most characters of a description, and of a shop's name (Orders v2)."""

LINKS: Final = ("payer-action", "approve")
"""What the link for the browser is called, with a payment source in the request and without."""

ALREADY: Final = "ORDER_ALREADY_CAPTURED"


class PayPalCheckouts:
    """Opens orders, and finds them.

    Args:
        calls: Make the calls.
        conceal: Encrypts buyers' addresses.
    """

    computes_tax = False
    """PayPal computes no tax of orders; it shows the one that it is given."""

    def __init__(self, calls: Calls, conceal: Conceal = take_no_address) -> None:
        self._calls = calls
        self.conceal: Final = conceal

    def tax_step(self, code: str) -> int:
        """Whole units, of currencies in which PayPal takes no decimals."""
        return step_of(code)

    def check_currency(self, code: str) -> None:
        """Refuse a currency that PayPal does not take."""
        check_currency(code)

    def check_price(self, price: Money) -> None:
        """Refuse a price that PayPal never charges."""
        check_price(price)

    def request(self, request: CheckoutRequest) -> str:
        """The order, as JSON in a fixed order of keys."""
        unit = {
            "reference_id": written_unit(request.guild, request.member, request.package),
            "custom_id": str(Custom(payment=request.payment, installation=request.installation)),
            "invoice_id": request.payment,  # one payment is never captured twice
            "description": _cut(request.description),
            "amount": _amount(request),
        }
        context = {
            "return_url": request.success_url,
            "cancel_url": request.cancel_url,
            "user_action": "PAY_NOW",
            "shipping_preference": "NO_SHIPPING",
            "payment_method_preference": "IMMEDIATE_PAYMENT_REQUIRED",
            "landing_page": "NO_PREFERENCE",
        }
        order = {
            "intent": AUTHORIZE if request.authorizes else "CAPTURE",
            "purchase_units": [unit],
            "payment_source": {"paypal": {"experience_context": context}},
        }
        return json.dumps(order, sort_keys=True)

    async def open(self, request: str, *, idempotency_key: str) -> OpenedCheckout:
        """Create the order. Raises as the protocol says."""
        made = await self._calls.post(ORDERS, request, request_id=idempotency_key)
        return opened_order(made, self.conceal)

    async def retrieve(self, session: str) -> OpenedCheckout:
        """Look an order up; one that PayPal does not know any more has expired.

        Raises as the protocol says.
        """
        try:
            found = await self._calls.get(f"{ORDERS}/{session}", about=session)
            return opened_order(found, self.conceal)
        except ProviderRefused as error:
            if error.why is not Refusal.UNKNOWN_OBJECT:
                raise
            return OpenedCheckout(url="", update=gone(session))

    async def expire(self, session: str, *, page: str = "", idempotency_key: str) -> CheckoutUpdate:
        """Look the order up: PayPal closes none. One that is not captured takes no money."""
        del page, idempotency_key
        return (await self.retrieve(session)).update


class PayPalCapture:
    """Takes the money of orders that were approved.

    Args:
        calls: Make the calls.
        checkouts: Find orders.
    """

    def __init__(self, calls: Calls, checkouts: PayPalCheckouts) -> None:
        self._calls = calls
        self._checkouts = checkouts

    async def make(self, session: str, request: str, *, idempotency_key: str) -> CheckoutUpdate:
        """Capture an order. Raises as the protocol says."""
        path = f"{ORDERS}/{session}/capture"
        try:
            order = await self._calls.post(
                path, json.loads(request)["body"], request_id=idempotency_key, about=session
            )
        except ProviderRefused as error:
            if error.code != ALREADY:
                raise
            return (await self._checkouts.retrieve(session)).update
        update = opened_order(order, self._checkouts.conceal).update
        if update.money is MoneyStatus.PROCESSING:
            log.warning("paypal.capture_pending", order=session, reason=why_pending(order))
        return update


def _amount(request: CheckoutRequest) -> dict[str, Any]:
    """What is to be paid, with its tax as a part of its own: PayPal wants them to add up."""
    tax = request.tax
    if tax is None or tax.asked is None:
        return written(request.price)
    total = request.price.minor + (tax.on_top or 0)
    parts = {"item_total": total - tax.asked, "tax_total": tax.asked}
    currency = request.price.currency
    breakdown = {
        name: written(Money(minor=each, currency=currency)) for name, each in parts.items()
    }
    return {**written(Money(minor=total, currency=currency)), "breakdown": breakdown}


def opened_order(order: dict[str, Any], conceal: Conceal) -> OpenedCheckout:
    """An order; an answer without use says nothing of what was done, and is no refusal."""
    reading = read_order(order, conceal=conceal)
    if not isinstance(reading.update, CheckoutUpdate):
        words = f"PayPal: {reading.wrong or reading.ignored}"
        raise ProviderUnavailable(words, answered=True)
    return OpenedCheckout(url=_link(order), update=reading.update)


def _link(order: dict[str, Any]) -> str:
    """Where the buyer approves; empty where nothing is to be approved any more."""
    found = order.get("links")
    links = [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []
    by_rel = {each.get("rel"): each.get("href") for each in links}
    return next((str(by_rel[rel]) for rel in LINKS if by_rel.get(rel)), "")


def _cut(text: str) -> str:
    """A text that is not longer than PayPal takes; it takes none that is empty."""
    return text if len(text) <= DESCRIPTION else f"{text[: DESCRIPTION - 1]}…"

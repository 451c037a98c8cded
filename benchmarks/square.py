"""Square's messages that an order was paid, signed over the public address."""

import json
import time
from collections.abc import Mapping
from hmac import compare_digest
from typing import Any, Final

from benchmarks import bodies
from benchmarks.bodies import Bought
from benchmarks.senders import CURRENCY, INSTALLATION, Door, NotGenuineError, Paid
from payments.infra.outbound import Outbound
from payments.providers.square.provider import SquareProvider
from sandbox.square.objects.checkout import Order
from sandbox.square.objects.event import Event
from sandbox.square.objects.payment import Payment
from sandbox.square.webhooks import sign

ADDRESS: Final = "https://bank.example/webhooks/square"
KEY: Final = "a-signature-key"
LOCATION: Final = "L88917AVBK2S5"
MERCHANT: Final = "6SSW7HV8K2ST5"
SIGNATURE: Final = "x-square-hmacsha256-signature"
KIND: Final = "payment.updated"


class SquareSender:
    """Square, whose payment and order are looked up.

    Args:
        vendor: The address of the server that answers look-ups.
    """

    name: Final = "square"
    path: Final = "/webhooks/square"
    looks_up: Final = True

    def __init__(self, vendor: str) -> None:
        self._vendor = vendor
        self._made = int(time.time())

    def checkout(self, each: Bought) -> str:
        """The order."""
        return f"order{each.number:022d}"

    def message(self, each: Bought) -> bytes:
        """`payment.updated`."""
        payment = self._payment(each)
        event = Event(
            id=each.payment,
            type=KIND,
            created=self._made,
            merchant=MERCHANT,
            location=LOCATION,
            name="payment",
            about=payment.id,
            shown=json.dumps(payment.render()),
        )
        return json.dumps(event.render(), separators=(",", ":")).encode()

    def headers(self, body: bytes) -> Mapping[str, str]:
        """The one that signs."""
        return {SIGNATURE: sign(KEY, ADDRESS, body)}

    def answers(self, payments: list[Bought]) -> Mapping[str, Any]:
        """Each payment with its order."""
        found: dict[str, Any] = {}
        for each in payments:
            payment, order = self._payment(each), self._order(each)
            found[f"/v2/payments/{payment.id}"] = {"payment": payment.render()}
            found[f"/v2/orders/{order.id}"] = {
                "order": order.render() | {"tenders": [{"id": payment.id, "type": "CARD"}]}
            }
        return found

    async def door(self) -> Door:
        """Its key is known."""
        return _checked

    def provider(self, outbound: Outbound) -> SquareProvider:
        """As it is wired."""
        return SquareProvider(
            access_token="token",
            location=LOCATION,
            currency=CURRENCY,
            address=ADDRESS,
            signature_keys=[KEY],
            outbound=outbound,
            api_url=self._vendor,
        )

    def _payment(self, each: Bought) -> Payment:
        return Payment(
            id=f"payment{each.number:022d}",
            address=self._vendor,
            created=self._made,
            updated=self._made,
            location=LOCATION,
            order=self.checkout(each),
            amount=bodies.MINOR,
            currency=CURRENCY,
            status="COMPLETED",
            token="token",
            email="buyer@example.com",
            note=each.payment,
        )

    def _order(self, each: Bought) -> Order:
        line = {
            "uid": "1",
            "name": "500 points",
            "quantity": "1",
            "base_price_money": {"amount": bodies.MINOR, "currency": CURRENCY},
        }
        return Order(
            id=self.checkout(each),
            created=self._made,
            updated=self._made,
            location=LOCATION,
            currency=CURRENCY,
            lines=[line],
            total=bodies.MINOR,
            reference_id=each.payment,
            metadata={
                "payment": each.payment,
                "installation": INSTALLATION,
                "guild": str(bodies.GUILD),
                "member": str(each.member),
                "package": bodies.PACKAGE,
                "expires_at": str(self._made + 3600),
            },
            state="OPEN",
            payment=f"payment{each.number:022d}",
        )


def _checked(headers: Mapping[str, str], body: bytes) -> Paid:
    if not compare_digest(sign(KEY, ADDRESS, body), headers[SIGNATURE]):
        raise NotGenuineError
    event = json.loads(body)
    payment = event["data"]["object"]["payment"]
    return Paid(
        event=event["event_id"],
        kind=event["type"],
        payment=payment["note"],  # the real one names it in its order alone
        minor=payment["amount_money"]["amount"],
        currency=payment["amount_money"]["currency"],
        checkout=payment["order_id"],
        intent=payment["id"],
    )

"""PayPal's messages that a purchase's money was captured, signed with a certificate."""

import base64
import functools
import json
import time
from collections.abc import Mapping
from typing import Any, Final
from zlib import crc32

import aiohttp
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256

from benchmarks import bodies
from benchmarks.bodies import Bought
from benchmarks.senders import CURRENCY, INSTALLATION, Door, NotGenuineError, Paid
from payments.infra.outbound import Outbound
from payments.providers.paypal.provider import PayPalProvider
from sandbox.paypal.ids import Ids
from sandbox.paypal.objects.amount import Amount
from sandbox.paypal.objects.common import moment
from sandbox.paypal.objects.event import Event
from sandbox.paypal.objects.order import Order, Payer
from sandbox.paypal.objects.payment import Capture
from sandbox.paypal.webhooks import ALGORITHM, Signer

WEBHOOK: Final = "5GP028458E2496506"
KIND: Final = "PAYMENT.CAPTURE.COMPLETED"
TOKEN: Final = {"access_token": "a-token", "token_type": "Bearer", "expires_in": 32_400}
PRICE: Final = Amount(minor=bodies.MINOR, currency=CURRENCY)


@functools.cache
def _signer() -> Signer:
    return Signer(Ids(seed=1), lambda: int(time.time()))


class PayPalSender:
    """PayPal, whose capture and order are looked up.

    Args:
        vendor: The address of the server that answers look-ups, and has the certificate.
    """

    name: Final = "paypal"
    path: Final = "/webhooks/paypal"
    looks_up: Final = True

    def __init__(self, vendor: str) -> None:
        self._vendor = vendor
        self._made = int(time.time())

    def checkout(self, each: Bought) -> str:
        """The order."""
        return _id("5", each)

    def message(self, each: Bought) -> bytes:
        """`PAYMENT.CAPTURE.COMPLETED`."""
        event = Event(
            id=f"WH-{each.payment}",
            api=self._vendor,
            type=KIND,
            created=self._made,
            resource_type="capture",
            resource_version="2.0",
            summary=f"Payment completed for {CURRENCY} 4.99 {CURRENCY}",
            resource=json.dumps(self._capture(each).render_whole()),
        )
        return json.dumps(event.render(), separators=(",", ":")).encode()

    def headers(self, body: bytes) -> Mapping[str, str]:
        """The five that sign, of which one names the certificate."""
        transmission, at = f"{crc32(body):08x}-d67a-11e5-baa3-778b53f4ae55", moment(self._made)
        return {
            "PAYPAL-AUTH-ALGO": ALGORITHM,
            "PAYPAL-AUTH-VERSION": "v2",
            "PAYPAL-CERT-URL": self._vendor + _signer().path,
            "PAYPAL-TRANSMISSION-ID": transmission,
            "PAYPAL-TRANSMISSION-SIG": _signer().sign(transmission, at, WEBHOOK, body),
            "PAYPAL-TRANSMISSION-TIME": at,
        }

    def answers(self, payments: list[Bought]) -> Mapping[str, Any]:
        """A token, the certificate, and each capture with its order."""
        found: dict[str, Any] = {
            "/v1/oauth2/token": TOKEN,
            _signer().path: _signer().certificate(),
        }
        for each in payments:
            capture = self._capture(each)
            order = self._order(each).render({"captures": [capture.render()]})
            found[f"/v2/payments/captures/{capture.id}"] = capture.render_whole()
            found[f"/v2/checkout/orders/{order['id']}"] = order
        return found

    async def door(self) -> Door:
        """The certificate's key, fetched once."""
        async with (
            aiohttp.ClientSession() as session,
            session.get(self._vendor + _signer().path) as answer,
        ):
            key = x509.load_pem_x509_certificate(await answer.read()).public_key()
        assert isinstance(key, RSAPublicKey)
        return functools.partial(_checked, key)

    def provider(self, outbound: Outbound) -> PayPalProvider:
        """As it is wired."""
        return PayPalProvider(
            client_id="client",
            client_secret="secret",
            webhooks=[WEBHOOK],
            outbound=outbound,
            api_url=self._vendor,
        )

    def _capture(self, each: Bought) -> Capture:
        return Capture(
            id=_id("3", each),
            api=self._vendor,
            order=self.checkout(each),
            created=self._made,
            updated=self._made,
            amount=PRICE,
            custom_id=f"{each.payment}.{INSTALLATION}",
            invoice_id=each.payment,
            status="COMPLETED",
        )

    def _order(self, each: Bought) -> Order:
        unit = {
            "reference_id": f"{bodies.GUILD}/{each.member}/{bodies.PACKAGE}",
            "custom_id": f"{each.payment}.{INSTALLATION}",
            "invoice_id": each.payment,
            "description": "500 points",
            "amount": PRICE.render(),
        }
        return Order(
            id=self.checkout(each),
            api=self._vendor,
            created=self._made,
            updated=self._made,
            intent="CAPTURE",
            amount=PRICE,
            unit=unit,
            by_source=True,
            context={},
            status="COMPLETED",
            payer=Payer(id="QYR5Z8XDVJNXQ", email="buyer@example.com"),
        )


def _id(first: str, each: Bought) -> str:
    """Seventeen characters, as PayPal's ids have."""
    return f"{first}{each.number:016X}"


def _checked(key: RSAPublicKey, headers: Mapping[str, str], body: bytes) -> Paid:
    signed = "|".join(
        (
            headers["PAYPAL-TRANSMISSION-ID"],
            headers["PAYPAL-TRANSMISSION-TIME"],
            WEBHOOK,
            str(crc32(body)),
        )
    )
    signature = base64.b64decode(headers["PAYPAL-TRANSMISSION-SIG"])
    try:
        key.verify(signature, signed.encode(), PKCS1v15(), SHA256())
    except InvalidSignature:
        raise NotGenuineError from None
    event = json.loads(body)
    capture = event["resource"]
    return Paid(
        event=event["id"],
        kind=event["event_type"],
        payment=capture["custom_id"].partition(".")[0],
        minor=round(float(capture["amount"]["value"]) * 100),
        currency=capture["amount"]["currency_code"],
        checkout=capture["supplementary_data"]["related_ids"]["order_id"],
        intent=capture["id"],
    )

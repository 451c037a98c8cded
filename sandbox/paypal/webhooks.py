"""How PayPal signs and sends its events (PayPal: Integrate webhooks)."""

import base64
import binascii
import functools
import json
import zlib
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID

from sandbox.base.dispatch import Dispatcher, Sealed, WebhookDelivery
from sandbox.paypal.ids import Ids
from sandbox.paypal.objects.common import moment
from sandbox.paypal.objects.event import Event, Webhook

PAYPAL_PAUSES = (60.0, 300.0, 1800.0, 3600.0, *(12_000.0,) * 21)
"""Seconds between attempts: up to 25 retries over three days; how they are spread is not told."""

ALGORITHM = "SHA256withRSA"
CERTIFICATES = "/v1/notifications/certs/"

EventDelivery = WebhookDelivery[Event, Webhook]


@functools.cache
def _key() -> rsa.RSAPrivateKey:
    """The key of every local PayPal in this process: to make one takes a good part of a second."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


class Signer:
    """Signs what is sent, and shows the certificate.

    Args:
        ids: Makes the certificate's id.
        now: The time in Unix seconds.
        names: The subject's common name; PayPal's ends in `.paypal.com`.
    """

    def __init__(
        self,
        ids: Ids,
        now: Callable[[], int],
        names: str = "messageverificationcerts.paypal.com",
    ) -> None:
        self.path = f"{CERTIFICATES}CERT-{ids.text(8, '0123456789abcdef')}-{ids.text(8)}"
        self._now = now
        self._name = names

    def certificate(self) -> bytes:
        """The certificate, as PEM."""
        name = x509.Name(
            [
                x509.NameAttribute(NameOID.COUNTRY_NAME, "US"),
                x509.NameAttribute(NameOID.STATE_OR_PROVINCE_NAME, "California"),
                x509.NameAttribute(NameOID.LOCALITY_NAME, "San Jose"),
                x509.NameAttribute(NameOID.ORGANIZATION_NAME, "PayPal, Inc."),
                x509.NameAttribute(NameOID.COMMON_NAME, self._name),
            ]
        )
        at = datetime.fromtimestamp(self._now(), UTC)
        made = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(_key().public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(at - timedelta(days=30))
            .not_valid_after(at + timedelta(days=365))
            .sign(_key(), hashes.SHA256())
        )
        return made.public_bytes(serialization.Encoding.PEM)

    def sign(self, transmission: str, at: str, webhook: str, body: bytes) -> str:
        """The header `PAYPAL-TRANSMISSION-SIG`."""
        text = signed_text(transmission, at, webhook, body)
        return base64.b64encode(_key().sign(text, padding.PKCS1v15(), hashes.SHA256())).decode()

    def verifies(self, signature: str, text: bytes) -> bool:
        """Whether a signature is ours."""
        try:
            raw = base64.b64decode(signature, validate=True)
            _key().public_key().verify(raw, text, padding.PKCS1v15(), hashes.SHA256())
        except (binascii.Error, InvalidSignature):
            return False
        return True


def signed_text(transmission: str, at: str, webhook: str, body: bytes) -> bytes:
    """What is signed: ids, time, and the checksum of the raw body as a decimal number."""
    return f"{transmission}|{at}|{webhook}|{zlib.crc32(body)}".encode()


class EventDispatcher(Dispatcher[Event, Webhook]):
    """Sends events to the webhooks that want them (see `Dispatcher`).

    Attributes:
        signer: Signs them.
        address: Where the certificate is served, such as `http://127.0.0.1:4242`.
    """

    def __init__(
        self,
        *,
        ids: Ids,
        signer: Signer,
        now: Callable[[], int],
        webhooks: Mapping[str, Webhook],
        pauses: Sequence[float],
        timeout_seconds: float,
        concurrency: int,
    ) -> None:
        super().__init__(
            service="the local PayPal",
            seal=self._sealed,
            now=now,
            endpoints=webhooks,
            pauses=pauses,
            timeout_seconds=timeout_seconds,
            concurrency=concurrency,
        )
        self.signer = signer
        self.address = ""
        self._ids = ids
        self._transmissions: dict[tuple[str, str], str] = {}

    def _sealed(self, event: Event, webhook: Webhook) -> Sealed:
        body = json.dumps(event.render(), separators=(",", ":"), ensure_ascii=False).encode()
        transmission = self._transmissions.setdefault((event.id, webhook.id), self._ids.uuid())
        at = moment(self.now())
        return body, {
            "Accept": "*/*",
            "Content-Type": "application/json",
            "Correlation-Id": self._ids.debug(),
            "PAYPAL-AUTH-ALGO": ALGORITHM,
            "PAYPAL-AUTH-VERSION": "v2",
            "PAYPAL-CERT-URL": self.address + self.signer.path,
            "PAYPAL-TRANSMISSION-ID": transmission,
            "PAYPAL-TRANSMISSION-SIG": self.signer.sign(transmission, at, webhook.id, body),
            "PAYPAL-TRANSMISSION-TIME": at,
            "User-Agent": "PayPal/AUHD-1.0-1",
        }

"""What PayPal signs, and how (PayPal: Integrate webhooks, verification by yourself)."""

import base64
import binascii
import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256

from payments.providers.errors import WebhookRejected

ALGORITHM: Final = "SHA256withRSA"
"""PKCS#1 v1.5; any other is refused."""

_HEADERS: Final[Mapping[str, re.Pattern[str]]] = {
    "paypal-transmission-id": re.compile(r"[A-Za-z0-9-]{1,50}"),
    "paypal-transmission-time": re.compile(r"[0-9TZ:.+-]{1,100}"),
    "paypal-transmission-sig": re.compile(r"[A-Za-z0-9+/]{1,2048}={0,2}"),
    "paypal-cert-url": re.compile(r"[!-~]{1,500}"),
    "paypal-auth-algo": re.compile(r"[A-Za-z0-9]{1,100}"),
}
"""What must stand in the head, each once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Transmission:
    """What the head of a message says of its signature; each as it stands there.

    Attributes:
        id: Of this transmission.
        time: When it was signed.
        signature: In base64.
        cert_url: Where the certificate is.
        algorithm: How it was signed.
    """

    id: str
    time: str
    signature: str
    cert_url: str
    algorithm: str

    @classmethod
    def of(cls, headers: Mapping[str, list[str]]) -> "Transmission":
        """Read the head.

        Raises:
            WebhookRejected: A header is missing, stands twice, or has another form; or it is signed
                in another way.
        """
        values = []
        for name, form in _HEADERS.items():
            lines = headers.get(name, [])
            if len(lines) != 1 or form.fullmatch(lines[0]) is None:
                words = f"There must be one {name.title()} header as PayPal writes it."
                raise WebhookRejected(words, reason="signature")
            values.append(lines[0])
        id_, time, signature, cert_url, algorithm = values
        if algorithm != ALGORITHM:
            raise WebhookRejected("It is signed in another way.", reason="signature")
        return cls(id=id_, time=time, signature=signature, cert_url=cert_url, algorithm=algorithm)

    def signed(self, webhook: str, body: bytes) -> bytes:
        """The text that is signed for the registration of a webhook."""
        return f"{self.id}|{self.time}|{webhook}|{zlib.crc32(body)}".encode()

    def is_of(self, body: bytes, webhook: str, key: RSAPublicKey) -> bool:
        """Whether the signature is that of this body for this registration."""
        try:
            signature = base64.b64decode(self.signature, validate=True)
            key.verify(signature, self.signed(webhook, body), PKCS1v15(), SHA256())
        except (binascii.Error, InvalidSignature):
            return False
        return True

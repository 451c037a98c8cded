"""The door: is a message Square's, and is its body what it should be?

Square signs the address that was registered, byte for byte, and the raw body. That address is the
public one: what a request says of itself is wrong behind a proxy (Square: Validate webhook
notifications).
"""

import base64
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from payments.domain.values.time import Instant
from payments.providers.errors import WebhookRejected
from payments.providers.messages import USUAL, Answers
from payments.providers.requests import ProviderEvent
from payments.providers.square.events import read_event

HEADER: Final = "x-square-hmacsha256-signature"


@dataclass(frozen=True, slots=True, kw_only=True)
class SquareWebhook:
    """Reads requests at `/webhooks/square`.

    Attributes:
        address: As it is registered at Square.
        keys: Signature keys; any of them passes.
        answers: How its requests are answered.
    """

    address: str
    keys: tuple[str, ...]
    answers: Answers = USUAL

    async def read(
        self, body: bytes, headers: Mapping[str, list[str]], now: Instant
    ) -> ProviderEvent:
        """Check the signature, and read the event. Raises as the protocol says."""
        del now  # its signatures do not age: what comes again is known by its id
        signatures = headers.get(HEADER, [])
        if len(signatures) != 1:
            raise WebhookRejected("It has no signature, or several.", reason="signature")
        given = signatures[0].encode(errors="replace")
        good = [signed(each, self.address, body).encode() for each in self.keys]
        if not any(hmac.compare_digest(each, given) for each in good):
            raise WebhookRejected("The signature is wrong.", reason="signature")
        try:
            text = body.decode()
        except UnicodeDecodeError:
            raise WebhookRejected("The body is not UTF-8.", reason="body") from None
        return read_event(text)


def signed(key: str, address: str, body: bytes) -> str:
    """The signature of a body that is sent to an address."""
    digest = hmac.new(key.encode(), address.encode() + body, sha256).digest()
    return base64.b64encode(digest).decode()

"""How SendGrid signs and sends what became of mails (Twilio: Event Webhook Security Features)."""

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from sandbox.base.common import Json
from sandbox.base.dispatch import Dispatcher, Sealed

PAUSES: Final = (60.0, 300.0, 900.0, 3600.0, 14_400.0, 43_200.0)
"""Seconds between attempts, up to a day (SendGrid tells the day, not the pauses)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A request to an endpoint: a list of events.

    Attributes:
        id: Its id here.
        type: What happened, such as `bounce`.
        events: The events.
    """

    id: str
    type: str
    events: list[Json]


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """Where reports are sent, and what signs them."""

    id: str
    url: str
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )

    def wants(self, _message_type: str, /) -> bool:
        """All of them."""
        return True

    @property
    def verification_key(self) -> str:
        """As SendGrid shows it: base64 of DER."""
        return base64.b64encode(
            self.key.public_key().public_bytes(
                serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
            )
        ).decode()

    def signed(self, body: bytes, at: int) -> dict[str, str]:
        """The headers of a request with this body, at a time in Unix seconds."""
        signature = self.key.sign(str(at).encode() + body, ec.ECDSA(hashes.SHA256()))
        return {
            "Content-Type": "application/json",
            "User-Agent": "SendGrid Event API",
            "X-Twilio-Email-Event-Webhook-Signature": base64.b64encode(signature).decode(),
            "X-Twilio-Email-Event-Webhook-Timestamp": str(at),
        }


def dispatcher(
    now: Callable[[], int], endpoints: Mapping[str, Endpoint], pauses: Sequence[float]
) -> Dispatcher[Report, Endpoint]:
    """What sends reports."""

    def sealed(report: Report, to: Endpoint) -> Sealed:
        body = json.dumps(report.events, separators=(",", ":")).encode() + b"\r\n"
        return body, to.signed(body, now())

    return Dispatcher(
        service="the local SendGrid",
        seal=sealed,
        now=now,
        endpoints=endpoints,
        pauses=pauses,
        timeout_seconds=10.0,
        concurrency=8,
    )

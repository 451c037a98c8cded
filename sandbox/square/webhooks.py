"""How Square signs and sends its events (Square: Validate webhook notifications)."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping, Sequence

from sandbox.base.dispatch import Dispatcher, Sealed, WebhookDelivery
from sandbox.square.objects.event import Event, Subscription

SQUARE_PAUSES = (60.0, 120.0, 240.0, 480.0, 900.0, 1800.0, 3600.0, 7200.0, 14_400.0, 28_800.0)
"""Seconds between attempts, up to 24 hours in all (Square: Troubleshoot webhooks)."""

EventDelivery = WebhookDelivery[Event, Subscription]


def sign(key: str, url: str, body: bytes) -> str:
    """The header `x-square-hmacsha256-signature`."""
    return _sign(key, url, body, hashlib.sha256)


def _sign(key: str, url: str, body: bytes, algorithm: Callable[..., "hashlib._Hash"]) -> str:
    digest = hmac.new(key.encode(), url.encode() + body, algorithm).digest()
    return base64.b64encode(digest).decode()


class EventDispatcher(Dispatcher[Event, Subscription]):
    """Sends events to the subscriptions that want them (see `Dispatcher`)."""

    def __init__(
        self,
        *,
        now: Callable[[], int],
        subscriptions: Mapping[str, Subscription],
        pauses: Sequence[float],
        timeout_seconds: float,
        concurrency: int,
    ) -> None:
        super().__init__(
            service="the local Square",
            seal=_sealed,
            now=now,
            endpoints=subscriptions,
            pauses=pauses,
            timeout_seconds=timeout_seconds,
            concurrency=concurrency,
        )


def _sealed(event: Event, to: Subscription) -> Sealed:
    body = json.dumps(event.render(), separators=(",", ":"), ensure_ascii=False).encode()
    return body, {
        "Accept": "*/*",
        "Content-Type": "application/json",
        "Square-Environment": "Sandbox",
        "User-Agent": "Square Connect v2",
        "x-square-hmacsha256-signature": sign(to.signature_key, to.url, body),
        "x-square-signature": _sign(to.signature_key, to.url, body, hashlib.sha1),
    }

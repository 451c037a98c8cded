"""How Stripe sends its events: how they are signed, and when it tries again."""

import hashlib
import hmac
from collections.abc import Callable, Mapping, Sequence

from pydantic_core import to_json

from sandbox.base.dispatch import Dispatcher, Sealed, WebhookDelivery
from sandbox.stripe.objects.endpoint import Endpoint
from sandbox.stripe.objects.event import Event

STRIPE_PAUSES = (300.0, 1800.0, 7200.0, *(18_000.0,) * 2, *(43_200.0,) * 5)
"""Seconds between attempts, about three days in all (Stripe: Automatic retries)."""

EventDelivery = WebhookDelivery[Event, Endpoint]


def sign(payload: bytes, secrets: Sequence[str], at: int) -> str:
    """The header `Stripe-Signature` (Stripe: Verify webhook signatures manually)."""
    signed = f"{at}.".encode() + payload
    parts = [f"v1={hmac.new(s.encode(), signed, hashlib.sha256).hexdigest()}" for s in secrets]
    return ",".join([f"t={at}", *parts])


class EventDispatcher(Dispatcher[Event, Endpoint]):
    """Sends events to the endpoints that want them (see `Dispatcher`)."""

    def __init__(
        self,
        *,
        now: Callable[[], int],
        endpoints: Mapping[str, Endpoint],
        pauses: Sequence[float],
        timeout_seconds: float,
        concurrency: int,
    ) -> None:
        super().__init__(
            service="the local Stripe",
            seal=self._sealed,
            now=now,
            endpoints=endpoints,
            pauses=pauses,
            timeout_seconds=timeout_seconds,
            concurrency=concurrency,
        )

    def _sealed(self, event: Event, endpoint: Endpoint) -> Sealed:
        payload = to_json(event.render(max(self.pending(event.id), 1)), indent=2)
        return payload, {
            "Accept": "*/*; q=0.5, application/xml",
            "Cache-Control": "no-cache",
            "Content-Type": "application/json; charset=utf-8",
            "Stripe-Signature": sign(payload, endpoint.secrets, self.now()),
            "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
        }

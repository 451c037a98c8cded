"""How Discord signs, sends and tries webhook events (its page "Webhook Events")."""

import http
import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import aiohttp
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from payments.domain.values.time import SECOND, Instant
from sandbox.base.common import Json
from sandbox.base.dispatch import Dispatcher, Sealed, WebhookDelivery

DISCORD_PAUSES = (1.0, 3.0, 9.0, 27.0, 81.0, 243.0)
"""Seconds between attempts: "several times using exponential backoff for up to 10 minutes"."""

PATIENCE_SECONDS = 3.0
"""How long an address may take to answer."""

OFF, ON, OFF_BY_DISCORD = 1, 2, 3
"""Whether events are sent: an application's `event_webhooks_status`."""

EVENT_TYPES = (
    *("APPLICATION_AUTHORIZED", "APPLICATION_DEAUTHORIZED", "ENTITLEMENT_CREATE"),
    *("ENTITLEMENT_DELETE", "ENTITLEMENT_UPDATE", "GAME_DIRECT_MESSAGE_CREATE"),
    *("GAME_DIRECT_MESSAGE_DELETE", "GAME_DIRECT_MESSAGE_UPDATE", "LOBBY_MESSAGE_CREATE"),
    *("LOBBY_MESSAGE_DELETE", "LOBBY_MESSAGE_UPDATE", "QUEST_USER_ENROLLMENT"),
)
_PING, _EVENT = 0, 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened.

    Attributes:
        id: Ours, for the control page; what is sent has none.
        at: When it happened.
        data: What it carries.
    """

    id: str
    type: str
    at: Instant
    application: int
    data: Json

    def render(self) -> Json:
        """As it is sent; its time has no zone."""
        at = datetime.fromtimestamp(self.at / SECOND, UTC).replace(tzinfo=None)
        event = {"type": self.type, "timestamp": at.isoformat(), "data": self.data}
        return _message(self.application, _EVENT) | {"event": event}


@dataclass(slots=True, kw_only=True)
class Webhook:
    """The application's address for events.

    Attributes:
        types: Those that it wants.
        status: `ON`, `OFF`, or `OFF_BY_DISCORD` after too many failures.
    """

    url: str
    types: tuple[str, ...]
    status: int = ON
    id: str = "events"

    def wants(self, event_type: str, /) -> bool:
        """Whether an event of this type is sent there."""
        return self.status == ON and event_type in self.types


EventDelivery = WebhookDelivery[Event, Webhook]


@dataclass(frozen=True, slots=True)
class Signer:
    """Signs what is sent: Ed25519 over the time stamp and the body."""

    key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)

    @property
    def verify_key(self) -> str:
        """The application's public key, as the API and the portal show it: 64 hex digits."""
        return self.key.public_key().public_bytes_raw().hex()

    def sealed(self, message: Json, now: int) -> Sealed:
        """A request with this message, signed."""
        body = json.dumps(message, separators=(",", ":")).encode()
        stamp = str(now)
        return body, _headers(self.key.sign(stamp.encode() + body).hex(), stamp)


class EventDispatcher(Dispatcher[Event, Webhook]):
    """Sends events to the address that wants them (see `Dispatcher`)."""

    def __init__(
        self,
        *,
        signer: Signer,
        now: Callable[[], int],
        webhooks: Mapping[str, Webhook],
        pauses: Sequence[float],
        timeout_seconds: float,
        concurrency: int,
    ) -> None:
        super().__init__(
            service="the local Discord's shop",
            seal=lambda event, _: signer.sealed(event.render(), now()),
            now=now,
            endpoints=webhooks,
            pauses=pauses,
            timeout_seconds=timeout_seconds,
            concurrency=concurrency,
        )

    def takes(self, status: int) -> bool:
        """Only 204 acknowledges an event."""
        return status == http.HTTPStatus.NO_CONTENT


async def is_sound(url: str, signer: Signer, application: int, now: int) -> bool:
    """Whether an address answers a PING with 204 and a forged one with 401.

    Discord asks so when the address is saved, and from time to time afterwards.
    """
    ping = _message(application, _PING)
    body, good = signer.sealed(ping, now)
    forged = _headers(secrets.token_hex(64), good["X-Signature-Timestamp"])
    timeout = aiohttp.ClientTimeout(total=PATIENCE_SECONDS)
    try:
        async with aiohttp.ClientSession(timeout=timeout) as session:
            async with session.post(url, data=body, headers=good, allow_redirects=False) as answer:
                acknowledged = (
                    answer.status == http.HTTPStatus.NO_CONTENT
                    and "Content-Type" in answer.headers
                    and not await answer.read()
                )
            async with session.post(url, data=body, headers=forged) as answer:
                refused = answer.status == http.HTTPStatus.UNAUTHORIZED
    except (aiohttp.ClientError, TimeoutError, ValueError):
        return False
    return acknowledged and refused


def _message(application: int, kind: int) -> Json:
    return {"version": 1, "application_id": str(application), "type": kind}


def _headers(signature: str, stamp: str) -> dict[str, str]:
    return {
        "Content-Type": "application/json",
        "User-Agent": "Discord-Webhook/1.0 (+https://discord.com)",
        "X-Signature-Ed25519": signature,
        "X-Signature-Timestamp": stamp,
    }

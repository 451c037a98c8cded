"""A webhook endpoint that keeps what it gets, after checking the signature with the SDK."""

import asyncio
import json
from dataclasses import dataclass, field
from typing import Any

import stripe
from aiohttp import web

SECRET = "whsec_sandboxsandboxsandboxsandboxsa"


@dataclass(slots=True, kw_only=True)
class WebhookInbox:
    """What arrived at the endpoint.

    Attributes:
        statuses: What the next requests are answered; 200 after that.
        gate: While it is cleared, no request is answered.
        secret: The one that must have signed; None accepts any.
    """

    url: str = ""
    secret: str | None = SECRET
    statuses: list[int] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)

    def types(self) -> list[str]:
        """The types of what arrived, in order."""
        return [event["type"] for event in self.events]

    def of(self, event_type: str) -> list[dict[str, Any]]:
        """The objects that events of a type were about."""
        return [e["data"]["object"] for e in self.events if e["type"] == event_type]

    async def handle(self, request: web.Request) -> web.Response:
        body = await request.read()
        if self.secret is not None:
            header = request.headers["Stripe-Signature"]
            stripe.WebhookSignature.verify_header(body, header, self.secret)
        self.events.append(json.loads(body))
        self.headers.append(dict(request.headers))
        self.arrived.set()
        await self.gate.wait()
        return web.Response(status=self.statuses.pop(0) if self.statuses else 200)

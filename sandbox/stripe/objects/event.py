"""Events (Stripe: The Event object)."""

import json
from dataclasses import dataclass

from sandbox.base.common import Json

API_VERSION = "2026-10-28.endive"
"""The version of the API whose shapes the local Stripe speaks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """The API request that made something happen; both empty when none did."""

    request: str | None = None
    idempotency_key: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened.

    Attributes:
        data: The text of its JSON `data`: what the object looked like then.
        cause: What made it happen.
        account: A connected account's id, if it happened there.
    """

    id: str
    type: str
    created: int
    data: str
    cause: Cause
    account: str | None = None
    livemode: bool = False
    api_version: str | None = API_VERSION

    def render(self, pending_webhooks: int) -> Json:
        """The object as the API and webhooks show it."""
        rendered: Json = {
            "id": self.id,
            "object": "event",
            "api_version": self.api_version,
            "created": self.created,
            "data": json.loads(self.data),
            "livemode": self.livemode,
            "pending_webhooks": pending_webhooks,
            "request": {
                "id": self.cause.request,
                "idempotency_key": self.cause.idempotency_key,
            },
            "type": self.type,
        }
        if self.account is not None:
            rendered["account"] = self.account
        return rendered

"""Events and the subscriptions that get them (Square: Webhooks, Events API)."""

import json
from dataclasses import dataclass

from sandbox.base.common import Json
from sandbox.square.objects.common import moment

API_VERSION = "2026-09-16"

EVENT_TYPES = (
    *("payment.created", "payment.updated", "refund.created", "refund.updated"),
    *("dispute.created", "dispute.state.updated", "order.created", "order.updated"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened.

    Attributes:
        name: How its object is called in the message, such as `order_updated`.
        about: The object's id.
        shown: The text of the JSON object, as it was then.
    """

    id: str
    type: str
    created: int
    merchant: str
    location: str
    name: str
    about: str
    shown: str

    def render(self) -> Json:
        """As webhooks and the API show it; only those of disputes tell the location."""
        at = {"location_id": self.location} if self.name == "dispute" else {}
        return at | {
            "merchant_id": self.merchant,
            "type": self.type,
            "event_id": self.id,
            "created_at": moment(self.created),
            "data": {
                "type": self.name,
                "id": self.about,
                "object": {self.name: json.loads(self.shown)},
            },
        }


@dataclass(slots=True, kw_only=True)
class Subscription:
    """An address that gets events.

    Attributes:
        types: Those that it wants; all if empty.
    """

    id: str
    created: int
    updated: int
    url: str
    signature_key: str
    name: str = "Guildbank"
    types: tuple[str, ...] = ()
    enabled: bool = True

    def wants(self, event_type: str, /) -> bool:
        """Whether an event of this type is sent there."""
        return self.enabled and (not self.types or event_type in self.types)

    def render(self) -> Json:
        """As the API shows it."""
        return {
            "id": self.id,
            "name": self.name,
            "enabled": self.enabled,
            "event_types": list(self.types or EVENT_TYPES),
            "notification_url": self.url,
            "api_version": API_VERSION,
            "signature_key": self.signature_key,
            "created_at": moment(self.created),
            "updated_at": moment(self.updated),
        }

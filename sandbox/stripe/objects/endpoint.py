"""Webhook endpoints (Stripe: The Webhook Endpoint object)."""

from dataclasses import dataclass, field

from sandbox.base.common import Json


@dataclass(slots=True, kw_only=True)
class Endpoint:
    """An address that gets events.

    Attributes:
        secrets: Each signs: two for a while after a roll (Stripe: Roll endpoint signing secrets).
        enabled_events: Types that it wants, or `*`.
    """

    id: str
    created: int
    url: str
    secrets: tuple[str, ...]
    enabled_events: tuple[str, ...] = ("*",)
    description: str | None = None
    metadata: dict[str, str] = field(default_factory=dict)
    api_version: str | None = None
    status: str = "enabled"
    livemode: bool = False

    def wants(self, event_type: str) -> bool:
        """Whether an event of this type is sent there."""
        if self.status != "enabled":
            return False
        return "*" in self.enabled_events or event_type in self.enabled_events

    def render(self, *, with_secret: bool = False) -> Json:
        """The object as the API shows it; the secret only where it was just made."""
        rendered: Json = {
            "id": self.id,
            "object": "webhook_endpoint",
            "api_version": self.api_version,
            "application": None,
            "created": self.created,
            "description": self.description,
            "enabled_events": list(self.enabled_events),
            "livemode": self.livemode,
            "metadata": dict(self.metadata),
            "status": self.status,
            "url": self.url,
        }
        if with_secret:
            rendered["secret"] = self.secrets[-1]
        return rendered

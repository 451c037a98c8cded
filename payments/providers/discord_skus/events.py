"""What Discord tells of entitlements, by its gateway, by webhook events, or by its list.

All three are read the same way, and are only a sign that something has changed: the entitlement is
fetched before it counts. Its facts only grow (bought, used up, deleted), so one that was said to be
deleted stays so, whatever an older answer says.
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any, Final

from pydantic import BaseModel, Field, ValidationError

from payments.domain.values.inbox import Found
from payments.domain.values.time import Instant
from payments.providers.discord_skus.entitlements import DiscordEntitlements
from payments.providers.discord_skus.names import CREATED, DELETED, KINDS, UPDATED
from payments.providers.discord_skus.readings import bought, read_entitlement, traces_of, unpaid
from payments.providers.discord_skus.shapes import Entitlement
from payments.providers.errors import WebhookRejected
from payments.providers.reading import Lenient, instant_of
from payments.providers.requests import ProviderEvent
from payments.providers.strict_json import parse_strictly

EVENT: Final = 1
"""The type of a request that tells of an event (Discord: Webhook types)."""


class Inner(BaseModel):
    """What has happened."""

    type: Annotated[str, Field(pattern=r"^[A-Z_]{1,64}$")]
    timestamp: Lenient[str] = None
    data: dict[str, Any] = Field(default_factory=dict)


class Envelope(BaseModel):
    """A webhook event (Discord: Payload structure)."""

    type: int
    application_id: Lenient[str] = None
    event: Inner


def body_of(kind: str, entitlement: Mapping[str, Any], timestamp: str | None = None) -> str:
    """What was told elsewhere, written as a webhook event tells it."""
    inner = {"type": kind, "timestamp": timestamp, "data": dict(entitlement)}
    told = {
        "version": 1,
        "application_id": entitlement.get("application_id"),
        "type": EVENT,
        "event": inner,
    }
    return json.dumps(told, sort_keys=True)


def read_event(body: str) -> ProviderEvent:
    """Read an event that is known to be genuine.

    The same state of an entitlement has the same id, whichever way it was told.

    Raises:
        WebhookRejected: It is no event of an entitlement, though it says so.
    """
    try:
        event = Envelope.model_validate(parse_strictly(body)).event
    except ValidationError as error:
        raise WebhookRejected("This is no event of Discord's.", reason="body") from error
    at = instant_of(event.timestamp)
    if event.type not in KINDS:
        name = f"{event.type}.{event.timestamp or ''}"[:200]
        return ProviderEvent(
            id=name,
            kind=event.type,
            created=at or Instant(0),
            body=body,
            ignored="This kind of event is not used.",
        )
    entitlement = _entitlement(event)
    read = ProviderEvent(
        id=f"{entitlement.id}.{_state_of(entitlement)}",
        kind=event.type,
        created=at or entitlement.bought_at,
        body=body,
    )
    found = Found(traces=traces_of(entitlement, whole=False), bought=bought(entitlement))
    if not entitlement.deleted and (why := unpaid(entitlement)):
        return replace(read, found=(found,), ignored=why)
    return replace(read, found=(found,), look_up=str(entitlement.id))


def as_event(entitlement: Entitlement) -> ProviderEvent:
    """What a list says of one, as if it had been told."""
    kind = CREATED
    if entitlement.deleted:
        kind = DELETED
    elif entitlement.is_consumed:
        kind = UPDATED
    return read_event(body_of(kind, entitlement.model_dump(mode="json")))


def _entitlement(event: Inner) -> Entitlement:
    try:
        read = Entitlement.model_validate(event.data)
    except ValidationError as error:
        raise WebhookRejected("This is no entitlement of Discord's.", reason="body") from error
    return read.model_copy(update={"deleted": True}) if event.type == DELETED else read


def _state_of(entitlement: Entitlement) -> str:
    if entitlement.deleted:
        return "deleted"
    return "consumed" if entitlement.is_consumed else "bought"


class DiscordEvents:
    """Reads what is told, and completes it.

    Args:
        entitlements: Finds them.
    """

    def __init__(self, entitlements: DiscordEntitlements) -> None:
        self._entitlements = entitlements

    def read(self, body: str) -> ProviderEvent:
        """Read what was told. Raises as the protocol says."""
        return read_event(body)

    async def look_up(self, event: ProviderEvent) -> ProviderEvent:
        """Fetch the entitlement, as it is now. Raises as the protocol says."""
        if event.look_up is None:
            return event
        told = _entitlement(Envelope.model_validate_json(event.body).event)
        now = await self._entitlements.as_it_is(told)
        grown = now.model_copy(
            update={
                "deleted": now.deleted or told.deleted,
                "consumed": now.is_consumed or told.is_consumed,
            }
        )
        return replace(event, look_up=None, found=(read_entitlement(grown),))

"""A look at an account of Square's: who sells there, and where Square sends its messages.

Nothing is changed by it, but for the subscription that is asked for.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import uuid4

from pydantic import BaseModel, Field, ValidationError

from payments.domain.values.time import Instant
from payments.infra.outbound import Outbound, Policy, Purpose
from payments.providers.errors import ProviderUnavailable
from payments.providers.reading import Lenient
from payments.providers.square.access import LOCATIONS, SquareAccess
from payments.providers.square.calls import VERSION, Calls, object_in, objects_in
from payments.providers.square.errors import failure_of
from payments.providers.square.events import USED
from payments.providers.wire import Wire

SUBSCRIPTIONS: Final = "/v2/webhooks/subscriptions"


class Location(BaseModel):
    """Who sells (schema `Location`)."""

    id: str
    name: Lenient[str] = None
    currency: str
    status: Lenient[str] = None
    capabilities: Lenient[list[str]] = None

    @property
    def can_sell(self) -> bool:
        """Whether cards can be charged there."""
        return self.status == "ACTIVE" and "CREDIT_CARD_PROCESSING" in (self.capabilities or ())


class Registered(BaseModel):
    """A webhook subscription (schema `WebhookSubscription`)."""

    id: str
    notification_url: str
    enabled: bool = True
    event_types: list[str] = Field(default_factory=list)
    signature_key: Lenient[str] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """A webhook subscription of our application.

    Attributes:
        url: Where messages go, as it is part of what is signed.
        missing: The events that we use and that it does not send.
        key: Signs them; None where Square does not tell it.
    """

    id: str
    url: str
    is_enabled: bool
    missing: frozenset[str]
    key: str | None


class Inspector:
    """Looks at one account.

    Args:
        token: The access token.
        api_url: The address of the API.
        timeout_seconds: How long one look may take.
    """

    def __init__(self, token: str, *, api_url: str, timeout_seconds: float) -> None:
        self._wire = Wire(api_url, seconds=timeout_seconds, failure=failure_of)
        outbound = Outbound(Policy(attempts=1, timeout_seconds=timeout_seconds))
        self._calls = Calls(outbound, Purpose.HEALTH, wire=self._wire, token=token)
        self._access = SquareAccess(self._calls, "main", lambda: self._wire.date)

    @property
    def date_header(self) -> str:
        """The `Date` of Square's last answer."""
        return self._wire.date_header

    @property
    def date(self) -> Instant | None:
        """The same as a time."""
        return self._wire.date

    async def locations(self) -> list[Location]:
        """All of the account's. Raises as `Calls.make`."""
        answer = await self._calls.get(LOCATIONS)
        try:
            return [Location.model_validate(each) for each in objects_in(answer, "locations")]
        except ValidationError as error:
            words = "Square: its list of locations makes no sense."
            raise ProviderUnavailable(words, answered=True) from error

    async def lacking(self) -> list[str]:
        """What the token may not do and should. Raises as `Calls.make`."""
        return await self._access.lacking()

    async def subscriptions(self) -> list[Subscription]:
        """All of the application's, without their keys. Raises as `Calls.make`."""
        found: list[Subscription] = []
        async for page in self._calls.pages(SUBSCRIPTIONS, {"limit": "100"}, "subscriptions"):
            found += [_seen(each) for each in page]
        return found

    async def subscribe(self, address: str) -> Subscription:
        """Register an address. Raises as `Calls.make`."""
        asked = {
            "idempotency_key": str(uuid4()),
            "subscription": {
                "name": "Guildbank",
                "enabled": True,
                "event_types": sorted(USED),
                "notification_url": address,
                "api_version": VERSION,
            },
        }
        return _seen(object_in(await self._calls.post(SUBSCRIPTIONS, asked), "subscription"))

    async def mended(self, subscription: Subscription) -> Subscription:
        """Have one send all that we use, and tell its key. Raises as `Calls.make`."""
        path = f"{SUBSCRIPTIONS}/{subscription.id}"
        if subscription.missing or not subscription.is_enabled:
            wanted = {"subscription": {"enabled": True, "event_types": sorted(USED)}}
            await self._calls.make("PUT", path, wanted)
        return _seen(object_in(await self._calls.get(path), "subscription"))

    async def close(self) -> None:
        """Close the connections."""
        await self._wire.close()


def _seen(found: dict[str, object]) -> Subscription:
    try:
        read = Registered.model_validate(found)
    except ValidationError as error:
        words = "Square: a webhook subscription makes no sense."
        raise ProviderUnavailable(words, answered=True) from error
    return Subscription(
        id=read.id,
        url=read.notification_url,
        is_enabled=read.enabled,
        missing=USED - frozenset(read.event_types),
        key=read.signature_key,
    )


def of_address(found: Sequence[Subscription], address: str) -> list[Subscription]:
    """Those that lead to an address, byte for byte: it is part of what is signed."""
    return [each for each in found if each.url == address]

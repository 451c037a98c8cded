"""A look at an account of PayPal's: what a key may do, and where PayPal sends its messages.

Nothing is changed by it, but for the webhook that is asked for.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from pydantic import BaseModel, Field, ValidationError

from payments.domain.values.time import Instant
from payments.infra.outbound import Outbound, Policy, Purpose
from payments.providers.errors import ProviderUnavailable
from payments.providers.paypal.access import SMALL, PayPalAccess
from payments.providers.paypal.calls import Calls
from payments.providers.paypal.events import USED
from payments.providers.paypal.reversal_list import PAGE, listed
from payments.providers.paypal.tokens import Tokens
from payments.providers.paypal.wire import failure_of
from payments.providers.reading import Lenient, written_time
from payments.providers.wire import Ask, Wire

EVERY: Final = "*"
"""Stands for all kinds of events, also of those that are added later."""

OFFERED: Final = "/v1/notifications/webhooks-event-types"
"""Lists the kinds of events that there are."""


class EventType(BaseModel):
    """A kind of event."""

    name: str


class Registered(BaseModel):
    """A webhook at PayPal (Webhooks v1, schema `webhook`)."""

    id: str
    url: str
    event_types: list[EventType] = Field(default_factory=list)


class Offered(BaseModel):
    """The kinds of events that PayPal can send (Webhooks v1, `webhooks-event-types.list`)."""

    event_types: list[Lenient[EventType]] = Field(default_factory=list)


class AllRegistered(BaseModel):
    """What PayPal lists; what is odd in it is left out."""

    webhooks: list[Lenient[Registered]] = Field(default_factory=list)


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenWebhook:
    """A webhook that is registered for our app.

    Attributes:
        id: PayPal's; it is part of what is signed.
        url: Where messages go.
        missing: The events that we use and that it does not send.
    """

    id: str
    url: str
    missing: frozenset[str]


class Inspector:
    """Looks at one account.

    Args:
        client_id: Names the REST app.
        client_secret: Its secret.
        api_url: The address of the API.
        timeout_seconds: How long one look may take.
    """

    def __init__(
        self, client_id: str, client_secret: str, *, api_url: str, timeout_seconds: float
    ) -> None:
        self._wire = Wire(api_url, seconds=timeout_seconds, failure=failure_of)
        tokens = Tokens(self._wire, client_id, client_secret)
        outbound = Outbound(Policy(attempts=1, timeout_seconds=timeout_seconds))
        self._calls = Calls(outbound, Purpose.HEALTH, wire=self._wire, tokens=tokens)
        self._access = PayPalAccess(self._calls, lambda: self._wire.date)

    @property
    def date_header(self) -> str:
        """The `Date` of PayPal's last answer."""
        return self._wire.date_header

    async def check_key(self) -> None:
        """Ask for something small. Raises as `Calls.make`."""
        await self._access.ping()

    async def lacking(self) -> list[str]:
        """What the app may not do and should. Raises as `Calls.make`."""
        return await self._access.lacking()

    async def webhooks(self) -> list[SeenWebhook]:
        """All webhooks of the app. Raises as `Calls.make`."""
        try:
            found = AllRegistered.model_validate(await self._calls.get(SMALL))
        except ValidationError as error:
            words = "PayPal: its list of webhooks makes no sense."
            raise ProviderUnavailable(words, answered=True) from error
        wanted = await self._wanted()
        return [_seen(each, wanted) for each in found.webhooks if each is not None]

    async def _wanted(self) -> frozenset[str]:
        """The events that we use, as far as PayPal has them. Raises as `Calls.make`.

        One name that it does not know would have it refuse a webhook altogether.
        """
        try:
            found = Offered.model_validate(await self._calls.get(OFFERED))
        except ValidationError as error:
            words = "PayPal: its list of events makes no sense."
            raise ProviderUnavailable(words, answered=True) from error
        return USED & {each.name for each in found.event_types if each is not None} or USED

    async def create_webhook(self, address: str) -> str:
        """Register an address; returns the webhook's id. Raises as `Calls.make`."""
        kinds = [{"name": each} for each in sorted(await self._wanted())]
        made = await self._calls.post(SMALL, json.dumps({"url": address, "event_types": kinds}))
        try:
            return Registered.model_validate(made).id
        except ValidationError as error:
            words = "PayPal: the webhook that it made makes no sense."
            raise ProviderUnavailable(words, answered=True) from error

    async def add_events(self, webhook: SeenWebhook) -> None:
        """Have a webhook send all that we use. Raises as `Calls.make`."""
        kinds = [{"name": each} for each in sorted(await self._wanted())]
        patch = [{"op": "replace", "path": "/event_types", "value": kinds}]
        await self._calls.make(
            Ask(
                method="PATCH",
                path=f"{SMALL}/{webhook.id}",
                body=json.dumps(patch).encode(),
                headers={"Content-Type": "application/json"},
            )
        )

    async def written(self, since: Instant, until: Instant) -> list[str]:
        """The ids of the events that we use and PayPal wrote. Raises as `Calls.make`."""
        query = {
            "start_time": written_time(since),
            "end_time": written_time(until),
            "page_size": str(PAGE),
        }
        found = await listed(self._calls, query)
        return [str(each.get("id")) for each in found if each.get("event_type") in USED]

    async def close(self) -> None:
        """Close the connections."""
        await self._wire.close()


def _seen(registered: Registered, wanted: frozenset[str]) -> SeenWebhook:
    names = {each.name for each in registered.event_types}
    missing = frozenset() if EVERY in names else wanted - names
    return SeenWebhook(id=registered.id, url=registered.url, missing=missing)


def of_address(webhooks: Sequence[SeenWebhook], address: str) -> list[SeenWebhook]:
    """Those that lead to an address."""
    return [each for each in webhooks if each.url.rstrip("/") == address.rstrip("/")]

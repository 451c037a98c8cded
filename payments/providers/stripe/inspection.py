"""A look at an account of Stripe's: what a key may do, and where Stripe sends its messages.

Nothing is changed by it, but for the endpoint that is asked for. That a key may write is shown by a
call about an object that does not exist: Stripe looks at the key's permission first (403), and then
for the object.
"""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final, Literal

import aiohttp
import stripe
from pydantic import BaseModel, ValidationError

from payments.domain.values.time import Instant, to_seconds
from payments.providers.errors import ProviderRefused, ProviderUnavailable
from payments.providers.stripe.dated_client import DatedClient
from payments.providers.stripe.sessions import CHECKOUT_EVENTS
from payments.providers.stripe.shapes import is_listed
from payments.providers.stripe.updates import API_VERSION, LOOKED_UP

NEEDED_EVENTS: Final = frozenset(CHECKOUT_EVENTS) | LOOKED_UP
"""The events that a webhook endpoint must send."""

_NOTHING: Final = "guildbank_doctor"
"""Stands in ids of objects that do not exist."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Permission:
    """Something that a restricted key may or may not do.

    Attributes:
        name: As Stripe's dashboard calls it, with what is to be chosen there.
        method: Of the call that shows it.
        path: Of that call.
        params: Of that call.
    """

    name: str
    path: str
    method: Literal["get", "post"] = "get"
    params: Mapping[str, Any]

    @property
    def about(self) -> str:
        """What it is about, without what may be done with that."""
        return self.name.rpartition(" (")[0]


def _reads(name: str, path: str) -> Permission:
    return Permission(name=f"{name} (read)", path=path, params={"limit": 1})


EVENTS: Final = _reads("Events", "/v1/events")

NEEDED: Final = (
    Permission(
        name="Checkout Sessions (write)",
        method="post",
        path=f"/v1/checkout/sessions/cs_test_{_NOTHING}/expire",
        params={},
    ),
    Permission(
        name="Charges and Refunds (write)",
        method="post",
        path="/v1/refunds",
        params={"payment_intent": f"pi_{_NOTHING}"},
    ),
    _reads("Payment Intents", "/v1/payment_intents"),
    _reads("Disputes", "/v1/disputes"),
    EVENTS,
    _reads("Radar, early fraud warnings", "/v1/radar/early_fraud_warnings"),
)
"""Without these something goes wrong sooner or later."""

USEFUL: Final = (
    Permission(
        name="Payment Intents (write)",
        method="post",
        path=f"/v1/payment_intents/pi_{_NOTHING}/cancel",
        params={},
    ),
    _reads("Balance and its transactions", "/v1/balance_transactions"),
    _reads("Webhook Endpoints", "/v1/webhook_endpoints"),
)
"""Without these all works, but no purchase can be checked before it is charged, fees stay unknown,
or the endpoint cannot be looked at."""

CUSTOMERS: Final = Permission(
    name="Customers (write)",
    method="post",
    path=f"/v1/customers/cus_{_NOTHING}",
    params={"email": ""},
)
"""Useful where members are customers (`STRIPE_CUSTOMERS`); without it all is sold as before."""

NOT_NEEDED: Final = tuple(
    _reads(name, f"/v1/{name.lower()}")
    for name in ("Customers", "Payouts", "Transfers", "Invoices")
)
"""What a thief of the key would like to have; nothing here needs it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialAnswer:
    """What Stripe answered.

    Attributes:
        status: The HTTP status.
        date: The header `Date`: the time by Stripe's clock.
        body: The object or an error; empty if it is neither.
    """

    status: int
    date: str | None
    body: Mapping[str, Any]

    @property
    def is_key_refused(self) -> bool:
        """Whether Stripe does not know the key, or has revoked it."""
        return self.status == HTTPStatus.UNAUTHORIZED

    @property
    def is_permitted(self) -> bool | None:
        """Whether the key may do that; None if Stripe had other worries."""
        if self.status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
            return False
        if (
            self.status == HTTPStatus.TOO_MANY_REQUESTS
            or self.status >= HTTPStatus.INTERNAL_SERVER_ERROR
        ):
            return None
        return True


class SeenEndpoint(BaseModel):
    """A webhook endpoint, as far as it concerns us."""

    url: str
    status: str
    enabled_events: frozenset[str]
    api_version: str | None = None

    @property
    def is_enabled(self) -> bool:
        """Whether Stripe sends there."""
        return self.status == "enabled"

    def leads_to(self, address: str) -> bool:
        """Whether it is the endpoint of an address."""
        return self.url.rstrip("/") == address

    @property
    def missing_events(self) -> frozenset[str]:
        """Events that we need and it does not send."""
        return frozenset() if "*" in self.enabled_events else NEEDED_EVENTS - self.enabled_events


class Inspector:
    """Looks at the account of a key.

    Args:
        secret_key: A secret or restricted key.
        api_url: Another server that speaks Stripe's API; Stripe's own if none.
        timeout_seconds: How long one call may take.
    """

    def __init__(
        self, secret_key: str, *, api_url: str | None = None, timeout_seconds: float = 4
    ) -> None:
        self.is_restricted = secret_key.startswith("rk_")
        self.livemode = secret_key.startswith(("sk_live_", "rk_live_"))
        self._http = DatedClient(timeout=aiohttp.ClientTimeout(total=timeout_seconds))
        self._client = stripe.StripeClient(
            secret_key,
            stripe_version=API_VERSION,
            max_network_retries=0,
            base_addresses={"api": api_url} if api_url else {},
            http_client=self._http,
        )

    async def try_out(self, permission: Permission) -> TrialAnswer:
        """Make the call that shows whether the key may do something.

        Raises:
            ProviderUnavailable: Stripe cannot be reached.
        """
        return await self._ask(permission.method, permission.path, permission.params)

    async def lacking(self, permissions: tuple[Permission, ...]) -> list[Permission]:
        """Those that the key does not have.

        Raises:
            ProviderUnavailable: Stripe cannot be reached, or does not say of all of them.
        """
        answers = await asyncio.gather(*(self.try_out(each) for each in permissions))
        if not_said := next((each for each in answers if each.is_permitted is None), None):
            raise _no(not_said)
        return [
            permission
            for permission, answer in zip(permissions, answers, strict=True)
            if answer.is_permitted is False
        ]

    async def endpoints(self) -> list[SeenEndpoint]:
        """The account's webhook endpoints in the key's mode: Stripe allows fewer than a page.

        Raises:
            ProviderRefused: The key may not look at them.
            ProviderUnavailable: Stripe cannot be reached, or its answer makes no sense.
        """
        answer = await self._ask("get", "/v1/webhook_endpoints", {"limit": 100})
        if answer.status != HTTPStatus.OK:
            raise _no(answer)
        try:
            return [SeenEndpoint.model_validate(each) for each in answer.body.get("data", ())]
        except ValidationError as error:
            raise ProviderUnavailable("Stripe: its endpoints cannot be read.") from error

    async def written(self, since: Instant, until: Instant) -> list[str]:
        """Ids of the newest events of the kinds that we use, at most a page of them.

        Whether Stripe thinks that it has delivered them is not asked: what it wrote while the
        endpoint was disabled or missing never counts as undelivered there.

        Raises:
            ProviderRefused: The key may not look at them.
            ProviderUnavailable: Stripe cannot be reached, or its answer makes no sense.
        """
        wanted = {
            "types": sorted(NEEDED_EVENTS),
            "created": {"gte": to_seconds(since), "lt": to_seconds(until)},
            "limit": 100,
        }
        answer = await self._ask("get", "/v1/events", wanted)
        if answer.status != HTTPStatus.OK:
            raise _no(answer)
        found = answer.body.get("data")
        if not isinstance(found, list) or not all(is_listed(each) for each in found):
            raise ProviderUnavailable("Stripe: its list of events makes no sense.")
        return [each["id"] for each in found]

    async def create_endpoint(self, url: str) -> str:
        """Register an address for the events that we need.

        Returns:
            The signing secret, which Stripe tells only now.

        Raises:
            ProviderRefused: The key may not do that, or Stripe does not like the address.
            ProviderUnavailable: Stripe cannot be reached, or its answer makes no sense.
        """
        params = {
            "url": url,
            "enabled_events": sorted(NEEDED_EVENTS),
            "api_version": API_VERSION,
            "description": "Guildbank",
        }
        answer = await self._ask("post", "/v1/webhook_endpoints", params)
        if answer.status != HTTPStatus.OK:
            raise _no(answer)
        secret = answer.body.get("secret")
        if not isinstance(secret, str):
            raise ProviderUnavailable("Stripe: the new endpoint has no secret.")
        return secret

    async def close(self) -> None:
        """Close the connections."""
        await self._http.close_async()

    async def _ask(self, method: str, path: str, params: Mapping[str, Any]) -> TrialAnswer:
        try:
            found = await self._client.raw_request_async(method, path, **params)
        except stripe.StripeError as error:
            if error.http_status is None or error.http_status < HTTPStatus.BAD_REQUEST:
                raise ProviderUnavailable("Stripe cannot be reached.") from error
            headers: Mapping[str, str] = error.headers or {}
            return TrialAnswer(status=error.http_status, date=headers.get("Date"), body={})
        except (aiohttp.ClientError, OSError) as error:
            raise ProviderUnavailable("Stripe cannot be reached.") from error
        body = json.loads(found.body)
        if not isinstance(body, dict):
            raise ProviderUnavailable("Stripe: its answer is no object.")
        return TrialAnswer(status=found.code, date=found.headers.get("Date"), body=body)


def _no(answer: TrialAnswer) -> ProviderRefused | ProviderUnavailable:
    if answer.is_permitted is None:
        return ProviderUnavailable(f"Stripe answered {answer.status}.")
    return ProviderRefused(f"Stripe answered {answer.status}.", code=str(answer.status))

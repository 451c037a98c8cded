"""Updates of our payments from Stripe's events."""

from typing import Any, Final, Literal

from pydantic import BaseModel, ValidationError

from payments.domain.values.buyer_address import Conceal, take_no_address
from payments.domain.values.inbox import Found
from payments.domain.values.time import from_seconds
from payments.providers.errors import WebhookRejected
from payments.providers.requests import ProviderEvent
from payments.providers.strict_json import parse_strictly
from payments.providers.stripe.fields import Seconds, Text
from payments.providers.stripe.held_intents import HOLD_EVENTS, needs_intent
from payments.providers.stripe.ownership import WHOLE, id_of, kind_of, traces_of
from payments.providers.stripe.reversal_updates import REVERSAL_EVENTS
from payments.providers.stripe.sessions import CHECKOUT_EVENTS, read_session

LOOKED_UP: Final = REVERSAL_EVENTS | HOLD_EVENTS
"""Events whose object is always fetched before it is used."""

API_VERSION = "2026-10-28.endive"
"""Pinned: objects of any other version are fetched again in this one before they are used."""


class EventData(BaseModel):
    """Part of an event."""

    object: dict[str, Any]


class StripeEvent(BaseModel):
    """The envelope (Stripe, The Event object).

    Attributes:
        account: Of whose connected account it is.
        context: To which account of an organisation it belongs.
        user_id: What older platforms get instead of `account`.
    """

    id: Text
    object: Literal["event"]
    api_version: Any = None
    created: Seconds
    data: EventData
    livemode: bool
    type: Text
    account: Any = None
    context: Any = None
    user_id: Any = None

    @property
    def is_elsewhere(self) -> bool:
        """Whether it names an account other than the one whose key we have (case 32)."""
        return any(each is not None for each in (self.account, self.context, self.user_id))


def read_event(
    body: str,
    *,
    livemode: bool,
    looked_up: frozenset[str] = frozenset(),
    conceal: Conceal = take_no_address,
) -> ProviderEvent:
    """Read an event that is known to be genuine.

    Args:
        body: Its text, as it came.
        livemode: Whether real money moves.
        looked_up: Kinds of events whose object is always fetched before it is used.
        conceal: Encrypts the buyer's address.

    Raises:
        WebhookRejected: It is no event, a thin one, or of the other mode (cases 13, 31).
    """
    parsed = parse_strictly(body)
    if parsed.get("object") == "v2.core.event":
        raise WebhookRejected(
            "This is a thin event. In Stripe's dashboard, set the endpoint's payload style to "
            "snapshot.",
            reason="thin",
        )
    try:
        event = StripeEvent.model_validate(parsed)
    except ValidationError as error:
        raise WebhookRejected("This is no event of Stripe's.", reason="body") from error
    if event.livemode is not livemode:
        raise WebhookRejected(
            f"This event is of {'live' if event.livemode else 'test'} mode, the key is not.",
            reason="mode",
        )
    return _understood(event, body, looked_up, conceal)


def _understood(
    event: StripeEvent, body: str, looked_up: frozenset[str], conceal: Conceal
) -> ProviderEvent:
    def understood(
        found: Found | None = None, *, ignored: str | None = None, look_up: str | None = None
    ) -> ProviderEvent:
        return ProviderEvent(
            id=event.id,
            kind=event.type,
            created=from_seconds(event.created),
            body=body,
            found=(found,) if found else (),
            ignored=ignored,
            look_up=look_up,
        )

    kind = kind_of(event.type)
    if kind is None or (event.type not in CHECKOUT_EVENTS and event.type not in looked_up):
        return understood(ignored="This kind of event is not used.")  # case 21
    is_whole = kind in WHOLE
    traces = traces_of(event.data.object, kind, elsewhere=event.is_elsewhere, whole=is_whole)
    is_known = event.type not in looked_up and event.api_version == API_VERSION  # case 33
    if not is_known or needs_intent(event.data.object):
        wanted = id_of(event.data.object)
        if wanted is None:
            return understood(Found(traces=traces, wrong="What the event is about has no id."))
        return understood(Found(traces=traces), look_up=wanted)
    read = read_session(event.data.object, event_type=event.type, conceal=conceal)
    return understood(read.found(traces))

"""Events of Square: read, and completed by a look-up of what they are about.

An event is only a sign that something has changed: the object is fetched before it counts, with its
payment and its order, which alone says whose it is. So the order of events does not matter.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Annotated, Any, Final

from pydantic import BaseModel, Field, ValidationError

from payments.domain.values.inbox import Found
from payments.domain.values.traces import Traces
from payments.providers.errors import WebhookRejected
from payments.providers.reading import instant_of
from payments.providers.requests import ProviderEvent
from payments.providers.square.checkouts import SquareCheckouts
from payments.providers.square.dispute_updates import (
    dispute_id_of,
    payment_of,
    read_dispute,
    traces_of_dispute,
)
from payments.providers.square.order_updates import traces_of_order, traces_of_payment
from payments.providers.square.ownership import id_of
from payments.providers.square.refund_updates import read_refund, traces_of_refund
from payments.providers.square.reversals import SquareDisputes, SquareRefunds
from payments.providers.strict_json import parse_strictly

PAYMENTS: Final = frozenset({"payment.created", "payment.updated"})
REFUNDS: Final = frozenset({"refund.created", "refund.updated"})
DISPUTES: Final = frozenset({"dispute.created", "dispute.state.updated"})

USED: Final = PAYMENTS | REFUNDS | DISPUTES
"""The kinds of events that we use (Square: Webhook events reference)."""

UNCLAIMED: Final = "The payment is of no order."


class Data(BaseModel):
    """What an event is about."""

    id: str | None = None
    object: dict[str, Any] = Field(default_factory=dict)


class Envelope(BaseModel):
    """An event (schema `Event`)."""

    event_id: Annotated[str, Field(pattern=r"^[A-Za-z0-9_.:-]{1,400}$")]
    type: Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,128}$")]
    created_at: str
    data: Data = Field(default_factory=Data)


def read_event(body: str) -> ProviderEvent:
    """Read an event that is known to be genuine.

    Raises:
        WebhookRejected: It is no event.
    """
    try:
        event = Envelope.model_validate(parse_strictly(body))
    except ValidationError as error:
        raise WebhookRejected("This is no event of Square's.", reason="body") from error
    created = instant_of(event.created_at)
    if created is None:
        raise WebhookRejected("This event of Square's has no time.", reason="body")
    read = ProviderEvent(id=event.event_id, kind=event.type, created=created, body=body)
    if event.type not in USED:
        return replace(read, ignored="This kind of event is not used.")
    name = event.type.partition(".")[0]
    shown = event.data.object.get(name)
    about = shown if isinstance(shown, dict) else {}
    wanted, traces = _ABOUT[name](about)
    wanted = wanted or id_of(event.data.id)
    if wanted is None:
        nameless = Found(traces=traces, wrong="What the event is about has no id.")
        return replace(read, found=(nameless,))
    return replace(read, found=(Found(traces=traces),), look_up=wanted)


def _about_payment(found: Mapping[str, Any]) -> tuple[str | None, Traces]:
    return id_of(found.get("id")), traces_of_payment(found, whole=False)


def _about_refund(found: Mapping[str, Any]) -> tuple[str | None, Traces]:
    return id_of(found.get("id")), traces_of_refund(found, whole=False)


def _about_dispute(found: Mapping[str, Any]) -> tuple[str | None, Traces]:
    return dispute_id_of(found), traces_of_dispute(found, whole=False)


_ABOUT: Final[Mapping[str, Callable[[Mapping[str, Any]], tuple[str | None, Traces]]]] = {
    "payment": _about_payment,
    "refund": _about_refund,
    "dispute": _about_dispute,
}


class SquareEvents:
    """Reads events.

    Args:
        checkouts: Finds payments and their orders.
        refunds: Finds them.
        disputes: Finds them.
    """

    def __init__(
        self, *, checkouts: SquareCheckouts, refunds: SquareRefunds, disputes: SquareDisputes
    ) -> None:
        self._checkouts = checkouts
        self._refunds = refunds
        self._disputes = disputes

    def read(self, body: str) -> ProviderEvent:
        """Read a genuine event. Raises as the protocol says."""
        return read_event(body)

    async def look_up(self, event: ProviderEvent) -> ProviderEvent:
        """Fetch what an event is about, as it is now. Raises as the protocol says."""
        if event.look_up is None:
            return event
        found = await self._fetch(event.kind, event.look_up)
        return replace(event, look_up=None, found=found)

    async def _fetch(self, kind: str, wanted: str) -> tuple[Found, ...]:
        if kind in PAYMENTS:
            return (await self._paid(wanted))[0]
        if kind in REFUNDS:
            refund = await self._refunds.fetch(wanted)
            paid, order = await self._paid(id_of(refund.get("payment_id")))
            return *paid, read_refund(refund).found(traces_of_refund(refund, order))
        dispute = await self._disputes.fetch(wanted)
        paid, order = await self._paid(payment_of(dispute))
        return *paid, read_dispute(dispute).found(traces_of_dispute(dispute, order))

    async def _paid(self, wanted: str | None) -> tuple[tuple[Found, ...], Mapping[str, Any] | None]:
        """What a payment tells, and its order, if it is of one."""
        if wanted is None:
            return (), None
        payment = await self._checkouts.payment(wanted)
        of = id_of(payment.get("order_id"))
        if of is None:
            return (Found(traces=traces_of_payment(payment), ignored=UNCLAIMED),), None
        order = await self._checkouts.order(of)
        traces = traces_of_order(order, wanted)
        if not traces.claims:  # somebody else's: its other payments do not matter
            return (Found(traces=traces, ignored="The order is not one of ours."),), order
        return ((await self._checkouts.read(order, [payment])).found(traces),), order

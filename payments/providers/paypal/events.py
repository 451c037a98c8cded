"""Events of PayPal: read, and completed by a look-up of what they are about.

An event is only a sign that something has changed: the object is fetched before it counts, so
neither the order of the events nor the version in which they were written matters.
"""

from dataclasses import dataclass, replace
from typing import Annotated, Any, Final

from pydantic import BaseModel, Field, ValidationError

from payments.domain.values.buyer_address import Conceal, take_no_address
from payments.domain.values.inbox import Found
from payments.domain.values.time import Clock, later
from payments.domain.values.traces import Traces
from payments.providers.errors import ProviderRefused, WebhookRejected
from payments.providers.paypal.authorization_updates import (
    read_authorization,
    traces_of_authorization,
)
from payments.providers.paypal.authorizations import AUTHORIZATIONS as HELD
from payments.providers.paypal.calls import Calls
from payments.providers.paypal.checkouts import ORDERS
from payments.providers.paypal.dispute_updates import (
    captures_of,
    read_dispute,
    taken_by,
    traces_of_dispute,
)
from payments.providers.paypal.order_updates import (
    captures_in,
    gone,
    read_capture,
    read_order,
    traces_of_capture,
    traces_of_order,
)
from payments.providers.paypal.ownership import id_of, joined, linked, order_of
from payments.providers.paypal.refund_updates import read_refund, read_reversals, traces_of_refund
from payments.providers.paypal.reversal_list import KEPT, reversals_of
from payments.providers.paypal.reversals import PayPalDisputes, PayPalRefunds
from payments.providers.protocol import Refusal
from payments.providers.reading import Reading, instant_of
from payments.providers.requests import ProviderEvent
from payments.providers.strict_json import parse_strictly

APPROVED: Final = "CHECKOUT.ORDER.APPROVED"
LAPSED: Final = "CHECKOUT.PAYMENT-APPROVAL.REVERSED"
REVERSED: Final = "PAYMENT.CAPTURE.REVERSED"

CAPTURES: Final = frozenset(
    f"PAYMENT.CAPTURE.{end}" for end in ("COMPLETED", "PENDING", "DENIED", "DECLINED")
)
REFUNDS: Final = frozenset(
    {"PAYMENT.CAPTURE.REFUNDED", "PAYMENT.REFUND.PENDING", "PAYMENT.REFUND.FAILED"}
)
"""Their object is the refund. One that had arrived may fail days later, and only this tells it."""

AUTHORIZATIONS: Final = frozenset({"PAYMENT.AUTHORIZATION.CREATED", "PAYMENT.AUTHORIZATION.VOIDED"})
"""Their object is the money that is set aside, or was."""

DISPUTES: Final = frozenset(f"CUSTOMER.DISPUTE.{end}" for end in ("CREATED", "UPDATED", "RESOLVED"))

USED: Final = (
    frozenset({APPROVED, LAPSED, REVERSED}) | CAPTURES | REFUNDS | DISPUTES | AUTHORIZATIONS
)
"""The kinds of events that we use (PayPal: Webhook event names)."""


class Envelope(BaseModel):
    """An event (Webhooks v1, schema `event`)."""

    id: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,128}$")]
    event_type: Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,128}$")]
    create_time: str
    resource: dict[str, Any] = Field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What an event is about.

    Attributes:
        id: The object that is fetched; None if it names none.
        traces: What says whose it is, as far as the event tells.
    """

    id: str | None
    traces: Traces


def read_event(body: str) -> ProviderEvent:
    """Read an event that is known to be genuine.

    Raises:
        WebhookRejected: It is no event.
    """
    try:
        event = Envelope.model_validate(parse_strictly(body))
    except ValidationError as error:
        raise WebhookRejected("This is no event of PayPal's.", reason="body") from error
    created = instant_of(event.create_time)
    if created is None:
        raise WebhookRejected("This event of PayPal's has no time.", reason="body")
    read = ProviderEvent(id=event.id, kind=event.event_type, created=created, body=body)
    if event.event_type not in USED:
        return replace(read, ignored="This kind of event is not used.")
    about = about_of(event.event_type, event.resource)
    found = Found(traces=about.traces)
    if about.id is None:
        nameless = replace(found, wrong="What the event is about has no id.")
        return replace(read, found=(nameless,))
    return replace(read, found=(found,), look_up=about.id)


def about_of(kind: str, resource: dict[str, Any]) -> About:
    """What an event of a kind is about."""
    if kind in DISPUTES:
        return About(
            id=id_of(resource.get("dispute_id")), traces=traces_of_dispute(resource, whole=False)
        )
    if kind == REVERSED or kind in REFUNDS:
        return About(id=id_of(resource.get("id")), traces=traces_of_refund(resource, whole=False))
    if kind in CAPTURES:
        return About(id=id_of(resource.get("id")), traces=traces_of_capture(resource))
    if kind in AUTHORIZATIONS:
        return About(id=id_of(resource.get("id")), traces=traces_of_authorization(resource))
    order = id_of(resource.get("order_id")) or id_of(resource.get("id"))
    return About(id=order, traces=traces_of_order({**resource, "id": order}))


class PayPalEvents:
    """Reads events.

    Args:
        calls: Make the calls.
        refunds: Finds them.
        disputes: Finds them.
        clock: Tells the time.
        conceal: Encrypts buyers' addresses.
    """

    def __init__(
        self,
        calls: Calls,
        *,
        refunds: PayPalRefunds,
        disputes: PayPalDisputes,
        clock: Clock,
        conceal: Conceal = take_no_address,
    ) -> None:
        self._conceal = conceal
        self._calls = calls
        self._clock = clock
        self._refunds = refunds
        self._disputes = disputes

    def read(self, body: str) -> ProviderEvent:
        """Read a genuine event. Raises as the protocol says."""
        return read_event(body)

    async def look_up(self, event: ProviderEvent) -> ProviderEvent:
        """Fetch what an event is about, as it is now. Raises as the protocol says."""
        if event.look_up is None:
            return event
        found = await self._fetch(event, event.look_up)
        nothing = None if found else "There is nothing of ours in it."
        return replace(event, look_up=None, found=tuple(found), ignored=nothing)

    async def _fetch(self, event: ProviderEvent, wanted: str) -> list[Found]:
        if event.kind in DISPUTES:
            return await self._dispute(wanted)
        if event.kind in REFUNDS:
            return await self._refund(wanted)
        if event.kind == REVERSED:
            return await self._reversal(wanted)
        if event.kind in CAPTURES:
            return await self._capture(wanted)
        if event.kind in AUTHORIZATIONS:
            return [await self._authorization(wanted)]
        return [await self._order(wanted, just_approved=event.kind == APPROVED)]

    async def _order(self, order: str, *, just_approved: bool = False) -> Found:
        """An order; one that is gone has expired."""
        found = await self._known_order(order)
        if found is None:
            return Reading(update=gone(order)).found(traces_of_order({"id": order}))
        reading = read_order(found, just_approved=just_approved, conceal=self._conceal)
        return reading.found(traces_of_order(found))

    async def _known_order(self, order: str) -> dict[str, Any] | None:
        """An order; None if it is gone."""
        try:
            return await self._calls.get(f"{ORDERS}/{order}", about=order)
        except ProviderRefused as error:
            if error.why is not Refusal.UNKNOWN_OBJECT:
                raise
            return None

    async def _capture(self, capture: str) -> list[Found]:
        """A capture's order; the capture alone if that is gone, or does not list it.

        Of an order with several captures, all of them tell how its money stands.
        """
        found = await self._refunds.capture(capture)
        order = order_of(found)
        whole = None if order is None else await self._known_order(order)
        if whole is not None:
            reading = read_order(whole, conceal=self._conceal)
            if reading.update is None or capture in captures_in(whole):
                return [reading.found(traces_of_order(whole))]
        return [read_capture(found).found(traces_of_capture(found))]

    async def _authorization(self, authorization: str) -> Found:
        """The order of what is set aside; that alone if the order is gone."""
        found = await self._calls.get(f"{HELD}/{authorization}", about=authorization)
        order = order_of(found)
        whole = None if order is None else await self._known_order(order)
        if whole is None:
            return read_authorization(found).found(traces_of_authorization(found))
        reading = read_order(whole, conceal=self._conceal)
        return reading.found(joined(traces_of_order(whole), traces_of_authorization(found)))

    async def _refund(self, refund: str) -> list[Found]:
        found = await self._refunds.fetch(refund)
        told = traces_of_refund(found)
        paid = await self._paid(told, linked(found, "captures"))
        return [*paid, read_refund(found).found(joined(told, _whose(told, paid)))]

    async def _reversal(self, reversal: str) -> list[Found]:
        """What PayPal took back, with the disputes that it may have taken it for."""
        found = await self._refunds.fetch(reversal)
        capture, told = linked(found, "captures"), traces_of_refund(found)
        if capture is None:
            return [read_refund(found).found(told)]
        paid = await self._paid(told, capture)
        return [*paid, *await self._taken(capture, _whose(told, paid), found)]

    async def _dispute(self, dispute: str) -> list[Found]:
        """A dispute, and what was taken back for it and may have been counted before it came."""
        found = await self._disputes.fetch(dispute)
        captures, told = captures_of(found), traces_of_dispute(found)
        if len(captures) != 1:
            return [read_dispute(found).found(told)]
        paid = await self._paid(told, captures[0])
        whose = _whose(told, paid)
        readings = [*paid, read_dispute(found).found(joined(told, whose))]
        if taken_by(found) is None:
            return readings
        return [*readings, *await self._taken(captures[0], whose, dispute=found)]

    async def _taken(
        self,
        capture: str,
        whose: Traces,
        reversal: dict[str, Any] | None = None,
        dispute: dict[str, Any] | None = None,
    ) -> list[Found]:
        """All that PayPal took of a capture: each once, by its dispute or as a reversal.

        Args:
            capture: Of which.
            whose: What says whose the capture is.
            reversal: One that is known.
            dispute: One that is known, and told elsewhere.
        """
        told = await reversals_of(self._calls, capture, later(self._clock(), -KEPT))
        in_hand = [] if reversal is None else [reversal]
        known = {each.get("id") for each in in_hand}
        older = [await self._refunds.fetch(each) for each in told if each not in known]
        reversals = [*in_hand, *older]
        if not reversals:
            return []
        listed = await self._disputes.of_capture(capture)
        others = [each for each in listed if dispute is None or not _is_same(each, dispute)]
        all_ = others if dispute is None else [*others, dispute]  # it may not be listed yet
        taken = [money for each in all_ if (money := taken_by(each)) is not None]
        return [
            *(read_dispute(each).found(joined(traces_of_dispute(each), whose)) for each in others),
            *(
                reading.found(joined(traces_of_refund(each), whose))
                for each, reading in read_reversals(reversals, taken)
            ),
        ]

    async def _paid(self, told: Traces, capture: str | None) -> list[Found]:
        """What a refund or dispute is of, where it does not say itself whose it is."""
        return [] if capture is None or told.claims else await self._capture(capture)


def _whose(told: Traces, paid: list[Found]) -> Traces:
    """What says whose a capture is: what was told of it, and what was found with it.

    Whose each object of a message is, is decided before any of them counts: so each must say it.
    """
    return joined(Traces(claims=told.claims), *(each.traces for each in paid))


def _is_same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return one.get("dispute_id") == other.get("dispute_id")

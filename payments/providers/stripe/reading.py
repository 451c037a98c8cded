"""What Stripe's objects and events tell of our payments."""

import re
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, StrictInt, ValidationError

from payments.domain.facts import CheckoutStatus, CheckoutTold, MoneyStatus, Reference, Told
from payments.domain.ids import GuildId, MemberId, PackageId, PaymentId
from payments.domain.time import from_seconds
from payments.providers.protocol import ProviderEvent, WebhookRejected

API_VERSION = "2026-10-28.endive"
"""Pinned: objects of any other version are fetched again in this one before they are used."""

PAYMENT, INSTALLATION, GUILD, MEMBER, PACKAGE, REFUND = (
    "guildbank_payment",
    "guildbank_installation",
    "guildbank_guild",
    "guildbank_member",
    "guildbank_package",
    "guildbank_refund",
)
"""Our keys in an object's metadata."""

CHECKOUT_EVENTS: dict[str, MoneyStatus | None] = {
    "checkout.session.completed": None,
    "checkout.session.async_payment_succeeded": None,
    "checkout.session.async_payment_failed": MoneyStatus.FAILED,
    "checkout.session.expired": None,
}
"""Events about a checkout, with what they say of its money where the session does not."""

Text = Annotated[str, Field(pattern=r"^[\x21-\x7e]{1,255}$")]
"""An id of Stripe's, or one of its names for a kind: what a database takes, and a log shows."""

Minor = Annotated[StrictInt, Field(ge=0, lt=2**53)]
"""An amount in minor units: what a database takes."""

Seconds = Annotated[StrictInt, Field(ge=0, lt=2**40)]
"""A Unix time."""


class Metadata(BaseModel):
    """Ours, in a session; whatever else it holds is of no concern."""

    payment: str | None = Field(default=None, alias=PAYMENT)
    guild: str | None = Field(default=None, alias=GUILD)
    member: str | None = Field(default=None, alias=MEMBER)
    package: str | None = Field(default=None, alias=PACKAGE)


class Head(BaseModel):
    """What tells whether a session is one of ours, whatever the rest of it looks like."""

    mode: Text
    client_reference_id: str | None = None
    metadata: Metadata | None = None


class TotalDetails(BaseModel):
    """Part of a session."""

    amount_discount: Minor = 0


class Identified(BaseModel):
    """Any object of Stripe's, whole where its id would do, or in another version."""

    id: Text


class Session(BaseModel):
    """The part of a Checkout Session that matters here (Stripe, The Checkout Session object)."""

    id: Text
    object: Literal["checkout.session"]
    status: Literal["open", "complete", "expired"]
    payment_status: Literal["paid", "unpaid", "no_payment_required"]
    amount_subtotal: Minor | None
    amount_total: Minor | None
    currency: Annotated[str, Field(pattern="^[a-z]{3}$")]
    payment_intent: Text | Identified | None = None
    total_details: TotalDetails | None = None
    expires_at: Seconds
    recovered_from: Text | None = None


class EventData(BaseModel):
    """Part of an event."""

    object: dict[str, Any]


class Event(BaseModel):
    """The envelope (Stripe, The Event object)."""

    id: Text
    object: Literal["event"]
    api_version: str | None = None
    created: Seconds
    data: EventData
    livemode: bool
    type: Text
    account: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What an object tells, or why it tells nothing."""

    told: tuple[Told, ...] = ()
    ignored: str | None = None
    quarantined: str | None = None


def read_event(
    parsed: dict[str, Any], body: str, *, livemode: bool, looked_up: frozenset[str] = frozenset()
) -> ProviderEvent:
    """Read an event that is known to be genuine.

    Args:
        parsed: The event.
        body: Its text, as it came.
        livemode: Whether real money moves.
        looked_up: Kinds of events whose object is always fetched before it is used.

    Raises:
        WebhookRejected: It is no event, a thin one, or of the other mode (cases 13, 31).
    """
    if parsed.get("object") == "v2.core.event":
        raise WebhookRejected(
            "This is a thin event. In Stripe's dashboard, set the endpoint's payload style to "
            "snapshot.",
            reason="thin",
        )
    try:
        event = Event.model_validate(parsed)
    except ValidationError as error:
        raise WebhookRejected("This is no event of Stripe's.", reason="body") from error
    if event.livemode is not livemode:
        raise WebhookRejected(
            f"This event is of {'live' if event.livemode else 'test'} mode, the key is not.",
            reason="mode",
        )
    return _understood(event, body, looked_up)


def _understood(event: Event, body: str, looked_up: frozenset[str]) -> ProviderEvent:
    def understood(
        reading: Reading | None = None, *, ignored: str | None = None, look_up: str | None = None
    ) -> ProviderEvent:
        reading = reading or Reading()
        return ProviderEvent(
            id=event.id,
            kind=event.type,
            created=from_seconds(event.created),
            body=body,
            told=reading.told,
            ignored=ignored or reading.ignored,
            quarantined=reading.quarantined,
            look_up=look_up,
        )

    if event.account is not None:  # case 32
        return understood(ignored="It belongs to a connected account.")
    if event.type not in CHECKOUT_EVENTS and event.type not in looked_up:  # case 21
        return understood(ignored="This kind of event is not used.")
    if event.type in looked_up or event.api_version != API_VERSION:  # case 33
        wanted = id_of(event.data.object)
        if wanted is None:
            return understood(Reading(quarantined="What the event is about has no id."))
        return understood(look_up=wanted)
    return understood(read_session(event.data.object, event_type=event.type))


def id_of(found: dict[str, Any]) -> str | None:
    """The id of an event's object, whatever else is in it."""
    try:
        return Identified.model_validate(found).id
    except ValidationError:
        return None


def read_session(found: dict[str, Any], *, event_type: str | None = None) -> Reading:
    """Read a session, as an event brought it or a look-up found it (cases 23-30, 34)."""
    try:
        head = Head.model_validate(found)
        if head.mode != "payment":
            return Reading(ignored=f"The session is for a {head.mode}.")
        reference = _reference(head)
        if reference is None:
            return Reading(ignored="The session is not ours.")
        if head.client_reference_id not in {None, reference.payment}:
            return Reading(quarantined="The session names two payments.")
        if not is_ours(reference.payment):
            return Reading(quarantined="The session names a payment as we never name one.")
        session = Session.model_validate(found)
    except ValidationError as error:
        return Reading(quarantined=f"The session makes no sense: {what_is_wrong(error)}.")
    return Reading(told=(_told(session, reference, event_type),))


def what_is_wrong(error: ValidationError) -> str:
    """The names of the fields that are not what they should be."""
    return ", ".join(".".join(map(str, each["loc"])) for each in error.errors())


def _reference(head: Head) -> Reference | None:
    """Whose payment a session says it is; none if nothing in it is ours."""
    metadata = head.metadata or Metadata()
    payment = metadata.payment
    if payment is None:
        payment = head.client_reference_id
        if payment is None or not is_ours(payment):
            return None
    guild, member = metadata.guild or "", metadata.member or ""
    return Reference(
        payment=PaymentId(payment),
        guild=GuildId(int(guild)) if _is_id(guild) else None,
        member=MemberId(int(member)) if _is_id(member) else None,
        package=PackageId(metadata.package) if metadata.package is not None else None,
    )


def is_ours(payment: str) -> bool:
    """Whether it looks like an id that we made: a UUIDv7 in the usual spelling."""
    return _OURS.fullmatch(payment) is not None


_OURS = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 20  # noqa: PLR2004 - 64 bits


def _told(session: Session, reference: Reference, event_type: str | None) -> CheckoutTold:
    intent = session.payment_intent
    return CheckoutTold(
        session=session.id,
        reference=reference,
        status=CheckoutStatus(session.status),
        money=_money(session, event_type),
        subtotal=session.amount_subtotal,
        total=session.amount_total,
        discount=session.total_details.amount_discount if session.total_details else 0,
        currency=session.currency.upper(),
        payment_required=session.payment_status != "no_payment_required",
        intent=intent.id if isinstance(intent, Identified) else intent,
        recovered_from=session.recovered_from,
        expires_at=from_seconds(session.expires_at),
    )


def _money(session: Session, event_type: str | None) -> MoneyStatus:
    if session.payment_status == "paid":
        return MoneyStatus.PAID
    said = CHECKOUT_EVENTS.get(event_type) if event_type else None
    if said is not None:
        return said
    return MoneyStatus.PROCESSING if session.status == "complete" else MoneyStatus.UNPAID

"""What Stripe's objects and events tell of our payments."""

import uuid
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, Field, StrictInt, ValidationError

from payments.domain.facts import CheckoutStatus, CheckoutTold, MoneyStatus, Reference
from payments.domain.ids import GuildId, MemberId, PackageId, PaymentId
from payments.domain.time import from_seconds
from payments.providers.protocol import ProviderEvent, WebhookRejected

API_VERSION = "2026-10-28.endive"
"""Pinned: objects of any other version are fetched again in this one before they are used."""

PAYMENT, GUILD, MEMBER, PACKAGE = (
    "guildbank_payment",
    "guildbank_guild",
    "guildbank_member",
    "guildbank_package",
)
"""Our keys in an object's metadata."""

CHECKOUT_EVENTS: dict[str, MoneyStatus | None] = {
    "checkout.session.completed": None,
    "checkout.session.async_payment_succeeded": None,
    "checkout.session.async_payment_failed": MoneyStatus.FAILED,
    "checkout.session.expired": None,
}
"""Events about a checkout, with what they say of its money where the session does not."""


class TotalDetails(BaseModel):
    """Part of a session."""

    amount_discount: StrictInt = 0


class Session(BaseModel):
    """The part of a Checkout Session that matters here (Stripe, The Checkout Session object)."""

    id: str
    object: Literal["checkout.session"]
    mode: str
    status: Literal["open", "complete", "expired"]
    payment_status: Literal["paid", "unpaid", "no_payment_required"]
    amount_subtotal: StrictInt | None
    amount_total: StrictInt | None
    currency: str | None
    client_reference_id: str | None = None
    metadata: dict[str, str] | None = None
    payment_intent: str | dict[str, Any] | None = None
    total_details: TotalDetails | None = None
    expires_at: StrictInt
    recovered_from: str | None = None
    url: str | None = None


class EventData(BaseModel):
    """Part of an event."""

    object: dict[str, Any]


class Event(BaseModel):
    """The envelope (Stripe, The Event object)."""

    id: str = Field(min_length=1, max_length=255)
    object: Literal["event"]
    api_version: str | None = None
    created: StrictInt
    data: EventData
    livemode: bool
    type: str = Field(min_length=1, max_length=255)
    account: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What an object tells, or why it tells nothing."""

    told: CheckoutTold | None = None
    ignored: str | None = None
    quarantined: str | None = None


def read_event(parsed: dict[str, Any], body: str, *, livemode: bool) -> ProviderEvent:
    """Read an event that is known to be genuine.

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
    return _understood(event, body)


def _understood(event: Event, body: str) -> ProviderEvent:
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
    if event.type not in CHECKOUT_EVENTS:  # case 21
        return understood(ignored="This kind of event is not used.")
    reading = read_session(event.data.object, event_type=event.type)
    session = event.data.object.get("id")
    if event.api_version != API_VERSION and not reading.ignored and isinstance(session, str):
        return understood(look_up=session)  # case 33
    return understood(reading)


def read_session(found: dict[str, Any], *, event_type: str | None = None) -> Reading:
    """Read a session, as an event brought it or a look-up found it (cases 23-30, 34)."""
    try:
        session = Session.model_validate(found)
    except ValidationError as error:
        wrong = ", ".join(".".join(map(str, each["loc"])) for each in error.errors())
        return Reading(quarantined=f"The session makes no sense: {wrong}.")
    if session.mode != "payment":
        return Reading(ignored=f"The session is for a {session.mode}.")
    reference = _reference(session)
    if reference is None:
        return Reading(ignored="The session is not ours.")
    named = session.client_reference_id
    if named is not None and named != reference.payment:
        return Reading(quarantined="The session names two payments.")
    if session.currency is None:
        return Reading(quarantined="The session has no currency.")
    return Reading(told=_told(session, reference, event_type))


def _reference(session: Session) -> Reference | None:
    """Whose payment it says it is; none if nothing in it is ours."""
    metadata = session.metadata or {}
    payment = metadata.get(PAYMENT, session.client_reference_id)
    if payment is None or (PAYMENT not in metadata and not _is_uuid(payment)):
        return None
    guild, member = metadata.get(GUILD, ""), metadata.get(MEMBER, "")
    package = metadata.get(PACKAGE)
    return Reference(
        payment=PaymentId(payment),
        guild=GuildId(int(guild)) if _is_id(guild) else None,
        member=MemberId(int(member)) if _is_id(member) else None,
        package=PackageId(package) if package is not None else None,
    )


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 20  # noqa: PLR2004 - 64 bits


def _is_uuid(text: str) -> bool:
    try:
        uuid.UUID(text)
    except ValueError:
        return False
    return True


def _told(session: Session, reference: Reference, event_type: str | None) -> CheckoutTold:
    intent = session.payment_intent
    if isinstance(intent, dict):
        intent = intent.get("id")
    return CheckoutTold(
        session=session.id,
        reference=reference,
        status=CheckoutStatus(session.status),
        money=_money(session, event_type),
        subtotal=session.amount_subtotal,
        total=session.amount_total,
        discount=session.total_details.amount_discount if session.total_details else 0,
        currency=(session.currency or "").upper(),
        payment_required=session.payment_status != "no_payment_required",
        intent=intent,
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

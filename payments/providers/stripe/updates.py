"""Updates of our payments from Stripe's objects and events."""

from dataclasses import dataclass, replace
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    Field,
    StrictInt,
    ValidationError,
)

from payments.domain.values.buyer_address import Conceal, take_no_address
from payments.domain.values.ids import GuildId, MemberId, PackageId, PaymentId
from payments.domain.values.inbox import Found
from payments.domain.values.provider_updates import (
    UNNAMED,
    CheckoutStatus,
    CheckoutUpdate,
    MoneyStatus,
    ProviderUpdate,
    Reference,
)
from payments.domain.values.time import from_seconds
from payments.domain.values.traces import Traces
from payments.providers.errors import WebhookRejected
from payments.providers.reading import Lenient
from payments.providers.requests import ProviderEvent
from payments.providers.strict_json import parse_strictly
from payments.providers.stripe.ownership import (
    GUILD,
    MEMBER,
    PACKAGE,
    PAYMENT,
    WHOLE,
    id_of,
    is_ours,
    kind_of,
    number_of,
    traces_of,
)

API_VERSION = "2026-10-28.endive"
"""Pinned: objects of any other version are fetched again in this one before they are used."""

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

    payment: Lenient[str] = Field(default=None, alias=PAYMENT)
    guild: Lenient[str] = Field(default=None, alias=GUILD)
    member: Lenient[str] = Field(default=None, alias=MEMBER)
    package: Lenient[str] = Field(default=None, alias=PACKAGE)


class TotalDetails(BaseModel):
    """Part of a session."""

    amount_discount: Minor = 0
    amount_tax: Minor = 0


class CustomerDetails(BaseModel):
    """Part of a session, once its buyer has filled the page in."""

    email: Lenient[str] = None


class IdentifiedObject(BaseModel):
    """Any object of Stripe's, whole where its id would do, or in another version."""

    id: Text


class StripeSession(BaseModel):
    """The part of a Checkout Session that matters here (Stripe, The Checkout Session object).

    What decides about points is read strictly, all else leniently.
    """

    id: Text
    object: Literal["checkout.session"]
    status: Literal["open", "complete", "expired"]
    payment_status: Literal["paid", "unpaid", "no_payment_required"]
    amount_subtotal: Minor | None
    amount_total: Minor | None
    currency: Annotated[str, Field(pattern="^[a-z]{3}$")]
    client_reference_id: Lenient[str] = None
    metadata: Lenient[Metadata] = None
    payment_intent: Lenient[Text | IdentifiedObject] = None
    total_details: Lenient[TotalDetails] = None
    expires_at: Lenient[Seconds] = None
    recovered_from: Lenient[Text] = None
    customer_details: Lenient[CustomerDetails] = None


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


@dataclass(frozen=True, slots=True, kw_only=True)
class StripeReading:
    """What one object tells, or why it tells nothing; `Found` says whose it is as well."""

    update: ProviderUpdate | None = None
    ignored: str | None = None
    wrong: str | None = None

    def found(self, traces: Traces) -> Found:
        """The same with what tells whose the object is."""
        return Found(traces=traces, update=self.update, ignored=self.ignored, wrong=self.wrong)


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
    if event.type in looked_up or event.api_version != API_VERSION:  # case 33
        wanted = id_of(event.data.object)
        if wanted is None:
            return understood(Found(traces=traces, wrong="What the event is about has no id."))
        return understood(Found(traces=traces), look_up=wanted)
    read = read_session(event.data.object, event_type=event.type, conceal=conceal)
    return understood(read.found(traces))


def read_session(
    found: dict[str, Any], *, event_type: str | None = None, conceal: Conceal = take_no_address
) -> StripeReading:
    """Read a session, as an event brought it or a look-up found it (cases 23-30, 34)."""
    mode = id_of(found.get("mode"))
    if mode not in {None, "payment"}:  # case 30
        return StripeReading(ignored=f"The session is for a {mode}.")
    try:
        session = StripeSession.model_validate(found)
    except ValidationError as error:
        return StripeReading(wrong=f"The session makes no sense: {what_is_wrong(error)}.")
    metadata = session.metadata or Metadata()
    named = metadata.payment
    if named is not None and session.client_reference_id not in {None, named}:
        return StripeReading(wrong="The session names two payments.")
    if named is not None and not is_ours(named):
        return StripeReading(wrong="The session names a payment as we never name one.")
    update = _update_of(session, _reference(metadata), event_type)
    email = session.customer_details.email if session.customer_details else None
    return StripeReading(update=replace(update, buyer=conceal(email) if email else None))


def what_is_wrong(error: ValidationError) -> str:
    """The names of the fields that are not what they should be."""
    return ", ".join(".".join(map(str, each["loc"])) for each in error.errors())


def _reference(metadata: Metadata) -> Reference:
    """What a session's metadata says of whose it is, as far as it says anything."""
    guild, member = number_of(metadata.guild), number_of(metadata.member)
    return Reference(
        payment=PaymentId(metadata.payment) if metadata.payment is not None else UNNAMED,
        guild=None if guild is None else GuildId(guild),
        member=None if member is None else MemberId(member),
        package=PackageId(metadata.package) if metadata.package is not None else None,
    )


def _update_of(
    session: StripeSession, reference: Reference, event_type: str | None
) -> CheckoutUpdate:
    intent = session.payment_intent
    return CheckoutUpdate(
        session=session.id,
        reference=reference,
        status=CheckoutStatus(session.status),
        money=_money(session, event_type),
        subtotal=session.amount_subtotal,
        total=session.amount_total,
        discount=session.total_details.amount_discount if session.total_details else 0,
        tax=session.total_details.amount_tax if session.total_details else None,
        currency=session.currency.upper(),
        payment_required=session.payment_status != "no_payment_required",
        intent=intent.id if isinstance(intent, IdentifiedObject) else intent,
        recovered_from=session.recovered_from,
        expires_at=None if session.expires_at is None else from_seconds(session.expires_at),
    )


def _money(session: StripeSession, event_type: str | None) -> MoneyStatus:
    if session.payment_status == "paid":
        return MoneyStatus.PAID
    said = CHECKOUT_EVENTS.get(event_type) if event_type else None
    if said is not None:
        return said
    return MoneyStatus.PROCESSING if session.status == "complete" else MoneyStatus.UNPAID

"""Checkout Sessions, read: whose they are, and how their money stands."""

from dataclasses import dataclass, replace
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, ValidationError

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
from payments.providers.reading import Lenient
from payments.providers.stripe.fields import Minor, Seconds, Text, what_is_wrong
from payments.providers.stripe.held_intents import HeldIntent
from payments.providers.stripe.ownership import (
    GUILD,
    MEMBER,
    PACKAGE,
    PAYMENT,
    id_of,
    is_ours,
    number_of,
)

CHECKOUT_EVENTS: dict[str, MoneyStatus | None] = {
    "checkout.session.completed": None,
    "checkout.session.async_payment_succeeded": None,
    "checkout.session.async_payment_failed": MoneyStatus.FAILED,
    "checkout.session.expired": None,
}
"""Events about a checkout, with what they say of its money where the session does not."""


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
    payment_intent: Lenient[Text | HeldIntent] = None
    total_details: Lenient[TotalDetails] = None
    expires_at: Lenient[Seconds] = None
    recovered_from: Lenient[Text] = None
    customer_details: Lenient[CustomerDetails] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StripeReading:
    """What one object tells, or why it tells nothing; `Found` says whose it is as well."""

    update: ProviderUpdate | None = None
    ignored: str | None = None
    wrong: str | None = None

    def found(self, traces: Traces) -> Found:
        """The same with what tells whose the object is."""
        return Found(traces=traces, update=self.update, ignored=self.ignored, wrong=self.wrong)


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
    buyer = conceal(email) if email else None
    return StripeReading(update=update if buyer is None else replace(update, buyer=buyer))


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
    intent, total = session.payment_intent, session.amount_total
    whole = intent if isinstance(intent, HeldIntent) else None
    taken = whole.taken if whole else None
    return CheckoutUpdate(
        session=session.id,
        reference=reference,
        status=CheckoutStatus(session.status),
        money=(whole.money if whole else None) or _money(session, event_type),
        subtotal=session.amount_subtotal,
        total=total if taken is None or total is None else min(total, taken),
        discount=session.total_details.amount_discount if session.total_details else 0,
        tax=session.total_details.amount_tax if session.total_details else None,
        currency=session.currency.upper(),
        payment_required=session.payment_status != "no_payment_required",
        intent=intent.id if isinstance(intent, HeldIntent) else intent,
        authorization=whole.id if whole and whole.is_held else None,
        held_until=whole.held_until if whole else None,
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

"""What payment providers can do: one protocol for each ability, or what stands in its place."""

from collections.abc import AsyncIterator, Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from payments.domain.errors import Refused
from payments.domain.values.money import Money
from payments.domain.values.provider_updates import CheckoutUpdate, DisputeUpdate, RefundUpdate
from payments.domain.values.time import Instant
from payments.providers.customers import Customers
from payments.providers.follow_up import Authorizations, Capture, Entitlements
from payments.providers.letting_in import Access
from payments.providers.messages import Events, Webhook
from payments.providers.requests import (
    CheckoutRequest,
    ListedEvents,
    OpenedCheckout,
    ProviderEvent,
    RefundRequest,
)
from payments.providers.taxing import Taxing


class Refusal(StrEnum):
    """Why a provider says no, as far as that decides what comes next."""

    UNKNOWN_OBJECT = "unknown object"
    """It knows no such object."""
    DISPUTED = "disputed"
    """The buyer's bank has asked for the money."""
    REFUNDED = "refunded"
    """All of the money has gone back already."""
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """In the place of an ability that people ask for, and the provider does not have.

    Attributes:
        sentence: What the person reads who asks for it.
    """

    sentence: str

    def refusal(self) -> Refused:
        """The sentence, to be raised."""
        return Refused(self.sentence)


class Checkouts(Taxing, Protocol):
    """Pages of the provider's on which a member pays."""

    def check_currency(self, code: str) -> None:
        """Refuse a currency, by its code of ISO 4217, in which nothing can be charged.

        Raises `Refused`, which says so.
        """
        ...

    def check_price(self, price: Money) -> None:
        """Refuse a price that can never be charged: raises `Refused`, which says what can."""
        ...

    def request(self, request: CheckoutRequest) -> str:
        """Write down the exact request (JSON), to be stored before it is sent. Sends nothing."""
        ...

    async def open(self, request: str, *, idempotency_key: str) -> OpenedCheckout:
        """Send a stored request.

        Raises:
            ProviderUnavailable: Not reached, or no usable answer.
            ProviderRefused: It said no.
        """
        ...

    async def retrieve(self, session: str) -> OpenedCheckout:
        """Look a checkout up. Raises as `open`."""
        ...

    async def expire(self, session: str, *, page: str = "", idempotency_key: str) -> CheckoutUpdate:
        """Close an open checkout, so that it cannot be paid any more. Raises as `open`.

        The page is where the member pays, as `open` told it.
        """
        ...


class Refunds(Protocol):
    """Giving money back. All calls raise as `Checkouts.open`."""

    @property
    def parts(self) -> Missing | None:
        """What moderators read who ask for a part, where only all can go back; None if any can."""
        ...

    def check_amount(self, amount: Money) -> None:
        """Refuse an amount that can never go back, whatever was paid. Raises as `check_price`."""
        ...

    def request(self, request: RefundRequest) -> str:
        """Write down the exact request (JSON), to be stored before it is sent. Sends nothing."""
        ...

    async def make(self, request: str, *, idempotency_key: str) -> RefundUpdate:
        """Send a stored request for a refund."""
        ...

    async def of_payment(self, intent: str, pending: Collection[str]) -> list[RefundUpdate]:
        """Look up all refunds of one of our payments.

        Args:
            intent: The provider's id of the payment behind the checkout.
            pending: Ids of refunds that are known to be on their way, for one without a list.
        """
        ...

    async def fee_of(self, intent: str) -> Money | None:
        """What the provider kept of a payment, if that is known.

        Args:
            intent: The provider's id of the payment behind the checkout.
        """
        ...


class Disputes(Protocol):
    """Payments that a buyer's bank asks back."""

    async def retrieve(self, dispute: str) -> DisputeUpdate:
        """Look a dispute up. Raises as `Checkouts.open`."""
        ...

    def page(self, dispute: str, *, livemode: bool) -> str | None:
        """Where people answer a dispute that is known by its id; None if there is no such page."""
        ...


class Listing(Protocol):
    """What the provider keeps, for a time in which messages were missed."""

    def events(self, since: Instant) -> AsyncIterator[ListedEvents]:
        """All events that the provider wrote since then, oldest first, in complete parts.

        However their delivery went; without those that were not meant for us. Raises as
        `Checkouts.open`, while it goes on.

        Args:
            since: From when on, as far back as the provider keeps them.
        """
        ...

    async def objects(self, since: Instant) -> list[ProviderEvent]:
        """What was made or may have turned round since then, for a time whose events are gone.

        Returned as events with `look_up`; without checkouts, which are looked up one by one. Raises
        as `Checkouts.open`.

        Args:
            since: From when on.
        """
        ...


class PaymentProvider(Protocol):
    """One way to take money, by what it can do.

    An ability that is missing is None, and whoever needs it leaves that step out. Where a person
    asks for it, it is `Missing`, with a sentence for them. Calls that go out never run inside a
    database transaction.
    """

    @property
    def name(self) -> str:
        """Short name, as in the database and in `/webhooks/{name}`."""
        ...

    @property
    def title(self) -> str:
        """What people call it."""
        ...

    @property
    def livemode(self) -> bool:
        """Whether real money moves."""
        ...

    @property
    def checkouts(self) -> Checkouts | Missing:
        """Opens pages on which members pay."""
        ...

    @property
    def customers(self) -> Customers | None:
        """Knows members as customers; None if it cannot, or is not to."""
        ...

    @property
    def capture(self) -> Capture | None:
        """Takes the money of approved checkouts; None if it comes by itself."""
        ...

    @property
    def authorizations(self) -> Authorizations | None:
        """Sets money aside until a moderator has checked a purchase; None if it cannot."""
        ...

    @property
    def entitlements(self) -> Entitlements | None:
        """Uses up what was bought in its own shop; None if it has none."""
        ...

    @property
    def refunds(self) -> Refunds | Missing:
        """Gives money back."""
        ...

    @property
    def disputes(self) -> Disputes | None:
        """Finds what a buyer's bank asks back."""
        ...

    @property
    def webhook(self) -> Webhook | None:
        """Reads the provider's requests to us; None if it makes none: open checkouts are polled."""
        ...

    @property
    def events(self) -> Events | None:
        """Reads what the provider reports; needed by `webhook` and `listing`."""
        ...

    @property
    def listing(self) -> Listing | None:
        """Lists what the provider keeps; None if only what is open can be looked up."""
        ...

    @property
    def access(self) -> Access:
        """Tells whether the provider answers, and lets us in: all do one or the other."""
        ...

    async def close(self) -> None:
        """Close connections."""
        ...

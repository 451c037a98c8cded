"""What a payment provider must be able to do. Another provider is one more file."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from payments.domain.values.errors import GuildbankError
from payments.domain.values.ids import GuildId, MemberId, PackageId, PaymentId
from payments.domain.values.inbox import Found
from payments.domain.values.money import Money
from payments.domain.values.provider_updates import CheckoutTold, DisputeTold, RefundTold, Told
from payments.domain.values.time import Instant
from payments.domain.values.traces import Traces


class ProviderUnavailable(GuildbankError):
    """The provider could not be reached, or answered that it cannot now.

    Whether it did what was asked is unknown.

    Attributes:
        key_spent: It has failed at what was asked under this idempotency key, is at it no longer,
            and would only repeat that answer: look whether it was done before a new key is used.
        answered: Whether it did answer, only not with anything of use. That may be the fault of
            what was asked for; no answer at all is an outage.
    """

    def __init__(self, message: str, *, key_spent: bool = False, answered: bool = False) -> None:
        super().__init__(message)
        self.key_spent = key_spent
        self.answered = answered


class AccessRefused(ProviderUnavailable):
    """The provider refuses *us*: it does not know our key, or does not let it do that (401, 403).

    That is the account's trouble, not the fault of what was asked: it waits until that is mended.
    The text is a sentence for people, and has nothing of the key in it.

    Attributes:
        permission: Which permission the key lacks; empty if the key itself is refused, or nobody
            says which it is.
        is_found_by_look: Whether `PaymentProvider.refusals` finds the same while it lasts.
    """

    def __init__(
        self, message: str, *, permission: str = "", is_found_by_look: bool = False
    ) -> None:
        super().__init__(message)
        self.permission = permission
        self.is_found_by_look = is_found_by_look


class Refusal(StrEnum):
    """Why a provider says no, as far as that decides what comes next."""

    UNKNOWN_OBJECT = "unknown object"
    """It knows no such object."""
    DISPUTED = "disputed"
    """The buyer's bank has asked for the money."""
    REFUNDED = "refunded"
    """All of the money has gone back already."""
    OTHER = "other"


class ProviderRefused(GuildbankError):
    """The provider understood and said no: asking again will not help.

    Attributes:
        code: The provider's own word for why, for people; empty if it gave none.
        why: What it means.
    """

    def __init__(self, message: str, *, code: str = "", why: Refusal = Refusal.OTHER) -> None:
        super().__init__(message)
        self.code = code
        self.why = why


class WebhookRejected(GuildbankError):
    """A request at the webhook door is not a genuine message of the provider: answer 400.

    Attributes:
        reason: Short label for the count of rejections: `signature`, `body`, `mode`, …
    """

    def __init__(self, message: str, *, reason: str) -> None:
        super().__init__(message)
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckoutRequest:
    """What a checkout is to be.

    Attributes:
        payment: Ours, becomes the provider's reference.
        installation: Tells this Guildbank from others on the same account of the provider.
        description: What the member reads on the provider's page.
        expires_at: When it is to lapse; whole seconds count.
        success_url: Where the member comes back to after paying.
        cancel_url: Where the member comes back to without.
    """

    payment: PaymentId
    installation: str
    guild: GuildId
    member: MemberId
    package: PackageId
    description: str
    price: Money
    expires_at: Instant
    success_url: str
    cancel_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundRequest:
    """What a refund is to be.

    Attributes:
        refund: Our id of it, becomes the provider's reference.
        payment: Ours.
        installation: Tells this Guildbank from others on the same account of the provider.
        intent: The provider's id of the payment behind the checkout.
        amount: How much goes back, in the currency of the payment.
        fraudulent: Whether the payment is taken for fraud.
    """

    refund: str
    payment: PaymentId
    installation: str
    intent: str
    amount: Money
    fraudulent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedCheckout:
    """A checkout that the provider opened: where to pay, and what it told."""

    url: str
    told: CheckoutTold


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderEvent:
    """A genuine message of a provider.

    Attributes:
        id: The provider's; the same message may come again with it.
        kind: The provider's name for what happened, such as `checkout.session.completed`.
        created: When the provider wrote it; whole seconds, no order can be read from it.
        body: The message as it came, for people who look into it later.
        found: The objects that it is about, and what they tell, where that can be read from it
            alone.
        ignored: Why it is of no concern to us, whatever it is about, if it is none.
        look_up: The provider's id of the object to be fetched before it can be understood, if so.
    """

    id: str
    kind: str
    created: Instant
    body: str
    found: tuple[Found, ...] = ()
    ignored: str | None = None
    look_up: str | None = None

    @property
    def told(self) -> tuple[Told, ...]:
        """What its objects tell."""
        return tuple(each.told for each in self.found if each.told is not None)

    @property
    def traces(self) -> tuple[Traces, ...]:
        """What tells whose its objects are."""
        return tuple(each.traces for each in self.found)


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedEvents:
    """A complete part of a provider's list: nothing between the part before and this is missing.

    Attributes:
        events: Oldest first.
        until: When the provider wrote the last one, by its own clock.
    """

    events: tuple[ProviderEvent, ...]
    until: Instant


class PaymentProvider(Protocol):
    """One way to take money. Calls that go out never run inside a database transaction."""

    @property
    def name(self) -> str:
        """Short name, as in the database and in `/webhooks/{name}`."""
        ...

    @property
    def livemode(self) -> bool:
        """Whether real money moves."""
        ...

    def check_currency(self, code: str) -> None:
        """Refuse a currency in which nothing can be charged.

        Args:
            code: ISO 4217, in capitals.

        Raises:
            Refused: Says so.
        """
        ...

    def check_price(self, price: Money) -> None:
        """Refuse a price that can never be charged.

        Raises:
            Refused: Says what can be charged.
        """
        ...

    def checkout_request(self, request: CheckoutRequest) -> str:
        """Write down the exact request (JSON), to be stored before it is sent. Sends nothing."""
        ...

    async def open_checkout(self, request: str, *, idempotency_key: str) -> OpenedCheckout:
        """Send a stored request.

        Raises:
            ProviderUnavailable: Not reached, or no usable answer.
            ProviderRefused: It said no.
        """
        ...

    async def retrieve_checkout(self, session: str) -> OpenedCheckout:
        """Look a checkout up. Raises as `open_checkout`."""
        ...

    async def expire_checkout(self, session: str, *, idempotency_key: str) -> CheckoutTold:
        """Close an open checkout, so that it cannot be paid any more. Raises as `open_checkout`."""
        ...

    def refund_request(self, request: RefundRequest) -> str:
        """Write down the exact request (JSON), to be stored before it is sent. Sends nothing."""
        ...

    async def refund(self, request: str, *, idempotency_key: str) -> RefundTold:
        """Send a stored request for a refund. Raises as `open_checkout`."""
        ...

    async def refunds_of(self, intent: str) -> list[RefundTold]:
        """Look up all refunds of a payment of ours. Raises as `open_checkout`.

        Args:
            intent: The provider's id of the payment behind the checkout.
        """
        ...

    async def dispute(self, dispute: str) -> DisputeTold:
        """Look a dispute up. Raises as `open_checkout`."""
        ...

    async def fee_of(self, intent: str) -> Money | None:
        """What the provider kept of a payment, if that is known. Raises as `open_checkout`.

        Args:
            intent: The provider's id of the payment behind the checkout.
        """
        ...

    def read_webhook(
        self, body: bytes, headers: Mapping[str, list[str]], now: Instant
    ) -> ProviderEvent:
        """Check that a request came from the provider, and read what it tells.

        Args:
            body: The raw bytes as they came.
            headers: All values of each header, names in lower case.
            now: The time, for the age of the signature.

        Raises:
            WebhookRejected: It is not genuine.
        """
        ...

    def read_event(self, body: str) -> ProviderEvent:
        """Read a message again that was checked when it came, to try it once more.

        Raises:
            WebhookRejected: It cannot be read.
        """
        ...

    def events(self, since: Instant) -> AsyncIterator[ListedEvents]:
        """All messages that the provider wrote since then, oldest first, in complete parts.

        However their delivery went; without those that were not meant for us. Raises as
        `open_checkout`, while it goes on.

        Args:
            since: From when on, as far back as the provider keeps them.
        """
        ...

    async def objects(self, since: Instant) -> list[ProviderEvent]:
        """What was made or may have turned round since then, for a time whose messages are gone.

        Told as messages with `look_up`; without checkouts, which are looked up one by one. Raises
        as `open_checkout`.

        Args:
            since: From when on.
        """
        ...

    async def look_up(self, event: ProviderEvent) -> ProviderEvent:
        """Fetch what an event with `look_up` is about, and return it completed. Raises as above."""
        ...

    async def refusals(self, *, thoroughly: bool) -> list[str]:
        """What the provider refuses us, in sentences; nothing is changed by asking.

        Args:
            thoroughly: Whether each permission is tried, not only the key.

        Raises:
            ProviderUnavailable: It could not be asked.
        """
        ...

    async def ping(self) -> None:
        """Ask for something small, to see whether it answers. Raises as `open_checkout`."""
        ...

    async def time(self) -> Instant | None:
        """The time by the provider's own clock, if it tells. Raises as `open_checkout`."""
        ...

    async def close(self) -> None:
        """Let go of connections."""
        ...

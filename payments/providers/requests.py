"""What a provider is asked, and what it answers."""

from dataclasses import dataclass

from payments.domain.values.ids import GuildId, MemberId, PackageId, PaymentId
from payments.domain.values.inbox import Found
from payments.domain.values.money import Money
from payments.domain.values.provider_updates import CheckoutUpdate, ProviderUpdate
from payments.domain.values.tax import PaymentTax
from payments.domain.values.time import Instant
from payments.domain.values.traces import Traces


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
        tax: How it is taxed, with what is asked for where the provider does not compute it.
        authorizes: Whether the money is only set aside, and taken or let go of later.
        customer: The provider's id of the member, if this checkout may carry it.
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
    tax: PaymentTax | None = None
    authorizes: bool = False
    customer: str | None = None


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
    """A checkout at the provider: where to pay, and how it stands.

    Attributes:
        url: Where the member pays.
        update: How checkout and money stand.
    """

    url: str
    update: CheckoutUpdate


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderEvent:
    """A genuine message of a provider.

    Attributes:
        id: The provider's; the same message may come again with it.
        kind: The provider's name for what happened, such as `checkout.session.completed`.
        created: When the provider wrote it; whole seconds, no order can be read from it.
        body: The message as it came, for people who look into it later.
        found: Its objects, and their updates, where these can be read from it
            alone.
        ignored: Why it does not concern us, no matter what it is about, if so.
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
    def updates(self) -> tuple[ProviderUpdate, ...]:
        """The updates of its objects."""
        return tuple(each.update for each in self.found if each.update is not None)

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

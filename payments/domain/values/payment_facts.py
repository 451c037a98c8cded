"""What is known of a payment: what was bought, and what the provider said of it since."""

from dataclasses import dataclass
from typing import Final

from payments.domain.values.claims import Dispute, Refund
from payments.domain.values.ids import AccountKey, ActionId, GuildId, MemberId, PackageId, PaymentId
from payments.domain.values.money import Money
from payments.domain.values.provider_updates import CheckoutStatus, MoneyStatus
from payments.domain.values.purchase_check import PurchaseCheck
from payments.domain.values.references import ProviderReference, ReferenceKind
from payments.domain.values.tax import PaymentTax
from payments.domain.values.time import Instant

UNCHOSEN: Final = ""
"""The provider of a payment whose buyer has not chosen yet by which way to pay."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentFacts:
    """What is stored of one purchase; all else follows from it.

    What was bought is a snapshot: later changes of the package do not touch it.

    Attributes:
        id: Ours; the provider knows it as metadata.
        guild: Whose books.
        member: The buyer.
        provider: Who takes the money; `UNCHOSEN` until the buyer has chosen, where several can.
        livemode: Whether real money moves.
        package: What was bought.
        package_name: Its name then.
        points: How many points it gives.
        price: What it costs, before tax unless `tax` says that the tax is in it; of one that began
            without us, what the owner says that it costs, or `NO_AMOUNT`.
        maturity: Microseconds for which the points cannot be passed on.
        created_at: When the member asked.
        installation: The id of the installation that began it, as its metadata at the provider
            says; none for those that were begun before installations had ids.
        adopted_as: What kind of the provider's things it began with, if it began without us.
        attempt: Number of the current attempt to open the checkout; part of its idempotency key.
        request: The exact request of that attempt, as the provider wrote it.
        session: The provider's id of the checkout, or of what the payment began with.
        url: Where the member pays.
        expires_at: When the open checkout lapses.
        checkout: How far the checkout is.
        money: How far the money is.
        paid: What was paid, in minor units, tax included; the price where the provider does not
            tell.
        intent: The provider's id of the payment behind the checkout.
        credited_at: When the points came; none before.
        mismatch: Why a person must look at it, if an update does not fit.
        fraud_warning: The provider's id of a warning that it may be fraud, if there was one.
        refunds: Its refunds.
        disputes: Its disputes.
        holds: Ids of the pieces that reversals took, in the order in which they were taken.
        check: How its check by a moderator stands, if it needs one before its money is taken.
        purchase: Where the buyer chooses between several ways to pay, each of which is a payment:
            the id of the one with which the purchase began, which may be this one.
        paid_instead: The payment of the same purchase that was paid first; None if none was.
        surplus_at: When money came that brings no points, because of `paid_instead`.
        tax: How it is taxed, and what that came to; None if no tax is taken.
    """

    id: PaymentId
    guild: GuildId
    member: MemberId
    provider: str
    livemode: bool
    package: PackageId
    package_name: str
    points: int
    price: Money
    maturity: int
    created_at: Instant
    installation: str | None = None
    adopted_as: ReferenceKind | None = None
    attempt: int = 1
    request: str = "{}"
    session: str | None = None
    url: str | None = None
    expires_at: Instant | None = None
    checkout: CheckoutStatus = CheckoutStatus.ABSENT
    money: MoneyStatus = MoneyStatus.UNPAID
    paid: int | None = None
    intent: str | None = None
    credited_at: Instant | None = None
    mismatch: str | None = None
    fraud_warning: str | None = None
    refunds: tuple[Refund, ...] = ()
    disputes: tuple[Dispute, ...] = ()
    holds: tuple[ActionId, ...] = ()
    check: PurchaseCheck | None = None
    purchase: PaymentId | None = None
    paid_instead: PaymentId | None = None
    surplus_at: Instant | None = None
    tax: PaymentTax | None = None

    @property
    def began_as(self) -> PaymentId:
        """The payment with which its purchase began: it has the link and the member's answer."""
        return self.purchase or self.id

    @property
    def buyer(self) -> AccountKey:
        """The buyer's account."""
        return AccountKey(self.guild, self.member)

    @property
    def paid_by(self) -> ReferenceKind:
        """By what kind of the provider's things it is paid; `session` is the id of that thing."""
        return self.adopted_as or ReferenceKind.CHECKOUT

    def began_with(self, reference: ProviderReference) -> bool:
        """Whether it was adopted from this thing of the provider's."""
        return (self.provider, self.adopted_as, self.session) == reference

    @property
    def idempotency_key(self) -> str:
        """The key under which the provider is asked for the checkout: id and attempt, no clock."""
        return f"{self.id}:checkout:{self.attempt}"

"""Provider updates of a payment: plain facts, in any order, any number of times.

What only grows (a checkout, its money) moves forward. What a provider can turn round (refunds and
disputes) is always fetched fresh, and an update names the stored version for which it was asked.
"""

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final

from payments.domain.values.buyer_address import BuyerAddress
from payments.domain.values.ids import GuildId, MemberId, PackageId, PaymentId
from payments.domain.values.money import UNKNOWN_CURRENCY, Money
from payments.domain.values.provider_calls import CallRequest
from payments.domain.values.share import NOTHING, Share
from payments.domain.values.time import Instant


class CheckoutStatus(StrEnum):
    """How far a checkout is; later members overrule earlier ones."""

    ABSENT = "absent"
    """Asked for, not known to exist."""
    ABANDONED = "abandoned"
    """We could not open it, and told the member so."""
    OPEN = "open"
    EXPIRED = "expired"
    COMPLETE = "complete"


class MoneyStatus(StrEnum):
    """How far the money is; later members overrule earlier ones: money that came counts."""

    UNPAID = "unpaid"
    PROCESSING = "processing"
    AUTHORIZED = "authorized"
    """Set aside for us at the buyer's bank or the provider, and not taken."""
    FAILED = "failed"
    PAID = "paid"


class RefundStatus(StrEnum):
    """How a refund stands. The provider can turn it round: one that succeeded may fail."""

    PROPOSED = "proposed"
    """Asked for here, and a second moderator must approve it; nothing has moved."""
    WITHDRAWN = "withdrawn"
    """Not approved, or the provider would not do it; nothing has moved."""
    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


class DisputeStatus(StrEnum):
    """How a dispute stands. It can turn round: a win may be lost again, an appeal opens it."""

    INQUIRY = "inquiry"
    """A question of the buyer's bank; no money has moved."""
    OPEN = "open"
    LOST = "lost"
    WON = "won"


UNNAMED: Final = PaymentId("")
"""Stands for the payment where an object does not say itself whose it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """Whose payment a provider's object says it is, read from what we gave it when it was made.

    Only compared with the stored payment, never believed.

    Attributes:
        payment: `UNNAMED` if it does not say.
    """

    payment: PaymentId
    guild: GuildId | None = None
    member: MemberId | None = None
    package: PackageId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckoutUpdate:
    """A checkout as the provider described it.

    Attributes:
        session: The provider's id of the checkout.
        reference: Whose it is.
        status: How far the checkout is.
        money: How far its money is.
        subtotal: Price in minor units before discounts, and before tax that comes on top, if given.
        total: What the buyer pays in minor units, if given.
        discount: Minor units taken off the price.
        tax: Minor units of tax that the provider itself has put into the total, if it says.
        currency: ISO 4217 in capitals, the currency in which we asked; the code for none where the
            provider tells no amounts at all, which is taken of adopted payments, or `as_asked`.
        as_asked: Whether what is paid is always what was asked for, at a provider that tells no
            amounts.
        payment_required: False where nothing had to be paid (a full discount).
        intent: The provider's id of the payment behind the checkout, if there is one.
        recovered_from: The expired checkout that this one replaced, if any.
        expires_at: When an open checkout lapses.
        authorization: The provider's id of the money that is set aside, if some is or was.
        held_until: When the provider lets go of that by itself, if it says.
        call: What the provider must be asked for once this update is committed, if anything.
        buyer: Where the buyer gets mail, if the provider tells and mail is on. It is encrypted
            under a fresh random value each time, so it is never compared.
    """

    session: str
    reference: Reference
    status: CheckoutStatus
    money: MoneyStatus
    subtotal: int | None
    total: int | None
    discount: int = 0
    tax: int | None = None
    currency: str
    as_asked: bool = False
    payment_required: bool = True
    intent: str | None = None
    recovered_from: str | None = None
    expires_at: Instant | None = None
    authorization: str | None = None
    held_until: Instant | None = None
    call: CallRequest | None = None
    buyer: BuyerAddress | None = field(default=None, compare=False, repr=False)

    @property
    def tells_no_amount(self) -> bool:
        """Whether the provider does not say what is paid."""
        return self.currency == UNKNOWN_CURRENCY and self.subtotal is None and self.total is None


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundUpdate:
    """A refund as the provider described it when it was asked.

    Attributes:
        refund: Our id of it if it was asked for here, else the provider's.
        amount: What goes back, in the refund's own currency.
        share: How much of the payment that is, if the provider tells; None if the amount does.
        provider_id: The provider's id of it.
        intent: The provider's id of the payment that it is of, if given.
        pending_reason: The provider's word for why it is still on its way; empty if not given.
        unknown: The provider's word for how it stands, if we do not know that word.
        seen: The version of what was stored of it before the provider was asked; 0 if nothing.
        is_fraud: Whether it was made because the payment is taken for fraud.
    """

    payment: PaymentId
    refund: str
    status: RefundStatus
    amount: Money
    share: Share | None = None
    provider_id: str | None = None
    intent: str | None = None
    pending_reason: str = ""
    unknown: str = ""
    seen: int = 0
    is_fraud: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeUpdate:
    """A dispute as the provider described it when it was asked.

    Attributes:
        amount: What is disputed, in the dispute's own currency; may exceed what was paid.
        share: How much of the payment that is, if the provider tells; None if the amount does.
        returned: How much of what it took came back although it was lost.
        reason: The bank's reason in the provider's words; empty if not given.
        due_by: Until when it can be answered, if it can.
        intent: The provider's id of the payment that it is of, if given.
        unknown: The provider's word for how it stands, if we do not know that word.
        seen: The version of what was stored of it before the provider was asked; 0 if nothing.
    """

    payment: PaymentId
    dispute: str
    status: DisputeStatus
    amount: Money
    share: Share | None = None
    returned: Share = NOTHING
    reason: str = ""
    due_by: Instant | None = None
    intent: str | None = None
    unknown: str = ""
    seen: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class FraudWarningUpdate:
    """A warning that the buyer's bank reported a payment as fraud, before any dispute.

    Attributes:
        warning: The provider's id of it.
        actionable: Whether a refund can still avoid a dispute.
        intent: The provider's id of the payment that it is of, if given.
    """

    payment: PaymentId
    warning: str
    actionable: bool
    intent: str | None = None


ClaimUpdate = RefundUpdate | DisputeUpdate
ProviderUpdate = CheckoutUpdate | RefundUpdate | DisputeUpdate | FraudWarningUpdate


def object_of(update: ClaimUpdate) -> str:
    """The provider's id of the refund or dispute that something is said of."""
    if isinstance(update, DisputeUpdate):
        return update.dispute
    return update.provider_id or update.refund


def belonging_to(update: ProviderUpdate, payment: PaymentId) -> ProviderUpdate:
    """An update, now that its payment is known; what a checkout names itself stays."""
    if not isinstance(update, CheckoutUpdate):
        return replace(update, payment=payment)
    if update.reference.payment != UNNAMED:
        return update
    return replace(update, reference=replace(update.reference, payment=payment))

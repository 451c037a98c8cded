"""Events of a payment and its refunds."""

from dataclasses import dataclass

from payments.domain.values.events.base import PaymentEvent, Priority
from payments.domain.values.ids import MemberId, PaymentId
from payments.domain.values.money import Money
from payments.domain.values.time import Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentInitiated(PaymentEvent):
    """A member asked to buy; no money has moved."""

    name = "payment.initiated"
    priority = Priority.LOW


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentPending(PaymentEvent):
    """The checkout is done, the money is still on its way (delayed payment methods)."""

    name = "payment.pending"
    priority = Priority.LOW


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentHeld(PaymentEvent):
    """The money is set aside and not taken: a moderator checks the purchase first.

    Attributes:
        reasons: Why, in the words of `CheckReason`, with commas between them.
        ends_at: Until when a moderator can decide.
    """

    name = "payment.held"
    priority = Priority.MEDIUM

    reasons: str
    ends_at: Instant | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentCheckChanged(PaymentEvent):
    """The check of a purchase stands otherwise: it was approved, or its money was taken.

    Attributes:
        decided_by: The moderator who has decided, if one has.
    """

    name = "payment.check_changed"
    priority = Priority.MEDIUM

    decided_by: MemberId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentReleased(PaymentEvent):
    """Nothing is charged after all: money that was set aside is let go of.

    Attributes:
        why: In the words of `ReleaseReason`.
        decided_by: The moderator who has decided, if one has.
    """

    name = "payment.released"
    priority = Priority.MEDIUM

    why: str
    decided_by: MemberId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentSucceeded(PaymentEvent):
    """The money is there."""

    name = "payment.success"
    priority = Priority.MEDIUM


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentSurplus(PaymentEvent):
    """Money came for a purchase that was paid by another way before: it is refunded by itself.

    Attributes:
        paid: How much came.
        counted: The payment that was paid first and brought the points.
    """

    name = "payment.surplus"
    priority = Priority.HIGH

    paid: Money
    counted: PaymentId


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentFailed(PaymentEvent):
    """The payment came to nothing; no points were given."""

    name = "payment.failed"
    priority = Priority.HIGH


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentExpired(PaymentEvent):
    """The checkout lapsed without a payment."""

    name = "payment.expired"
    priority = Priority.LOW


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentMismatch(PaymentEvent):
    """A person must look: what the provider told does not fit the payment, so there are no points.

    Or a refund or dispute stands in a way that is not known here, and holds points meanwhile.

    Attributes:
        reason: One sentence for moderators.
    """

    name = "payment.error"
    priority = Priority.HIGH

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentRefunded(PaymentEvent):
    """Money went back to the buyer.

    Attributes:
        refunded: All that has gone back so far.
        amount: What went back now.
        refund: Our id of the refund, or the provider's; empty in events of older versions.
        asked_by: The moderator who asked for it; None if that was not done here.
        asked_at: When.
    """

    name = "payment.refunded"
    priority = Priority.MEDIUM

    refunded: Money
    amount: Money
    refund: str = ""
    asked_by: MemberId | None = None
    asked_at: Instant | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundPending(PaymentEvent):
    """The provider says that a refund is on its way: its points are set aside until it has ended.

    Attributes:
        amount: What is to go back.
        reason: The provider's word for why it takes a while; empty if not given.
        asked_by: The moderator who asked for it; None if that was not done here.
        again: Whether it was emitted before, for another reason.
    """

    name = "refund.pending"
    priority = Priority.MEDIUM

    amount: Money
    reason: str = ""
    asked_by: MemberId | None = None
    again: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundFailed(PaymentEvent):
    """A refund did not reach the buyer: its points were given back.

    Attributes:
        amount: What should have gone back.
        asked_by: The moderator who asked for it; None if that was not done here.
        member_knows: Whether the buyer was notified before that it was pending or had gone back.
    """

    name = "refund.failed"
    priority = Priority.HIGH

    amount: Money
    asked_by: MemberId | None = None
    member_knows: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundProposalChanged(PaymentEvent):
    """A refund that waits for a second moderator: whether it can be made is otherwise than before.

    Attributes:
        refund: Our id of it.
        amount: What should go back.
        asked_by: The moderator who asked for it.
        why_not: Why it cannot be made now, in a sentence; empty if it can.
    """

    name = "refund.proposal_changed"
    priority = Priority.MEDIUM

    refund: str
    amount: Money
    asked_by: MemberId
    why_not: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderCallRequested(PaymentEvent):
    """A provider is to be asked for something, now that this is committed.

    Attributes:
        provider: Whom.
        call: For what: in the words of `CallKind`, or `refund`.
        object: The provider's id of what it is about.
    """

    name = "provider.call_requested"
    priority = Priority.HIGH

    provider: str
    call: str
    object: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderCallFailed(PaymentEvent):
    """A provider has not done what it was asked for after a commit, and is not asked any more.

    Attributes:
        provider: Whom.
        call: For what: in the words of `CallKind`, or `refund`.
        object: The provider's id of what it is about.
        reason: Why, in a sentence.
    """

    name = "provider.call_failed"
    priority = Priority.HIGH

    provider: str
    call: str
    object: str
    reason: str

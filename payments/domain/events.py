"""Facts that were committed, for whoever should hear of them.

Named in the past tense here, and by `name` on the queue. Each is written in the same transaction as
what it tells.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import ClassVar

from payments.domain.ids import GuildId, MemberId, PaymentId
from payments.domain.money import Money
from payments.domain.time import Instant


class Priority(IntEnum):
    """How urgent an event is; a smaller number goes first."""

    HIGH = 0
    MEDIUM = 1
    LOW = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What every event tells.

    Attributes:
        guild: In whose books it happened.
        member: Whom it is about.
        at: When the command that caused it was given.
    """

    name: ClassVar[str]
    priority: ClassVar[Priority]

    guild: GuildId
    member: MemberId
    at: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentEvent(Event):
    """An event about one payment, with what was bought as it was at the time of buying."""

    payment: PaymentId
    package: str
    points: int
    price: Money


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
class PaymentSucceeded(PaymentEvent):
    """The money is there."""

    name = "payment.success"
    priority = Priority.MEDIUM


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
class PaymentDoubted(PaymentEvent):
    """What the provider told does not fit the payment: no points, a person must look.

    Attributes:
        reason: One sentence for moderators.
    """

    name = "payment.error"
    priority = Priority.HIGH

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentDisputed(PaymentEvent):
    """The buyer's bank took the money back for now: the points are on hold."""

    name = "payment.disputed"
    priority = Priority.HIGH


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentRefunded(PaymentEvent):
    """Money went back to the buyer.

    Attributes:
        refunded: All that has gone back so far.
    """

    name = "payment.refunded"
    priority = Priority.MEDIUM

    refunded: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundFailed(PaymentEvent):
    """A refund did not reach the buyer: its points were given back."""

    name = "refund.failed"
    priority = Priority.HIGH


@dataclass(frozen=True, slots=True, kw_only=True)
class PointsAwarded(PaymentEvent):
    """A payment's points came to the buyer, or came back after a hold.

    Attributes:
        awarded: How many.
        balance: The buyer's balance after it.
    """

    name = "points.awarded"
    priority = Priority.MEDIUM

    awarded: int
    balance: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PointsReverted(PaymentEvent):
    """A payment's points were set aside or taken because its money went back.

    Attributes:
        reverted: How many.
        balance: The buyer's balance after it.
    """

    name = "points.reverted"
    priority = Priority.MEDIUM

    reverted: int
    balance: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PointsTransferred(Event):
    """A member passed points on to another.

    Attributes:
        recipient: Who has them now.
        points: How many.
        note: What the sender wrote, unescaped; empty if nothing.
    """

    name = "points.transferred"
    priority = Priority.MEDIUM

    recipient: MemberId
    points: int
    note: str


EVENTS: dict[str, type[Event]] = {
    kind.name: kind
    for kind in (
        PaymentInitiated,
        PaymentPending,
        PaymentSucceeded,
        PaymentFailed,
        PaymentExpired,
        PaymentDoubted,
        PaymentDisputed,
        PaymentRefunded,
        RefundFailed,
        PointsAwarded,
        PointsReverted,
        PointsTransferred,
    )
}
"""Every kind by its name on the queue."""

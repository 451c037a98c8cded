"""Events of points that moved."""

from dataclasses import dataclass

from payments.domain.values.events.base import Event, PaymentEvent, Priority
from payments.domain.values.ids import MemberId
from payments.domain.values.time import Instant


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
class PointsVoided(PaymentEvent):
    """Points that were bought in test mode were removed, since real money is taken now.

    Attributes:
        member: Who had them; not always the buyer.
        voided: How many.
        balance: That member's balance after it.
    """

    name = "points.voided"
    priority = Priority.MEDIUM

    voided: int
    balance: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PointsTransferred(Event):
    """A member passed points on to another.

    Attributes:
        member: Who had them before.
        recipient: Who has them now.
        points: How many.
        note: What the sender wrote, unescaped; empty if nothing.
    """

    name = "points.transferred"
    priority = Priority.MEDIUM

    member: MemberId
    recipient: MemberId
    points: int
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PointsGranted(Event):
    """A moderator gave a member points.

    Attributes:
        member: Who has them now.
        points: How many.
        note: Why, as the moderator wrote it, unescaped.
        expires_at: When they lapse, if they do.
        transfer: The transfer that brought them; empty in events of older versions.
        by_self: Whether the member gave them to themselves.
    """

    name = "points.granted"
    priority = Priority.MEDIUM

    member: MemberId
    points: int
    note: str
    expires_at: Instant | None
    transfer: str = ""
    by_self: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PointsRevoked(Event):
    """A moderator took points from a member.

    Attributes:
        member: Who had them.
        points: How many.
        note: Why, as the moderator wrote it, unescaped.
        transfer: The transfer that took them.
        by_self: Whether the member took them from themselves.
    """

    name = "points.revoked"
    priority = Priority.MEDIUM

    member: MemberId
    points: int
    note: str
    transfer: str
    by_self: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PassedPointsClaimed(PaymentEvent):
    """A dispute, or a refund for fraud, reaches points that were passed on to another member.

    Attributes:
        member: Who had them; not the buyer.
        kept: How many it keeps from that member now.
        gone: How many of those are gone for good.
        change: How many more it keeps than before; negative if some were given back.
    """

    name = "points.claimed"
    priority = Priority.MEDIUM

    kept: int
    gone: int
    change: int

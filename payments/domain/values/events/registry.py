"""Facts that were committed, for whoever should hear of them.

Named in the past tense here, and by `name` on the queue. Each is written in the same transaction as
what it tells.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import ClassVar

from payments.domain.values.ids import GuildId, MemberId, PaymentId, SubscriberId
from payments.domain.values.money import Money
from payments.domain.values.time import Instant


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
        at: When the command that caused it was given.
    """

    name: ClassVar[str]
    priority: ClassVar[Priority]

    guild: GuildId
    at: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentEvent(Event):
    """An event about one payment, with what was bought as it was at the time of buying.

    Attributes:
        member: The buyer.
    """

    member: MemberId
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
    """A person must look: what the provider told does not fit the payment, so there are no points.

    Or a refund or dispute stands in a way that is not known here, and holds points meanwhile.

    Attributes:
        reason: One sentence for moderators.
    """

    name = "payment.error"
    priority = Priority.HIGH

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeEvent(PaymentEvent):
    """An event about one dispute of a payment.

    Attributes:
        dispute: The provider's id of it.
        disputed: What the buyer's bank claims.
        reason: The bank's reason in the provider's words; empty if not told.
        due_by: Until when it can be answered, if it can.
    """

    dispute: str
    disputed: Money
    reason: str
    due_by: Instant | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentInquired(DisputeEvent):
    """The buyer's bank asks about a payment: nothing has moved, it may become a dispute."""

    name = "payment.inquired"
    priority = Priority.HIGH


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentDisputed(DisputeEvent):
    """The buyer's bank took the money back for now: the points are on hold."""

    name = "payment.disputed"
    priority = Priority.HIGH


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentChargedBack(DisputeEvent):
    """A dispute was lost: money and points are gone, and the buyer may not buy for now."""

    name = "payment.charged_back"
    priority = Priority.HIGH


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeWon(DisputeEvent):
    """A dispute was won, perhaps late: the points are back."""

    name = "payment.dispute_won"
    priority = Priority.MEDIUM


@dataclass(frozen=True, slots=True, kw_only=True)
class FraudWarned(PaymentEvent):
    """The buyer's bank reported a payment as fraud: a refund now can avoid a dispute."""

    name = "payment.fraud_warned"
    priority = Priority.HIGH


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentRefunded(PaymentEvent):
    """Money went back to the buyer.

    Attributes:
        refunded: All that has gone back so far.
        amount: What went back now.
        refund: Our id of the refund, or the provider's; empty in what was told by older versions.
        asked_by: The moderator who asked for it; none if that was not done here.
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
        reason: The provider's word for why it takes a while; empty if not told.
        asked_by: The moderator who asked for it; none if that was not done here.
        again: Whether this was told before, for another reason.
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
        asked_by: The moderator who asked for it; none if that was not done here.
        member_knows: Whether the buyer was told before that it was on its way or had gone back.
    """

    name = "refund.failed"
    priority = Priority.HIGH

    amount: Money
    asked_by: MemberId | None = None
    member_knows: bool = False


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
    """

    name = "points.granted"
    priority = Priority.MEDIUM

    member: MemberId
    points: int
    note: str
    expires_at: Instant | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderEventStuck(Event):
    """A provider's message could not be handled, and is left to a person.

    Attributes:
        provider: Who sent it.
        event: The provider's id of it.
        kind: The provider's name for what happened.
        reason: Why, in a sentence.
        count: How many messages were left for that reason by then, this one among them.
    """

    name = "provider_event.stuck"
    priority = Priority.HIGH

    provider: str
    event: str
    kind: str
    reason: str
    count: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderAccessRefused(Event):
    """A payment provider refuses us: it does not know our key, or the key lacks a permission.

    Attributes:
        provider: Which one.
        reason: What it refuses, in sentences.
    """

    name = "provider.access_refused"
    priority = Priority.HIGH

    provider: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelUnusable(Event):
    """A channel of the settings cannot be used: something that was to be told there was not.

    Attributes:
        setting: Which one, such as `mod_channel`.
        channel: Discord's id of it; none if none is set.
        reason: What is wrong, in a sentence without its full stop.
    """

    name = "channel.unusable"
    priority = Priority.HIGH

    setting: str
    channel: int | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SubscriberDisabled(Event):
    """A subscriber hears of nothing any more, because nothing reached it for days.

    Attributes:
        subscriber: Our id of it.
        host: The host of its address.
        reason: What went wrong last, in a sentence without its full stop.
    """

    name = "subscriber.disabled"
    priority = Priority.HIGH

    subscriber: SubscriberId
    host: str
    reason: str


EVENTS: dict[str, type[Event]] = {
    kind.name: kind
    for kind in (
        PaymentInitiated,
        PaymentPending,
        PaymentSucceeded,
        PaymentFailed,
        PaymentExpired,
        PaymentDoubted,
        PaymentInquired,
        PaymentDisputed,
        PaymentChargedBack,
        DisputeWon,
        FraudWarned,
        PaymentRefunded,
        RefundPending,
        RefundFailed,
        PointsAwarded,
        PointsReverted,
        PointsTransferred,
        PointsGranted,
        PointsVoided,
        ProviderEventStuck,
        ProviderAccessRefused,
        ChannelUnusable,
        SubscriberDisabled,
    )
}
"""Every kind by its name on the queue."""

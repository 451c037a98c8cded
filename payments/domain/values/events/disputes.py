"""Events of a dispute, or of a warning before one."""

from dataclasses import dataclass

from payments.domain.values.events.base import PaymentEvent, Priority
from payments.domain.values.money import Money
from payments.domain.values.time import Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeEvent(PaymentEvent):
    """An event about one dispute of a payment.

    Attributes:
        dispute: The provider's id of it.
        disputed: What the buyer's bank claims.
        reason: The bank's reason in the provider's words; empty if not given.
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
class InquiryClosed(DisputeEvent):
    """The buyer's bank asks no more, and nothing has moved: nobody has to answer it."""

    name = "payment.inquiry_closed"
    priority = Priority.MEDIUM


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

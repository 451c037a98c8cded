"""What goes back of a payment: its refunds and disputes, as last told."""

from dataclasses import dataclass

from payments.domain.facts import DisputeStatus, RefundStatus
from payments.domain.ids import MemberId
from payments.domain.time import Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundOrder:
    """How a refund that was asked for here came about.

    Attributes:
        by: The moderator who asked.
        at: When.
        reason: Why, in their words, unescaped; empty if they gave none.
        approved_by: The second moderator, where one was needed.
        request: The exact request for the provider, as it wrote it.
        attempt: Number of the current attempt to send it; part of its idempotency key.
    """

    by: MemberId
    at: Instant
    reason: str
    request: str
    approved_by: MemberId | None = None
    attempt: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Refund:
    """One refund of a payment, as last told.

    Attributes:
        id: Ours if it was asked for here, else the provider's.
        amount: Minor units.
        provider_id: The provider's id, once it is known there.
        order: How it was asked for; none if that was not done here.
        intent: The provider's id of the payment that it is of, if told.
    """

    id: str
    status: RefundStatus
    amount: int
    provider_id: str | None = None
    order: RefundOrder | None = None
    intent: str | None = None

    @property
    def idempotency_key(self) -> str:
        """The key under which the provider is asked for it: id and attempt, no clock."""
        return f"{self.id}:refund:{self.order.attempt if self.order else 1}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispute:
    """One dispute of a payment, as last told.

    Attributes:
        amount: What is disputed, in minor units; may exceed what was paid.
        reinstated: What came back although it was lost, in minor units.
        reason: The bank's reason in the provider's words; empty if not told.
        due_by: Until when it can be answered, if it can.
        intent: The provider's id of the payment that it is of, if told.
    """

    id: str
    status: DisputeStatus
    amount: int
    reinstated: int = 0
    reason: str = ""
    due_by: Instant | None = None
    intent: str | None = None

    @property
    def is_charged_back(self) -> bool:
        """Whether it was lost, and not all of its money came back."""
        return self.status is DisputeStatus.LOST and self.reinstated < self.amount

"""What Stripe's refunds and disputes tell of our payments.

An event about one of them is only a sign that something has changed: the object itself is fetched,
in our version of the API, with the payment intent that says whose payment it is. So neither the
order of the events nor the version in which they were written matters (cases 17, 33, 36, 37).
"""

from typing import Any, Literal

from pydantic import BaseModel, StrictInt, ValidationError

from payments.domain.facts import DisputeStatus, DisputeTold, RefundStatus, RefundTold
from payments.domain.ids import PaymentId
from payments.providers.stripe.reading import (
    Metadata,
    Minor,
    Reading,
    Text,
    is_ours,
    what_is_wrong,
)

REFUND_EVENTS = frozenset(
    {"refund.created", "refund.updated", "refund.failed", "charge.refund.updated"}
)
"""The event's object is a refund (case 38: some come for some payment methods only)."""

CHARGE_EVENTS = frozenset({"charge.refunded"})
"""The event's object is a charge, whose refunds are listed (case 37)."""

DISPUTE_EVENTS = frozenset(
    f"charge.dispute.{end}"
    for end in ("created", "updated", "closed", "funds_withdrawn", "funds_reinstated")
)
"""The event's object is a dispute."""

REVERSAL_EVENTS = REFUND_EVENTS | CHARGE_EVENTS | DISPUTE_EVENTS

_REFUND_STATUS = {
    "pending": RefundStatus.PENDING,
    "requires_action": RefundStatus.PENDING,
    "succeeded": RefundStatus.SUCCEEDED,
    "failed": RefundStatus.FAILED,
    "canceled": RefundStatus.FAILED,
}
"""Case 39."""

_DISPUTE_STATUS = {
    "warning_needs_response": DisputeStatus.INQUIRY,
    "warning_under_review": DisputeStatus.INQUIRY,
    "warning_closed": DisputeStatus.INQUIRY,
    "needs_response": DisputeStatus.OPEN,
    "under_review": DisputeStatus.OPEN,
    "lost": DisputeStatus.LOST,
    "won": DisputeStatus.WON,
    "prevented": DisputeStatus.WON,
    "charge_refunded": DisputeStatus.WON,
}
"""Cases 44, 50: what ended without taking money counts as won; a refund is told by itself."""


class Intent(BaseModel):
    """A payment intent, of which we wrote the metadata."""

    id: Text
    metadata: Metadata | None = None


class Charge(BaseModel):
    """A charge, for the intent behind it (case 52)."""

    id: Text
    payment_intent: Intent | Text | None = None


class Refund(BaseModel):
    """The part of a refund that matters here (Stripe, The Refund object)."""

    id: Text
    object: Literal["refund"]
    amount: Minor
    status: str | None = None
    payment_intent: Intent | Text | None = None


class Movement(BaseModel):
    """What a dispute took from the balance (negative), or brought back, in its own currency."""

    amount: StrictInt


class Dispute(BaseModel):
    """The part of a dispute that matters here (Stripe, The Dispute object)."""

    id: Text
    object: Literal["dispute"]
    amount: Minor
    status: str
    payment_intent: Intent | Text | None = None
    charge: Charge | Text | None = None
    balance_transactions: list[Movement] = []


def read_refund(found: dict[str, Any]) -> Reading:
    """Read a refund that was fetched with its payment intent (cases 36-40)."""
    try:
        refund = Refund.model_validate(found)
    except ValidationError as error:
        return Reading(quarantined=f"The refund makes no sense: {what_is_wrong(error)}.")
    payment = _payment_of(refund.payment_intent)
    if payment is None:
        return Reading(ignored="The refund is not of a payment of ours.")
    status = _REFUND_STATUS.get(refund.status or "")
    if status is None:
        return Reading(quarantined=f"The refund has the status {refund.status}.")
    told = RefundTold(payment=payment, refund=refund.id, status=status, amount=refund.amount)
    return Reading(told=(told,))


def read_dispute(found: dict[str, Any]) -> Reading:
    """Read a dispute that was fetched with its payment intent (cases 44-52)."""
    try:
        dispute = Dispute.model_validate(found)
    except ValidationError as error:
        return Reading(quarantined=f"The dispute makes no sense: {what_is_wrong(error)}.")
    intent = dispute.payment_intent
    if intent is None and isinstance(dispute.charge, Charge):
        intent = dispute.charge.payment_intent
    payment = _payment_of(intent)
    if payment is None:
        return Reading(ignored="The dispute is not of a payment of ours.")
    status = _DISPUTE_STATUS.get(dispute.status)
    if status is None:
        return Reading(quarantined=f"The dispute has the status {dispute.status}.")
    told = DisputeTold(
        payment=payment,
        dispute=dispute.id,
        status=status,
        amount=dispute.amount,
        reinstated=_reinstated(dispute) if status is DisputeStatus.LOST else 0,
    )
    return Reading(told=(told,))


def together(readings: list[Reading]) -> Reading:
    """What several objects tell: all that is told, or else why nothing is."""
    told = tuple(each for reading in readings for each in reading.told)
    wrong = next((each for each in readings if each.quarantined), None)
    if wrong is not None:
        return wrong
    return Reading(told=told) if told else Reading(ignored="There is nothing of ours in it.")


def _payment_of(intent: Intent | str | None) -> PaymentId | None:
    if not isinstance(intent, Intent) or intent.metadata is None:
        return None
    payment = intent.metadata.payment
    return PaymentId(payment) if payment is not None and is_ours(payment) else None


def _reinstated(dispute: Dispute) -> int:
    """How much of a lost dispute's amount came back, in the charge's minor units (case 47).

    The movements are in the account's currency, so their share of what was taken is used.
    """
    taken = -sum(min(each.amount, 0) for each in dispute.balance_transactions)
    back = sum(max(each.amount, 0) for each in dispute.balance_transactions)
    return min(dispute.amount, dispute.amount * back // taken) if taken else 0

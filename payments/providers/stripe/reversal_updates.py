"""Updates of our payments from Stripe's refunds and disputes.

An event about one of them is only a sign that something has changed: the object itself is fetched,
in our version of the API, with the payment intent that says whose payment it is. So neither the
order of the events nor the version in which they were written matters (cases 17, 33, 36, 37).
"""

import re
from typing import Any

from pydantic import ValidationError

from payments.domain.values.money import Money
from payments.domain.values.provider_updates import (
    UNNAMED,
    DisputeStatus,
    DisputeUpdate,
    FraudWarningUpdate,
    RefundStatus,
    RefundUpdate,
)
from payments.domain.values.share import NOTHING, Share
from payments.domain.values.time import from_seconds
from payments.providers.stripe.fields import IdentifiedObject, what_is_wrong
from payments.providers.stripe.ownership import is_ours
from payments.providers.stripe.sessions import StripeReading
from payments.providers.stripe.shapes import (
    ChargedIntent,
    CountedMetadata,
    Intent,
    StripeCharge,
    StripeDispute,
    StripeFraudWarning,
    StripeRefund,
)
from payments.providers.stripe.shares import (
    Movement,
    measured,
    movements,
    returned,
    share_of,
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

FRAUD_EVENTS = frozenset({"radar.early_fraud_warning.created", "radar.early_fraud_warning.updated"})
"""The event's object is an early fraud warning."""

REVERSAL_EVENTS = REFUND_EVENTS | CHARGE_EVENTS | DISPUTE_EVENTS | FRAUD_EVENTS

REFUND_STATUS = {
    "pending": RefundStatus.PENDING,
    "requires_action": RefundStatus.PENDING,
    "succeeded": RefundStatus.SUCCEEDED,
    "failed": RefundStatus.FAILED,
    "canceled": RefundStatus.FAILED,
}
"""Case 39."""

DISPUTE_STATUS = {
    "warning_needs_response": DisputeStatus.INQUIRY,
    "warning_under_review": DisputeStatus.INQUIRY,
    "warning_closed": DisputeStatus.INQUIRY,
    "needs_response": DisputeStatus.OPEN,
    "under_review": DisputeStatus.OPEN,
    "appeal_needs_response": DisputeStatus.OPEN,
    "appeal_under_review": DisputeStatus.OPEN,
    "lost": DisputeStatus.LOST,
    "won": DisputeStatus.WON,
    "prevented": DisputeStatus.WON,
    "charge_refunded": DisputeStatus.WON,
}
"""Cases 44, 50: what ended without taking money counts as won; a refund has its own update."""


FRAUDULENT = "fraudulent"
"""Case 57: the reason of a refund of what is taken for fraud."""

STATUS_LENGTH = 60
"""The most characters of an unknown status that are kept."""


def charge_to_measure(found: dict[str, Any]) -> str | None:
    """The charge that must be fetched to tell how much of it a refund or dispute is about.

    None if both are in one currency: then the amount says it.
    """
    try:
        counted = CountedMetadata.model_validate(found)
    except ValidationError:
        return None
    intent, charge = counted.payment_intent, counted.charge
    if not isinstance(intent, Intent) or intent.currency in {None, counted.currency}:
        return None
    return charge.id if isinstance(charge, IdentifiedObject) else charge


def read_refund(found: dict[str, Any], charge: dict[str, Any] | None = None) -> StripeReading:
    """Read a refund that was fetched with its payment intent (cases 36-40).

    Args:
        found: The refund.
        charge: Its charge with the balance transaction, if `charge_to_measure` names one.
    """
    try:
        refund = StripeRefund.model_validate(found)
    except ValidationError as error:
        return StripeReading(wrong=f"The refund makes no sense: {what_is_wrong(error)}.")
    status = REFUND_STATUS.get(refund.status or "")
    ours = refund.metadata.refund if refund.metadata else None
    update = RefundUpdate(
        payment=UNNAMED,
        refund=ours if ours is not None and is_ours(ours) else refund.id,
        status=status or RefundStatus.PENDING,
        amount=Money(minor=refund.amount, currency=refund.currency.upper()),
        share=_share_of(refund, charge, []),
        provider_id=refund.id,
        intent=_id_of(refund.payment_intent),
        pending_reason=refund.why_pending,
        unknown=_unknown(refund.status) if status is None else "",
        is_fraud=refund.reason == FRAUDULENT,
    )
    return StripeReading(update=update)


def read_dispute(found: dict[str, Any], charge: dict[str, Any] | None = None) -> StripeReading:
    """Read a dispute that was fetched with its payment intent (cases 44-52).

    Args:
        found: The dispute.
        charge: Its charge with the balance transaction, if `charge_to_measure` names one.
    """
    try:
        dispute = StripeDispute.model_validate(found)
    except ValidationError as error:
        return StripeReading(wrong=f"The dispute makes no sense: {what_is_wrong(error)}.")
    status = DISPUTE_STATUS.get(dispute.status or "")
    details = dispute.evidence_details
    moved = movements(dispute.balance_transactions)
    update = DisputeUpdate(
        payment=UNNAMED,
        dispute=dispute.id,
        status=status or DisputeStatus.OPEN,
        amount=Money(minor=dispute.amount, currency=dispute.currency.upper()),
        share=_share_of(dispute, charge, moved),
        returned=returned(moved) if status is DisputeStatus.LOST else NOTHING,
        reason=dispute.reason or "",
        due_by=from_seconds(details.due_by) if details and details.due_by else None,
        intent=_intent_behind(dispute),
        unknown=_unknown(dispute.status) if status is None else "",
    )
    return StripeReading(update=update)


def _share_of(
    claim: StripeRefund | StripeDispute, charge: dict[str, Any] | None, moved: list[Movement]
) -> Share | None:
    """How much of its charge a claim in another currency is about, if that can be known."""
    of = measured(charge)
    return share_of(claim.amount, claim.currency, of, moved) if of else None


def _unknown(status: str | None) -> str:
    """A status that is in none of our tables, as a log or a card can show it."""
    return re.sub(r"[^\x21-\x7e]", "?", status or "")[:STATUS_LENGTH] or "(none)"


def read_fraud_warning(found: dict[str, Any]) -> StripeReading:
    """Read an early fraud warning that was fetched with its payment intent."""
    try:
        warning = StripeFraudWarning.model_validate(found)
    except ValidationError as error:
        return StripeReading(wrong=f"The fraud warning makes no sense: {what_is_wrong(error)}.")
    update = FraudWarningUpdate(
        payment=UNNAMED,
        warning=warning.id,
        actionable=bool(warning.actionable),
        intent=_intent_behind(warning),
    )
    return StripeReading(update=update)


def read_fee(found: dict[str, Any]) -> Money | None:
    """Stripe's fee for a payment intent that was fetched with its charge's balance transaction.

    None if it is not there yet, or is counted in another currency.
    """
    try:
        intent = ChargedIntent.model_validate(found)
    except ValidationError:
        return None
    paid = intent.latest_charge.balance_transaction
    if paid.currency != intent.currency:
        return None
    return Money(minor=paid.fee, currency=paid.currency.upper())


def _intent_behind(found: StripeDispute | StripeFraudWarning) -> str | None:
    """The intent that it is about, named directly, or through the charge (case 52)."""
    intent = found.payment_intent
    if intent is None and isinstance(found.charge, StripeCharge):
        intent = found.charge.payment_intent
    return _id_of(intent)


def _id_of(intent: Intent | str | None) -> str | None:
    return intent.id if isinstance(intent, Intent) else intent

"""The parts of Stripe's refunds, disputes and fraud warnings that matter here.

Ids, amounts and currencies are read strictly; of all else, what cannot be read is left out.
"""

from typing import Any, Literal

from pydantic import BaseModel, Field

from payments.providers.reading import Lenient
from payments.providers.stripe.fields import IdentifiedObject, Minor, Seconds, Text
from payments.providers.stripe.ownership import REFUND
from payments.providers.stripe.shares import Currency


class Intent(BaseModel):
    """A payment intent."""

    id: Text
    currency: Lenient[Currency] = None


class StripeCharge(BaseModel):
    """A charge, for the intent behind it (case 52)."""

    id: Text
    payment_intent: Lenient[Intent | Text] = None


class StripeBalanceTransaction(BaseModel):
    """What a charge brought to the account's balance, in the account's currency."""

    fee: Minor
    currency: Currency


class ChargedBalance(BaseModel):
    """A charge with its balance transaction."""

    balance_transaction: StripeBalanceTransaction


class ChargedIntent(BaseModel):
    """A payment intent with its charge."""

    currency: Currency
    latest_charge: ChargedBalance


class RefundMetadata(BaseModel):
    """Ours, in a refund that we asked for."""

    refund: Lenient[str] = Field(default=None, alias=REFUND)


class StripeRefund(BaseModel):
    """The part of a refund that matters here (Stripe, The Refund object)."""

    id: Text
    object: Literal["refund"]
    amount: Minor
    currency: Currency
    status: Lenient[str] = None
    pending_reason: Lenient[str] = None
    reason: Lenient[str] = None
    payment_intent: Lenient[Intent | Text] = None
    metadata: Lenient[RefundMetadata] = None

    @property
    def why_pending(self) -> str:
        """Why it is on its way, in Stripe's word; empty if it is not, or does not say."""
        if self.status == "requires_action":
            return "requires_action"
        return (self.pending_reason or "") if self.status == "pending" else ""


class EvidenceDetails(BaseModel):
    """Until when a dispute can be answered; none once it cannot."""

    due_by: Lenient[Seconds] = None


class StripeDispute(BaseModel):
    """The part of a dispute that matters here (Stripe, The Dispute object)."""

    id: Text
    object: Literal["dispute"]
    amount: Minor
    currency: Currency
    status: Lenient[str] = None
    payment_intent: Lenient[Intent | Text] = None
    charge: Lenient[StripeCharge | Text] = None
    balance_transactions: Any = None
    reason: Lenient[str] = None
    evidence_details: Lenient[EvidenceDetails] = None


class StripeFraudWarning(BaseModel):
    """The part of an early fraud warning that matters here (Stripe, its object's page)."""

    id: Text
    object: Literal["radar.early_fraud_warning"]
    actionable: Lenient[bool] = None
    payment_intent: Lenient[Intent | Text] = None
    charge: Lenient[StripeCharge | Text] = None


class CountedMetadata(BaseModel):
    """The part of a refund or dispute that says in which currencies it and its payment are."""

    currency: Currency
    charge: Lenient[IdentifiedObject | Text] = None
    payment_intent: Lenient[Intent | Text] = None


def is_listed(found: object) -> bool:
    """Whether something in a list has what paging and the watermark need."""
    return (
        isinstance(found, dict)
        and isinstance(found.get("id"), str)
        and isinstance(found.get("created"), int)
    )

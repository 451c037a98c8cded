"""Disputes and early fraud warnings (Stripe: The Dispute object, The Early Fraud Warning)."""

from dataclasses import dataclass, field

from sandbox.base.common import Json
from sandbox.stripe.objects.money import BalanceTransaction

EVIDENCE = (
    "access_activity_log",
    "billing_address",
    "cancellation_policy",
    "cancellation_policy_disclosure",
    "cancellation_rebuttal",
    "customer_communication",
    "customer_email_address",
    "customer_name",
    "customer_purchase_ip",
    "customer_signature",
    "duplicate_charge_documentation",
    "duplicate_charge_explanation",
    "duplicate_charge_id",
    "product_description",
    "receipt",
    "refund_policy",
    "refund_policy_disclosure",
    "refund_refusal_explanation",
    "service_date",
    "service_documentation",
    "shipping_address",
    "shipping_carrier",
    "shipping_date",
    "shipping_documentation",
    "shipping_tracking_number",
    "uncategorized_file",
    "uncategorized_text",
)
"""What can be told against a dispute, all texts or file ids."""

APPEALED = frozenset({"appeal_needs_response", "appeal_under_review"})
"""Statuses of a dispute that was decided, and is argued about again."""

CLOSED = frozenset({"lost", "won", "warning_closed", "prevented", "charge_refunded"})
"""Statuses after which nothing more can be done about it."""


@dataclass(slots=True, kw_only=True)
class Dispute:
    """A buyer's bank takes money back or asks about it; `amount` in minor units.

    Attributes:
        currency: Of the amount; the bank's own may be another one than the charge's.
        withdrawal: What it takes from the balance, in minor units of `account_currency`.
    """

    id: str
    created: int
    amount: int
    currency: str
    withdrawal: int
    charge: str
    payment_intent: str | None
    reason: str
    status: str
    due_by: int
    account_currency: str
    case_type: str = "chargeback"
    transactions: list[BalanceTransaction] = field(default_factory=list)
    evidence: dict[str, str] = field(default_factory=dict)
    submissions: int = 0
    metadata: dict[str, str] = field(default_factory=dict)

    @property
    def inquiry(self) -> bool:
        """Whether it is only a question: no money has moved."""
        return self.status.startswith("warning_")

    @property
    def gone(self) -> int:
        """What it has taken and not brought back, in minor units; corrections do not count."""
        return -sum(
            each.amount
            for each in self.transactions
            if each.reporting_category != "other_adjustment"
        )

    def render(self) -> Json:
        """The object as the API and events show it."""
        return {
            "id": self.id,
            "object": "dispute",
            "amount": self.amount,
            "balance_transactions": [each.render() for each in self.transactions],
            "charge": self.charge,
            "created": self.created,
            "currency": self.currency,
            "enhanced_eligibility_types": [],
            "evidence": {name: self.evidence.get(name) for name in EVIDENCE}
            | {"enhanced_evidence": {}},
            "evidence_details": {
                "due_by": None if self.status in CLOSED else self.due_by,
                "enhanced_eligibility": {},
                "has_evidence": bool(self.evidence),
                "past_due": False,
                "submission_count": self.submissions,
                "submission_method": "manual" if self.submissions else "not_submitted",
            },
            "intended_submission_method": None,
            "is_charge_refundable": self.inquiry and self.status != "warning_closed",
            "livemode": False,
            "metadata": dict(self.metadata),
            "payment_intent": self.payment_intent,
            "payment_method_details": {
                "card": {
                    "brand": "visa",
                    "case_type": self.case_type,
                    "network": "visa",
                    "network_reason_code": "10.4" if self.reason == "fraudulent" else "13.1",
                },
                "type": "card",
            },
            "reason": self.reason,
            "status": self.status,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class FraudWarning:
    """The card's issuer suspects that a charge is fraudulent."""

    id: str
    created: int
    charge: str
    payment_intent: str | None
    fraud_type: str

    def render(self) -> Json:
        """The object as the API and events show it."""
        return {
            "id": self.id,
            "object": "radar.early_fraud_warning",
            "actionable": True,
            "charge": self.charge,
            "created": self.created,
            "fraud_type": self.fraud_type,
            "livemode": False,
            "payment_intent": self.payment_intent,
        }

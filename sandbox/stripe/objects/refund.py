"""Refunds (Stripe: The Refund object)."""

from dataclasses import dataclass, field

from sandbox.base.common import Json
from sandbox.stripe.objects.common import Presentment


@dataclass(slots=True, kw_only=True)
class Refund:
    """Money on its way back; `amount` in minor units.

    Attributes:
        pending_reason: Why it is pending, as long as it is: `processing`, `charge_pending` or
            `insufficient_funds`.
        reference: The number by which the buyer's bank finds it, once there is one.
    """

    id: str
    created: int
    amount: int
    currency: str
    charge: str
    payment_intent: str
    method: str
    payment_method: str | None
    status: str
    reason: str | None = None
    metadata: dict[str, str] = field(default_factory=dict)
    balance_transaction: str | None = None
    failure_balance_transaction: str | None = None
    failure_reason: str | None = None
    pending_reason: str = "processing"
    instructions_email: str | None = None
    reference: str | None = None
    presentment: Presentment | None = None

    @property
    def counts(self) -> bool:
        """Whether it takes from what can still be refunded."""
        return self.status in {"pending", "requires_action", "succeeded"}

    def render(self) -> Json:
        """The object as the API and events show it; some fields are there only when they apply."""
        rendered: Json = {
            "id": self.id,
            "object": "refund",
            "amount": self.amount,
            "balance_transaction": self.balance_transaction,
            "charge": self.charge,
            "created": self.created,
            "currency": self.currency,
            "customer": None,
            "customer_account": None,
            "destination_details": self._destination(),
            "metadata": dict(self.metadata),
            "payment_intent": self.payment_intent,
            "payment_method": self.payment_method,
            "reason": self.reason,
            "receipt_number": None,
            "source_transfer_reversal": None,
            "status": self.status,
            "transfer_reversal": None,
        }
        if self.failure_reason is not None:
            rendered["failure_reason"] = self.failure_reason
            rendered["failure_balance_transaction"] = self.failure_balance_transaction
        if self.status == "pending":
            rendered["pending_reason"] = self.pending_reason
        if self.instructions_email is not None:
            rendered["instructions_email"] = self.instructions_email
        if self.presentment is not None:
            rendered["presentment_details"] = self.presentment.render()
        return rendered

    def _destination(self) -> Json:
        if self.method != "card":
            return {"type": self.method}
        card: Json = {
            "reference_status": "pending" if self.reference is None else "available",
            "reference_type": "acquirer_reference_number",
            "type": "refund",
        }
        if self.reference is not None:
            card["reference"] = self.reference
        return {"type": "card", "card": card}

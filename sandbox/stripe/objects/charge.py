"""Charges (Stripe: The Charge object)."""

from dataclasses import dataclass

from sandbox.base.common import Json
from sandbox.stripe.objects.common import EMPTY_ADDRESS, Presentment
from sandbox.stripe.objects.payment_intent import Decline
from sandbox.stripe.objects.session import IntentData

_CARD: Json = {
    "amount_authorized": None,
    "authorization_code": None,
    "brand": "visa",
    "checks": {
        "address_line1_check": None,
        "address_postal_code_check": None,
        "cvc_check": "pass",
    },
    "country": "US",
    "electronic_commerce_indicator": None,
    "exp_month": 12,
    "exp_year": 2034,
    "extended_authorization": {"status": "disabled"},
    "fingerprint": "sandboxSandbox01",
    "funding": "credit",
    "incremental_authorization": {"status": "unavailable"},
    "installments": None,
    "last4": "4242",
    "mandate": None,
    "multicapture": {"status": "unavailable"},
    "network": "visa",
    "network_token": {"used": False},
    "network_transaction_id": None,
    "overcapture": {"maximum_amount_capturable": 0, "status": "unavailable"},
    "regulated_status": "unregulated",
    "three_d_secure": None,
    "transaction_link_id": None,
    "wallet": None,
}
_SEPA_DEBIT: Json = {
    "bank_code": "37040044",
    "branch_code": "",
    "country": "DE",
    "fingerprint": "sandboxSandbox02",
    "last4": "3000",
    "mandate": None,
}


@dataclass(slots=True, kw_only=True)
class Charge:
    """One attempt to take money; amounts in minor units.

    Attributes:
        amount_refunded: What refunds that did not fail give back.
        captured: Whether its money was taken; until then it is only set aside.
        captured_amount: How much of it was taken, if not all.
        capture_before: Until when it can be taken, in Unix seconds, if it is only set aside.
        disputed: Whether it ever was disputed.
    """

    id: str
    created: int
    amount: int
    currency: str
    payment_intent: str
    payment_method: str
    method: str
    data: IntentData
    email: str | None
    status: str
    address: str
    failure: Decline | None = None
    balance_transaction: str | None = None
    failure_balance_transaction: str | None = None
    amount_refunded: int = 0
    captured: bool = True
    captured_amount: int | None = None
    capture_before: int | None = None
    disputed: bool = False
    presentment: Presentment | None = None
    customer: str | None = None

    @property
    def taken(self) -> int:
        """What was taken, in minor units."""
        if self.status != "succeeded" or not self.captured:
            return 0
        return self.amount if self.captured_amount is None else self.captured_amount

    @property
    def refundable(self) -> int:
        """What has not been given back yet, in minor units."""
        return self.amount - self.amount_refunded if self.status == "succeeded" else 0

    # Long: each field of the object once, in the order of Stripe's reference.
    def render(self) -> Json:
        """The object as the API and events show it."""
        captured = self.captured and (self.method != "card" or self.status == "succeeded")
        rendered: Json = {
            "id": self.id,
            "object": "charge",
            "amount": self.amount,
            "amount_captured": self.taken,
            "amount_refunded": self.amount_refunded,
            "application": None,
            "application_fee": None,
            "application_fee_amount": None,
            "balance_transaction": self.balance_transaction,
            "billing_details": self._billing(),
            "calculated_statement_descriptor": "SANDBOX",
            "captured": captured,
            "created": self.created,
            "currency": self.currency,
            "customer": self.customer,
            "description": self.data.description,
            "disputed": self.disputed,
            "failure_balance_transaction": self.failure_balance_transaction,
            "failure_code": self.failure.code if self.failure else None,
            "failure_message": self.failure.message if self.failure else None,
            "fraud_details": {},
            "livemode": False,
            "metadata": dict(self.data.metadata),
            "on_behalf_of": None,
            "outcome": self._outcome(),
            "paid": self.status == "succeeded",
            "payment_intent": self.payment_intent,
            "payment_method": self.payment_method,
            "payment_method_details": self._method(),
            "radar_options": {},
            "receipt_email": self.data.receipt_email,
            "receipt_number": None,
            "receipt_url": self.address if self.status == "succeeded" else None,
            "refunded": self.status == "succeeded" and self.amount_refunded >= self.amount,
            "review": None,
            "shipping": None,
            "source": None,
            "source_transfer": None,
            "statement_descriptor": self.data.statement_descriptor,
            "statement_descriptor_suffix": self.data.statement_descriptor_suffix,
            "status": self.status,
            "transfer_data": None,
            "transfer_group": self.data.transfer_group,
        }
        if self.presentment is not None:
            rendered["presentment_details"] = self.presentment.render()
        return rendered

    def _billing(self) -> Json:
        return {
            "address": EMPTY_ADDRESS | {"country": "US"},
            "email": self.email,
            "name": "Sandbox Buyer",
            "phone": None,
            "tax_id": None,
        }

    def _method(self) -> Json:
        if self.method == "card":
            card = _CARD | {"amount_authorized": self.amount}
            if self.capture_before is not None:
                card["capture_before"] = self.capture_before
            return {"type": "card", "card": card}
        return {"type": self.method, self.method: dict(_SEPA_DEBIT)}

    def _outcome(self) -> Json:
        refused = self.failure is not None
        score: Json = {"risk_score": 12} if self.method == "card" else {}
        return {
            "advice_code": "try_again_later" if refused and self.method == "card" else None,
            "network_advice_code": None,
            "network_decline_code": None,
            "network_status": "declined_by_network" if refused else "approved_by_network",
            "reason": (self.failure.decline_code or self.failure.code) if self.failure else None,
            "risk_level": "normal" if self.method == "card" else "not_assessed",
            "seller_message": self.failure.message if self.failure else "Payment complete.",
            "type": "issuer_declined" if refused else "authorized",
            **score,
        }

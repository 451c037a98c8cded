"""Payment intents (Stripe: The PaymentIntent object)."""

from dataclasses import dataclass

from sandbox.base.common import Json
from sandbox.stripe.objects.common import Presentment
from sandbox.stripe.objects.session import IntentData


@dataclass(frozen=True, slots=True, kw_only=True)
class Decline:
    """Why a payment failed."""

    code: str
    message: str
    decline_code: str | None = None


@dataclass(slots=True, kw_only=True)
class PaymentIntent:
    """The payment behind a checkout; amounts in minor units."""

    id: str
    secret: str
    created: int
    amount: int
    currency: str
    data: IntentData
    method: str = "card"
    payment_method: str | None = None
    status: str = "requires_payment_method"
    latest_charge: str | None = None
    failure: Decline | None = None
    canceled_at: int | None = None
    cancellation_reason: str = "expired"
    received: int | None = None
    presentment: Presentment | None = None
    customer: str | None = None

    @property
    def is_manual(self) -> bool:
        """Whether its money is only set aside when the buyer pays."""
        return self.data.capture_method == "manual"

    @property
    def capturable(self) -> int:
        """What is set aside and can be taken, in minor units."""
        return self.amount if self.status == "requires_capture" else 0

    # Long: each field of the object once, in the order of Stripe's reference.
    def render(self) -> Json:
        """The object as the API and events show it."""
        succeeded = self.status == "succeeded"
        received = self.amount if self.received is None else self.received
        rendered: Json = {
            "id": self.id,
            "object": "payment_intent",
            "allowed_payment_method_types": None,
            "amount": self.amount,
            "amount_capturable": self.capturable,
            "amount_details": {"tip": {}},
            "amount_received": received if succeeded else 0,
            "application": None,
            "application_fee_amount": None,
            "automatic_payment_methods": None,
            "canceled_at": self.canceled_at,
            "cancellation_reason": self._why_canceled(),
            "capture_method": self.data.capture_method or "automatic_async",
            "client_secret": self.secret,
            "confirmation_method": "automatic",
            "created": self.created,
            "currency": self.currency,
            "customer": self.customer,
            "customer_account": None,
            "description": self.data.description,
            "excluded_payment_method_types": None,
            "last_payment_error": self._failure(),
            "latest_charge": self.latest_charge,
            "livemode": False,
            "managed_payments": None,
            "metadata": dict(self.data.metadata),
            "next_action": None,
            "on_behalf_of": None,
            "payment_method": self.payment_method,
            "payment_method_configuration_details": None,
            "payment_method_options": {},
            "payment_method_types": ["card", "sepa_debit"],
            "payment_record": None,
            "processing": None,
            "receipt_email": self.data.receipt_email,
            "review": None,
            "setup_future_usage": None,
            "shipping": None,
            "source": None,
            "statement_descriptor": self.data.statement_descriptor,
            "statement_descriptor_suffix": self.data.statement_descriptor_suffix,
            "status": self.status,
            "transfer_data": None,
            "transfer_group": self.data.transfer_group,
        }
        if self.presentment is not None:
            rendered["presentment_details"] = self.presentment.render()
        return rendered

    def _why_canceled(self) -> str | None:
        return None if self.canceled_at is None else self.cancellation_reason

    def _failure(self) -> Json | None:
        if self.failure is None:
            return None
        declined: Json = {}
        if self.failure.decline_code is not None:
            declined["decline_code"] = self.failure.decline_code
        return {
            "charge": self.latest_charge,
            "code": self.failure.code,
            "doc_url": f"https://stripe.com/docs/error-codes/{self.failure.code.replace('_', '-')}",
            "message": self.failure.message,
            "type": "card_error" if self.method == "card" else "invalid_request_error",
            **declined,
        }

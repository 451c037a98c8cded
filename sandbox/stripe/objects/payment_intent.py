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
    presentment: Presentment | None = None

    # Long: each field of the object once, in the order of Stripe's reference.
    def render(self) -> Json:
        """The object as the API and events show it."""
        succeeded = self.status == "succeeded"
        rendered: Json = {
            "id": self.id,
            "object": "payment_intent",
            "allowed_payment_method_types": None,
            "amount": self.amount,
            "amount_capturable": 0,
            "amount_details": {"tip": {}},
            "amount_received": self.amount if succeeded else 0,
            "application": None,
            "application_fee_amount": None,
            "automatic_payment_methods": None,
            "canceled_at": self.canceled_at,
            "cancellation_reason": None if self.canceled_at is None else "expired",
            "capture_method": "automatic_async",
            "client_secret": self.secret,
            "confirmation_method": "automatic",
            "created": self.created,
            "currency": self.currency,
            "customer": None,
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

"""What can be done with payment intents (Stripe: Capture, and Cancel a PaymentIntent)."""

from typing import Final

from sandbox.base.common import Json
from sandbox.stripe.acts import held_money
from sandbox.stripe.api.call import Call
from sandbox.stripe.api.errors import missing, refused
from sandbox.stripe.objects.common import money
from sandbox.stripe.objects.payment_intent import PaymentIntent

_REASONS: Final = ("abandoned", "duplicate", "fraudulent", "requested_by_customer")
_CANCELABLE: Final = (
    "requires_payment_method, requires_capture, requires_confirmation, requires_action"
)
_UNEXPECTED: Final = "payment_intent_unexpected_state"


def capture(call: Call) -> Json:
    """`POST /v1/payment_intents/{id}/capture`: all of it, or a part once."""
    call.params.supports("amount_to_capture", "expand")
    amount = call.params.integer("amount_to_capture", least=1)
    intent = _intent(call)
    if intent.status == "canceled":
        raise refused(
            f"This PaymentIntent ({intent.id}) could not be captured because it has a status of "
            "canceled. Only a PaymentIntent with a status of requires_capture may be captured.",
            _UNEXPECTED,
        )
    if intent.status != "requires_capture":
        raise refused(
            "This PaymentIntent could not be captured because it has a status of "
            f"{intent.status}. Only a PaymentIntent with one of the following statuses may be "
            "captured: requires_capture.",
            _UNEXPECTED,
        )
    if amount is not None and amount > intent.capturable:
        raise refused(
            f"The payment could not be captured because the requested capture amount "
            f"({money(amount, intent.currency)}) is greater than the amount you can capture "
            f"({money(intent.capturable, intent.currency)}) for this PaymentIntent.",
            "amount_too_large",
            "amount_to_capture",
        )
    return held_money.capture(call.state, intent.id, amount).render()


def cancel(call: Call) -> Json:
    """`POST /v1/payment_intents/{id}/cancel`: of one whose money is set aside."""
    call.params.supports("cancellation_reason", "expand")
    reason = call.params.choice("cancellation_reason", _REASONS)
    intent = _intent(call)
    sessions = call.state.sessions.values()
    if any(each.payment_intent == intent.id and each.status == "open" for each in sessions):
        raise refused(
            "You cannot cancel this PaymentIntent because it belongs to an open Checkout Session: "
            "expire that instead.",
            _UNEXPECTED,
        )
    if intent.status != "requires_capture":
        raise refused(
            f"You cannot cancel this PaymentIntent because it has a status of {intent.status}. "
            f"Only a PaymentIntent with one of the following statuses may be canceled: "
            f"{_CANCELABLE}.",
            _UNEXPECTED,
        )
    held_money.cancel(call.state, intent.id, reason or "requested_by_customer")
    return intent.render()


def _intent(call: Call) -> PaymentIntent:
    found = call.state.intents.get(call.ids["id"])
    if found is None:
        raise missing("payment_intent", call.ids["id"], "intent")
    return found

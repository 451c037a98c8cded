"""`/v1/refunds` (Stripe: Refunds)."""

from sandbox.base.common import Json
from sandbox.stripe.acts import refunds
from sandbox.stripe.api.amounts import check_step
from sandbox.stripe.api.call import Call
from sandbox.stripe.api.errors import invalid, missing, refused
from sandbox.stripe.api.lists import created_filter, page
from sandbox.stripe.objects.charge import Charge
from sandbox.stripe.objects.common import money
from sandbox.stripe.objects.refund import Refund
from sandbox.stripe.state import State

_REASONS = ("duplicate", "fraudulent", "requested_by_customer")


def create(call: Call) -> Json:
    """`POST /v1/refunds`: of a charge or payment intent, whole or in part."""
    params = call.params
    params.supports("amount", "charge", "expand", "metadata", "payment_intent", "reason")
    params.exclusive("charge", "payment_intent")
    reason, metadata = params.choice("reason", _REASONS), params.metadata()
    amount = params.integer("amount", least=1)
    charge = _charge(call)
    _check(call.state, charge, amount)
    made = refunds.refund(
        call.state,
        charge,
        charge.refundable if amount is None else amount,
        reason=reason,
        metadata=metadata,
    )
    return made.render()


def retrieve(call: Call) -> Json:
    """`GET /v1/refunds/{id}`."""
    return _refund(call).render()


def update(call: Call) -> Json:
    """`POST /v1/refunds/{id}`: metadata only."""
    made = _refund(call)
    metadata = call.params.metadata(before=made.metadata)

    def change() -> None:
        made.metadata = metadata

    call.state.update("refund.updated", made, change)
    return made.render()


def cancel(call: Call) -> Json:
    """`POST /v1/refunds/{id}/cancel`: only one that waits for the buyer."""
    made = _refund(call)
    if made.status != "requires_action":
        raise refused(
            f"You cannot cancel this refund because it has a status of {made.status}. "
            "Only refunds with a status of requires_action can be canceled."
        )
    refunds.cancel(call.state, made.id)
    return made.render()


def listing(call: Call) -> Json:
    """`GET /v1/refunds`."""
    params = call.params
    charge, intent = params.text("charge"), params.text("payment_intent")
    within = created_filter(params)
    found = [
        each
        for each in reversed(call.state.refunds.values())
        if within(each) and charge in {None, each.charge} and intent in {None, each.payment_intent}
    ]
    return page(params, "/v1/refunds", found, Refund.render)


def _refund(call: Call) -> Refund:
    refund_id = call.ids["id"]
    if refund_id not in call.state.refunds:
        raise missing("refund", refund_id, "refund")
    return call.state.refunds[refund_id]


def _charge(call: Call) -> Charge:
    state = call.state
    charge_id, intent_id = call.params.text("charge"), call.params.text("payment_intent")
    if charge_id is not None:
        if charge_id not in state.charges:
            raise missing("charge", charge_id, "charge", status=400)
        return state.charges[charge_id]
    if intent_id is None:
        raise invalid(
            "One of the following params should be provided for this request: "
            "payment_intent or charge."
        )
    if intent_id not in state.intents:
        raise missing("payment_intent", intent_id, "payment_intent", status=400)
    intent = state.intents[intent_id]
    if intent.status not in {"succeeded", "requires_capture"} or intent.latest_charge is None:
        raise refused(
            f"This PaymentIntent ({intent_id}) does not have a successful charge to refund.",
            param="payment_intent",
        )
    return state.charges[intent.latest_charge]


def _check(state: State, charge: Charge, amount: int | None) -> None:
    """Refuse what Stripe refuses: charged back, failed, refunded already, too much."""
    disputes = [each for each in state.disputes.values() if each.charge == charge.id]
    if any(not each.inquiry and each.status not in {"won", "prevented"} for each in disputes):
        raise refused(
            f"Charge {charge.id} has been charged back; cannot issue a refund.", "charge_disputed"
        )
    if charge.status != "succeeded":
        raise refused(f"Charge {charge.id} is {charge.status}; cannot issue a refund.")
    if not charge.refundable:
        raise refused(f"Charge {charge.id} has already been refunded.", "charge_already_refunded")
    if amount is not None:
        check_step(amount, charge.currency, "amount")
    if amount is not None and amount > charge.refundable:
        whole = "unrefunded amount on charge" if charge.amount_refunded else "charge amount"
        raise refused(
            f"Refund amount ({money(amount, charge.currency)}) is greater than {whole} "
            f"({money(charge.refundable, charge.currency)})",
            param="amount",
        )

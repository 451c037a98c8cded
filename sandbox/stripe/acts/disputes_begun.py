"""How a dispute, an inquiry or a fraud warning begins (Stripe: How disputes work)."""

from sandbox.base.common import NotPossible
from sandbox.stripe.acts.disputed_money import fail_pending_refunds, withdraw
from sandbox.stripe.objects.charge import Charge
from sandbox.stripe.objects.dispute import CLOSED, Dispute, FraudWarning
from sandbox.stripe.state import State

_ANSWER_WITHIN_SECONDS = 9 * 86_400
_WITHOUT_MONEY = frozenset({"prevented", "warning_needs_response", "warning_under_review"})


def open_dispute(
    state: State,
    target: str,
    *,
    amount: int | None = None,
    reason: str = "fraudulent",
    status: str = "needs_response",
    currency: str | None = None,
    withdrawal: int | None = None,
) -> Dispute:
    """Open a dispute of the buyer's bank.

    Args:
        state: What the local Stripe knows.
        target: Id of a charge, payment intent or session that was paid.
        amount: Minor units, may exceed the charge; all of it by default.
        reason: As Stripe names reasons.
        status: `warning_needs_response` opens an inquiry; `lost` is one that was resolved before it
            opened (no fee); `prevented` one that never took money. Any other text is a status that
            this version of the API does not know yet.
        currency: Of the amount, where the bank counts in another one than the charge.
        withdrawal: What is taken from the balance, in minor units of the currency in which the
            charge came to it; by default the amount, or all of a charge in another currency.

    Raises:
        NotPossible: There is no money to dispute.
    """
    charge = state.charge_of(target)
    if charge.status != "succeeded":
        raise NotPossible(f"{charge.id} is {charge.status}: nothing to dispute")
    dispute = _of_charge(
        state,
        charge,
        amount=amount,
        reason=reason,
        status=status,
        currency=currency,
        withdrawal=withdrawal,
    )
    state.disputes[dispute.id] = dispute
    _begin(state, dispute, charge)
    return dispute


def _begin(state: State, dispute: Dispute, charge: Charge) -> None:
    """Take the money, if its status says so, and tell of it."""
    status = dispute.status
    taken = status not in _WITHOUT_MONEY
    if taken:
        withdraw(state, dispute, fee=status != "lost")

    def mark() -> None:
        charge.disputed = True

    state.emit("charge.dispute.created", dispute)
    if not charge.disputed:
        state.update("charge.updated", charge, mark)
    if taken:
        state.emit("charge.dispute.funds_withdrawn", dispute)
        fail_pending_refunds(state, charge.id)
    if status in CLOSED:
        state.emit("charge.dispute.closed", dispute)


def _of_charge(
    state: State,
    charge: Charge,
    *,
    amount: int | None,
    reason: str,
    status: str,
    currency: str | None,
    withdrawal: int | None,
) -> Dispute:
    """A dispute as the bank writes it; nothing is taken yet."""
    booked = state.transactions[charge.balance_transaction or ""]
    own = currency in {None, charge.currency} and booked.currency == charge.currency
    claimed = charge.amount if amount is None else amount
    return Dispute(
        id=state.ids.new("du"),
        created=state.now(),
        amount=claimed,
        currency=currency or charge.currency,
        withdrawal=withdrawal or (claimed if own else booked.amount),
        account_currency=booked.currency,
        charge=charge.id,
        payment_intent=charge.payment_intent,
        reason=reason,
        status=status,
        due_by=state.now() + _ANSWER_WITHIN_SECONDS,
        case_type={"warning_needs_response": "inquiry", "lost": "resolution"}.get(
            status, "block" if status == "prevented" else "chargeback"
        ),
    )


def warn(state: State, target: str, *, fraud_type: str = "made_with_stolen_card") -> FraudWarning:
    """Send the card issuer's fraud warning, before there is a dispute.

    Raises:
        NotPossible: There is no such charge.
    """
    charge = state.charge_of(target)
    warning = FraudWarning(
        id=state.ids.new("issfr"),
        created=state.now(),
        charge=charge.id,
        payment_intent=charge.payment_intent,
        fraud_type=fraud_type,
    )
    state.warnings[warning.id] = warning
    state.emit("radar.early_fraud_warning.created", warning)
    return warning

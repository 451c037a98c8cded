"""What happens to refunds: they are made, arrive, hang, fail, are called off."""

from collections.abc import Callable

from sandbox.base.common import NotPossible
from sandbox.stripe.acts import held_money
from sandbox.stripe.acts.money import book
from sandbox.stripe.objects.charge import Charge
from sandbox.stripe.objects.common import changed
from sandbox.stripe.objects.event import Event
from sandbox.stripe.objects.refund import Refund
from sandbox.stripe.state import State

_REFERENCE_DIGITS = 16


def refund(
    state: State,
    charge: Charge,
    amount: int,
    *,
    reason: str | None = None,
    metadata: dict[str, str] | None = None,
    status: str | None = None,
) -> Refund:
    """Give money of a charge back, wherever it was asked for (API or dashboard).

    Args:
        state: What the local Stripe knows.
        charge: A charge that succeeded.
        amount: Minor units, at most what has not been given back yet.
        reason: As the API takes it.
        metadata: As the API takes it.
        status: What it starts as; by default what was planned for the next refunds, else
            `succeeded` for cards and `pending` for debits.

    Raises:
        NotPossible: More than there is to give back.
    """
    if not 0 < amount <= charge.refundable:
        raise NotPossible(f"{charge.id} has {charge.refundable} to refund, not {amount}")
    if not charge.captured:
        return _released(state, charge, amount, reason=reason, metadata=metadata)
    status = status or _first_status(state, charge)
    made = Refund(
        id=state.ids.new("re" if charge.method == "card" else "pyr"),
        created=state.now(),
        amount=amount,
        currency=charge.currency,
        charge=charge.id,
        payment_intent=charge.payment_intent,
        method=charge.method,
        payment_method=charge.payment_method,
        status=status,
        reason=reason,
        metadata=dict(metadata or {}),
        instructions_email=charge.email if status == "requires_action" else None,
    )
    state.refunds[made.id] = made
    kind = "refund" if charge.method == "card" else "payment_refund"
    made.balance_transaction = book(state, made.id, kind, -amount, charge.currency).id
    state.emit("refund.created", made)
    state.update("charge.refunded", charge, lambda: _count(state, charge))
    if charge.method == "card" and status == "succeeded":
        _arrive(state, made)
    return made


def _first_status(state: State, charge: Charge) -> str:
    """What a refund starts as for which nobody says it."""
    usual = "succeeded" if charge.method == "card" else "pending"
    return state.refund_statuses.pop(0) if state.refund_statuses else usual


def _released(
    state: State,
    charge: Charge,
    amount: int,
    *,
    reason: str | None,
    metadata: dict[str, str] | None,
) -> Refund:
    """Let go of money that was only set aside: all of it, or none."""
    if amount != charge.amount:
        raise NotPossible(f"{charge.id} is not captured: only all of it can be let go of")
    why = "requested_by_customer" if reason is None else reason
    return held_money.cancel(
        state, charge.payment_intent, why, why_refunded=reason, metadata=metadata
    )


def succeed(state: State, refund_id: str) -> Event | None:
    """Make a pending refund arrive; one that failed may arrive after all.

    Raises:
        NotPossible: It has succeeded, or was called off.
    """
    made = _existing(state, refund_id, {"pending", "requires_action", "failed"})
    charge = state.charges[made.charge]

    def change() -> None:
        if made.status == "failed":
            kind = "refund" if made.method == "card" else "payment_refund"
            book(state, made.id, kind, -made.amount, made.currency)
            made.failure_reason = made.failure_balance_transaction = None
        made.status = "succeeded"
        _count(state, charge)

    return _tell(state, made, change)


def say(state: State, refund_id: str, status: str) -> Event | None:
    """Set any status of a refund, also one that this version of the API does not know.

    Raises:
        NotPossible: There is no such refund.
    """
    made = _existing(state, refund_id)

    def change() -> None:
        made.status = status

    return _tell(state, made, change)


def explain(state: State, refund_id: str, reason: str) -> Event | None:
    """Change the reason why a refund is pending.

    Raises:
        NotPossible: It is not pending.
    """
    made = _existing(state, refund_id, {"pending"})

    def change() -> None:
        made.pending_reason = reason

    return _tell(state, made, change)


def hang(state: State, refund_id: str) -> Event | None:
    """Make a refund that seemed done pending again, as some methods do.

    Raises:
        NotPossible: It has not succeeded.
    """
    made = _existing(state, refund_id, {"succeeded"})

    def change() -> None:
        made.status = "pending"

    return _tell(state, made, change)


def fail(state: State, refund_id: str, *, reason: str = "expired_or_canceled_card") -> Event | None:
    """Make a refund fail, even one that had succeeded: the money comes back to the account.

    Raises:
        NotPossible: It had ended otherwise.
    """
    made = _existing(state, refund_id, {"pending", "requires_action", "succeeded"})
    charge = state.charges[made.charge]

    def change() -> None:
        made.status, made.failure_reason = "failed", reason
        kind = "refund_failure" if made.method == "card" else "payment_failure_refund"
        back = book(state, made.id, kind, made.amount, made.currency)
        made.failure_balance_transaction = back.id
        _count(state, charge)

    _tell(state, made, change)
    return state.emit("refund.failed", made)


def cancel(state: State, refund_id: str) -> Event | None:
    """Call off a refund that waits for the buyer or, in the dashboard, one that hangs.

    Raises:
        NotPossible: It is in another state.
    """
    made = _existing(state, refund_id, {"requires_action", "pending"})
    charge = state.charges[made.charge]

    def change() -> None:
        made.status = "canceled"
        book(state, made.id, "refund_failure", made.amount, made.currency)
        _count(state, charge)

    return _tell(state, made, change)


def _existing(state: State, refund_id: str, statuses: set[str] | None = None) -> Refund:
    made = state.refunds.get(refund_id)
    if made is None:
        raise NotPossible(f"there is no refund {refund_id}")
    if statuses is not None and made.status not in statuses:
        raise NotPossible(f"refund {refund_id} is {made.status}")
    return made


def _arrive(state: State, made: Refund) -> None:
    """Note the number by which the buyer's bank finds the refund, as the card networks send it."""

    def change() -> None:
        made.reference = state.ids.digits(_REFERENCE_DIGITS)

    _tell(state, made, change)


def _tell(state: State, made: Refund, change: Callable[[], None]) -> Event | None:
    """Tell that a refund changed; for cards by an older event besides."""
    before = made.render()
    change()
    previous = changed(before, made.render())
    emitted = state.emit("refund.updated", made, previous)
    if made.method == "card":
        state.emit("charge.refund.updated", made, previous)
    return emitted


def _count(state: State, charge: Charge) -> None:
    let_go = charge.amount - charge.taken if charge.captured else 0
    charge.amount_refunded = let_go + sum(
        made.amount for made in state.refunds.values() if made.charge == charge.id and made.counts
    )

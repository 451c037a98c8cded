"""What happens to money that was paid: refunds and disputes."""

from sandbox.base.common import NotPossible
from sandbox.square.acts.checkout import touch
from sandbox.square.errors import error
from sandbox.square.objects.dispute import REASONS, STATES, Dispute
from sandbox.square.objects.payment import Payment, Refund
from sandbox.square.state import State

ENDS = ("COMPLETED", "REJECTED", "FAILED")


def refund(state: State, payment: Payment, amount: int, reason: str | None) -> Refund:
    """Begin to give money back: it is `PENDING` until `run_refund`.

    Raises:
        ApiError: Square refuses.
    """
    if payment.status != "COMPLETED":
        raise error("PAYMENT_NOT_REFUNDABLE", f"Payment {payment.id} is {payment.status}.")
    if is_disputed(state, payment):
        raise error("PAYMENT_NOT_REFUNDABLE_DUE_TO_DISPUTE", "The payment is subject to a dispute.")
    if not 0 < amount <= payment.amount - payment.refunded:
        raise error(
            "REFUND_AMOUNT_INVALID",
            "The requested refund amount exceeds the amount available to refund.",
            "amount_money.amount",
        )
    made = Refund(
        id=f"{payment.id}_{state.ids.text(43)}",
        created=state.now(),
        updated=state.now(),
        location=payment.location,
        payment=payment.id,
        order=payment.order,
        amount=amount,
        currency=payment.currency,
        status="PENDING",
        reason=reason,
    )
    state.refunds[made.id] = made
    payment.refunds.append(made.id)
    payment.refunded += amount
    state.emit_refund("created", made)
    touch(state, payment)
    return made


def run_refund(state: State, made: Refund) -> None:
    """Let a refund that was just made take its way: to its end at once, unless it is planned."""
    status = state.refund_statuses.pop(0) if state.refund_statuses else "COMPLETED"
    if status != "PENDING":
        end_refund(state, made, status)


def end_refund(state: State, made: Refund, status: str) -> None:
    """Let a refund arrive, be rejected or fail, also one that had arrived.

    Raises:
        NotPossible: It failed before, or is so already.
    """
    if status not in ENDS:
        raise NotPossible(f"a refund ends {', '.join(ENDS)}")
    if not made.counts or made.status == status:
        raise NotPossible(f"{made.id} is {made.status}")
    made.status, made.updated = status, state.now()
    if status != "COMPLETED":
        payment = state.payments[made.payment]
        payment.refunded -= made.amount
        touch(state, payment)
    state.emit_refund("updated", made)


def is_disputed(state: State, payment: Payment) -> bool:
    """Whether a dispute about a payment is open, or took its money."""
    return any(
        each.state in {"EVIDENCE_REQUIRED", "PROCESSING", "LOST", "ACCEPTED"}
        for each in state.disputes.values()
        if each.payment == payment.id
    )


def open_dispute(
    state: State, payment: Payment, amount: int | None, reason: str, *, inquiry: bool
) -> Dispute:
    """Open a dispute of the buyer's bank, or an inquiry, in which no money moves.

    Raises:
        NotPossible: There is no such money, or no such reason.
    """
    if reason not in REASONS:
        raise NotPossible(f"{reason} is none of {', '.join(REASONS)}")
    wanted = payment.amount if amount is None else amount
    if payment.status != "COMPLETED" or not 0 < wanted <= payment.amount:
        raise NotPossible(f"{payment.id} has no {wanted} to be disputed")
    made = Dispute(
        id=state.ids.text(22),
        created=state.now(),
        updated=state.now(),
        location=payment.location,
        payment=payment.id,
        amount=wanted,
        currency=payment.currency,
        reason=reason,
        state="INQUIRY_EVIDENCE_REQUIRED" if inquiry else "EVIDENCE_REQUIRED",
    )
    state.disputes[made.id] = made
    state.emit_dispute("created", made)
    return made


def answer(state: State, made: Dispute) -> None:
    """Answer as the seller.

    Raises:
        NotPossible: It is decided.
    """
    _check_open(made)
    move(state, made, "INQUIRY_PROCESSING" if made.inquiry else "PROCESSING")


def escalate(state: State, made: Dispute) -> None:
    """Make a dispute of an inquiry.

    Raises:
        NotPossible: It is no inquiry.
    """
    if not made.inquiry:
        raise NotPossible(f"{made.id} is no inquiry")
    move(state, made, "EVIDENCE_REQUIRED")


def decide(state: State, made: Dispute, outcome: str) -> None:
    """Decide a dispute: `WON`, `LOST`, or `ACCEPTED`; an inquiry is closed instead.

    Raises:
        NotPossible: There is no such outcome.
    """
    if outcome not in {"WON", "LOST", "ACCEPTED"}:
        raise NotPossible(f"{outcome} is no outcome")
    move(state, made, "INQUIRY_CLOSED" if made.inquiry else outcome)


def move(state: State, made: Dispute, to: str) -> None:
    """Give a dispute any other state; a bank may change what was decided.

    Raises:
        NotPossible: There is no such state, or it has it.
    """
    if to not in STATES or to == made.state:
        raise NotPossible(f"{made.id} is {made.state} and cannot become {to}")
    made.change(to, state.now())
    state.emit_dispute("state.updated", made)


def _check_open(made: Dispute) -> None:
    if not made.open:
        raise NotPossible(f"{made.id} is {made.state}")

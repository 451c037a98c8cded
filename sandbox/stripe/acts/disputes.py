"""What buyers' banks do: disputes, inquiries, fraud warnings (Stripe: How disputes work)."""

from sandbox.stripe.acts import refunds
from sandbox.stripe.acts.money import book
from sandbox.stripe.objects.common import ZERO_DECIMAL
from sandbox.stripe.objects.dispute import APPEALED, CLOSED, Dispute, FraudWarning
from sandbox.stripe.objects.event import Event
from sandbox.stripe.state import NotPossible, State

_ANSWER_WITHIN_SECONDS = 9 * 86_400
_FEE_MAJOR_UNITS = 15
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
    booked = state.transactions[charge.balance_transaction or ""]
    own = currency in {None, charge.currency} and booked.currency == charge.currency
    claimed = charge.amount if amount is None else amount
    dispute = Dispute(
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
    state.disputes[dispute.id] = dispute
    taken = status not in _WITHOUT_MONEY
    if taken:
        _withdraw(state, dispute, fee=status != "lost")

    def mark() -> None:
        charge.disputed = True

    state.emit("charge.dispute.created", dispute)
    if not charge.disputed:
        state.update("charge.updated", charge, mark)
    if taken:
        state.emit("charge.dispute.funds_withdrawn", dispute)
        _fail_pending_refunds(state, charge.id)
    if status in CLOSED:
        state.emit("charge.dispute.closed", dispute)
    return dispute


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


def answer(
    state: State,
    dispute_id: str,
    evidence: dict[str, str] | None = None,
    *,
    submit: bool = True,
) -> Event | None:
    """Tell our side; submitted, the bank reviews it.

    Raises:
        NotPossible: The dispute is over.
    """
    dispute = _open(state, dispute_id)

    def change() -> None:
        dispute.evidence |= evidence or {}
        dispute.evidence = {name: text for name, text in dispute.evidence.items() if text}
        if submit:
            dispute.submissions += 1
            if dispute.status in APPEALED:
                dispute.status = "appeal_under_review"
            else:
                dispute.status = "warning_under_review" if dispute.inquiry else "under_review"

    return state.update("charge.dispute.updated", dispute, change)


def escalate(state: State, dispute_id: str) -> Event | None:
    """Turn an inquiry into a dispute: now the money goes.

    Raises:
        NotPossible: It is no open inquiry.
    """
    dispute = _open(state, dispute_id)
    if not dispute.inquiry:
        raise NotPossible(f"{dispute_id} is no inquiry")

    def change() -> None:
        dispute.status, dispute.case_type = "needs_response", "chargeback"
        _withdraw(state, dispute, fee=True)

    state.update("charge.dispute.updated", dispute, change)
    _fail_pending_refunds(state, dispute.charge)
    return state.emit("charge.dispute.funds_withdrawn", dispute)


def win(state: State, dispute_id: str) -> Event | None:
    """Close a dispute as won: the money comes back. An inquiry is closed. A lost one is a late win.

    An appeal that is won ends as won too.

    Raises:
        NotPossible: It was won or closed before.
    """
    dispute = _existing(state, dispute_id)
    if dispute.status in CLOSED - {"lost"}:
        raise NotPossible(f"{dispute_id} is {dispute.status}")
    if dispute.inquiry:
        return _close(state, dispute, "warning_closed")
    gone = dispute.gone
    if gone > 0:
        _reinstate(state, dispute, gone)
    closed = _close(state, dispute, "won")
    if gone > 0:
        state.emit("charge.dispute.funds_reinstated", dispute)
    return closed


def lose(state: State, dispute_id: str) -> Event | None:
    """Close a dispute as lost: the money stays gone. One that was won is reversed; it goes again.

    Raises:
        NotPossible: It is over otherwise.
    """
    dispute = _existing(state, dispute_id)
    if dispute.status in CLOSED - {"won"}:
        raise NotPossible(f"{dispute_id} is {dispute.status}")
    taken = not dispute.inquiry and _take_again(state, dispute)
    closed = _close(state, dispute, "warning_closed" if dispute.inquiry else "lost")
    if taken:
        state.emit("charge.dispute.funds_withdrawn", dispute)
    return closed


def reopen(state: State, dispute_id: str) -> Event | None:
    """Open a decided dispute again; what had come back goes again.

    Raises:
        NotPossible: It is neither won nor lost.
    """
    return _begin_again(state, dispute_id, "needs_response")


def appeal(state: State, dispute_id: str) -> Event | None:
    """Appeal against a decision, in the statuses of an appeal.

    Raises:
        NotPossible: It is neither won nor lost.
    """
    return _begin_again(state, dispute_id, "appeal_needs_response")


def say(state: State, dispute_id: str, status: str) -> Event | None:
    """Set any status, also one that this version of the API does not know.

    Raises:
        NotPossible: There is no such dispute.
    """
    dispute = _existing(state, dispute_id)

    def change() -> None:
        dispute.status = status

    return state.update("charge.dispute.updated", dispute, change)


def correct(state: State, dispute_id: str, amount: int) -> None:
    """Book a correction of the currency: no money that was taken or came back (any sign).

    Raises:
        NotPossible: There is no such dispute.
    """
    dispute = _existing(state, dispute_id)
    dispute.transactions.append(
        book(
            state,
            dispute.id,
            "adjustment",
            amount,
            dispute.account_currency,
            category="other_adjustment",
        )
    )


def reinstate(state: State, dispute_id: str, amount: int) -> Event | None:
    """Give part of a lost dispute back: what had been refunded before (in minor units).

    Raises:
        NotPossible: It is not lost, or the dispute took less.
    """
    dispute = _existing(state, dispute_id)
    gone = dispute.gone
    if dispute.status != "lost" or not 0 < amount <= gone:
        raise NotPossible(f"{dispute_id} is {dispute.status} and took {gone}")
    _reinstate(state, dispute, amount)
    return state.emit("charge.dispute.funds_reinstated", dispute)


def _existing(state: State, dispute_id: str) -> Dispute:
    if dispute_id not in state.disputes:
        raise NotPossible(f"there is no dispute {dispute_id}")
    return state.disputes[dispute_id]


def _open(state: State, dispute_id: str) -> Dispute:
    dispute = _existing(state, dispute_id)
    if dispute.status in CLOSED:
        raise NotPossible(f"{dispute_id} is {dispute.status}")
    return dispute


def _close(state: State, dispute: Dispute, status: str) -> Event | None:
    def change() -> None:
        dispute.status = status

    return state.update("charge.dispute.closed", dispute, change)


def _begin_again(state: State, dispute_id: str, status: str) -> Event | None:
    dispute = _existing(state, dispute_id)
    if dispute.status not in {"won", "lost"}:
        raise NotPossible(f"{dispute_id} is {dispute.status}")
    taken = _take_again(state, dispute)

    def change() -> None:
        dispute.status = status

    emitted = state.update("charge.dispute.updated", dispute, change)
    if taken:
        state.emit("charge.dispute.funds_withdrawn", dispute)
    return emitted


def _take_again(state: State, dispute: Dispute) -> bool:
    """Withdraw the money again if it had come back."""
    if not dispute.transactions or dispute.gone > 0:
        return False
    _withdraw(state, dispute, fee=False)
    return True


def _withdraw(state: State, dispute: Dispute, *, fee: bool) -> None:
    currency = dispute.account_currency
    units = 1 if currency in ZERO_DECIMAL else 100
    costs = _FEE_MAJOR_UNITS * units if fee else 0
    dispute.transactions.append(
        book(state, dispute.id, "adjustment", -dispute.withdrawal, currency, fee=costs)
    )


def _reinstate(state: State, dispute: Dispute, amount: int) -> None:
    dispute.transactions.append(
        book(
            state,
            dispute.id,
            "adjustment",
            amount,
            dispute.account_currency,
            category="dispute_reversal",
        )
    )


def _fail_pending_refunds(state: State, charge_id: str) -> None:
    for refund in list(state.refunds.values()):
        if refund.charge == charge_id and refund.status in {"pending", "requires_action"}:
            refunds.fail(state, refund.id, reason="charge_for_pending_refund_disputed")

"""What becomes of a dispute: answered, decided, appealed, corrected (Stripe: How disputes work)."""

from sandbox.base.common import NotPossible
from sandbox.stripe.acts.disputed_money import (
    fail_pending_refunds,
    give_back,
    take_again,
    withdraw,
)
from sandbox.stripe.acts.money import book
from sandbox.stripe.objects.dispute import APPEALED, CLOSED, Dispute
from sandbox.stripe.objects.event import Event
from sandbox.stripe.state import State


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
        withdraw(state, dispute, fee=True)

    state.update("charge.dispute.updated", dispute, change)
    fail_pending_refunds(state, dispute.charge)
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
        give_back(state, dispute, gone)
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
    taken = not dispute.inquiry and take_again(state, dispute)
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
    give_back(state, dispute, amount)
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
    taken = take_again(state, dispute)

    def change() -> None:
        dispute.status = status

    emitted = state.update("charge.dispute.updated", dispute, change)
    if taken:
        state.emit("charge.dispute.funds_withdrawn", dispute)
    return emitted

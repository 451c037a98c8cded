"""The money of a dispute: taken, given back, taken again."""

from sandbox.stripe.acts import refunds
from sandbox.stripe.acts.money import book
from sandbox.stripe.objects.common import ZERO_DECIMAL
from sandbox.stripe.objects.dispute import Dispute
from sandbox.stripe.state import State

_FEE_MAJOR_UNITS = 15


def take_again(state: State, dispute: Dispute) -> bool:
    """Withdraw the money again if it had come back."""
    if not dispute.transactions or dispute.gone > 0:
        return False
    withdraw(state, dispute, fee=False)
    return True


def withdraw(state: State, dispute: Dispute, *, fee: bool) -> None:
    """Take what the bank asks for from the balance, and with `fee` what Stripe charges for it."""
    currency = dispute.account_currency
    units = 1 if currency in ZERO_DECIMAL else 100
    costs = _FEE_MAJOR_UNITS * units if fee else 0
    dispute.transactions.append(
        book(state, dispute.id, "adjustment", -dispute.withdrawal, currency, fee=costs)
    )


def give_back(state: State, dispute: Dispute, amount: int) -> None:
    """Book that part of it, in minor units of the account's currency, came back."""
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


def fail_pending_refunds(state: State, charge_id: str) -> None:
    """Refunds on their way fail: the bank has the money now."""
    for refund in list(state.refunds.values()):
        if refund.charge == charge_id and refund.status in {"pending", "requires_action"}:
            refunds.fail(state, refund.id, reason="charge_for_pending_refund_disputed")

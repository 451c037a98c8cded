"""Bringing the books in line with what is known of a payment.

Whatever a provider tells, in whatever order, only changes the payment's facts; `settle` then moves
as many points as those facts ask for, less what was moved before.
"""

from dataclasses import replace

from payments.domain.books import Books
from payments.domain.facts import MoneyStatus
from payments.domain.ids import House, PaymentId
from payments.domain.ledger import PointsKind, Terms, TransferKind
from payments.domain.payment import Payment
from payments.domain.posting import credit
from payments.domain.reversal import burn, hold, release, unburn
from payments.domain.time import later


def settle(books: Books, payment: PaymentId, *, cause: str, reach_out: bool = False) -> None:
    """Credit, set aside, burn or give back what the payment's facts ask for.

    Args:
        books: The books.
        payment: Which payment.
        cause: The provider's id of the checkout, refund or dispute that was heard of.
        reach_out: Whether points are also taken from whom they were passed on to (disputes).
    """
    if is_due(books.payment(payment)):
        award(books, payment)
    settled = books.payment(payment)
    if not settled.holds and not settled.target:
        return
    standing = books.standing_holds(payment)
    taken = sum(piece.standing for piece in standing)
    burned = sum(piece.burned for piece in standing)
    if burned > settled.burn_target:
        unburn(books, payment, burned - settled.burn_target, cause=cause)
    if taken > settled.target:
        release(books, payment, taken - settled.target, cause=cause)
    if taken < settled.target:
        hold(books, payment, settled.target - taken, cause=cause, reach_out=reach_out)
    if burned < settled.burn_target:
        burn(books, payment, settled.burn_target - burned, cause=cause)


def is_due(payment: Payment) -> bool:
    """Whether its money is there and its points are not."""
    return payment.money is MoneyStatus.PAID and payment.credited_at is None


def award(books: Books, payment: PaymentId) -> None:
    """Give a payment's points to its buyer, once."""
    bought = books.payment(payment)
    terms = Terms(
        kind=PointsKind.PAID,
        payment=payment,
        matures_at=later(books.at, bought.maturity),
    )
    credit(books, TransferKind.PURCHASE, House.ISSUED, bought.buyer, bought.points, terms)
    books.payments[payment] = replace(books.payment(payment), credited_at=books.at, doubt=None)

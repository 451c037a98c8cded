"""Makes the books match what is known of a payment.

Whatever a provider tells, in whatever order, only changes the payment's facts; `settle` then moves
as many points as those facts ask for, less what was moved before.
"""

from collections.abc import Iterable
from dataclasses import replace

from payments.domain.books import HOLDS, PAYMENTS, Books, PastTransfer
from payments.domain.rules.linked_payments import reaching
from payments.domain.rules.posting import credit
from payments.domain.rules.purchase_checks import hold
from payments.domain.rules.reversal import level
from payments.domain.rules.undo import undo
from payments.domain.rules.ways import is_paid_for_nothing, leave_others
from payments.domain.values.ids import AccountKey, House, PaymentId
from payments.domain.values.ledger import PointsKind, Terms, Transfer, TransferKind
from payments.domain.values.payment import Payment
from payments.domain.values.provider_updates import MoneyStatus
from payments.domain.values.time import later


def settle(books: Books, payment: PaymentId, *, cause: str) -> None:
    """Credit, set aside, burn or give back what the payment's facts ask for.

    Args:
        books: The books.
        payment: Which payment.
        cause: The provider's id of the checkout, refund or dispute that was updated.
    """
    owing, known = False, books.payment(payment)
    if is_paid_for_nothing(known):
        known = replace(known, surplus_at=books.at, mismatch=None)
        books[PAYMENTS][payment] = known
    if known.money is MoneyStatus.AUTHORIZED:
        hold(books, payment)
    if is_due(known):
        account = books.account(known.buyer)
        owing = bool(account.debts or account.reached)
        award(books, payment)
        leave_others(books, known)
    settled = books.payment(payment)
    if owing or settled.holds or settled.target:
        level(books, [payment], cause=cause)


def receive(books: Books, transfer: Transfer) -> None:
    """Pass points that a transfer brought on to the reversals that want them.

    Debt is paid already. Points of a payment go to that payment's own debt before others; and
    before a buyer has points, those get theirs back from whom they were taken in the buyer's stead.
    """
    account = books.account(transfer.destination)
    came = (each for each in books.changes.entries if each.transfer == transfer.id)
    origins = {books.changes.lots[each.lot].terms.payment for each in came if each.points > 0}
    owing = {books[HOLDS][debt].payment for debt in account.debts}
    wanting = owing & origins
    if account.reached:
        wanting |= reaching(books, account.key)
    if wanting:
        level(books, wanting, cause=str(books.key))


def take_back(books: Books, transfer: PastTransfer) -> None:
    """Undo a transfer; what comes back goes to the reversals that want it.

    Raises:
        CannotUndo: It was undone already, is of another kind, or its points have moved on.
    """
    undo(books, transfer)
    came_back = {lot.terms.payment for lot, points in transfer.entries if points < 0}
    come_back(books, transfer.transfer.source, filter(None, came_back))


def come_back(books: Books, owner: AccountKey, origins: Iterable[PaymentId]) -> None:
    """Pass points that were out of everybody's hands on to the reversals that want them.

    They may be of payments that others have bought, and better for a reversal than what it keeps.

    Args:
        books: The books.
        owner: To whom they came back.
        origins: The payments that they are of.
    """
    wanting = {each for each in origins if books.payment(each).target}
    if owner.is_member and books.account(owner).reached:
        wanting |= reaching(books, owner)
    if wanting:
        level(books, wanting, cause=str(books.key))


def is_due(payment: Payment) -> bool:
    """Whether its money is there and its points are not."""
    return (
        payment.money is MoneyStatus.PAID
        and payment.credited_at is None
        and payment.paid_instead is None
    )


def award(books: Books, payment: PaymentId) -> None:
    """Give a payment's points to its buyer, once."""
    bought = books.payment(payment)
    terms = Terms(
        kind=PointsKind.PAID,
        payment=payment,
        matures_at=later(books.at, bought.maturity),
    )
    credit(books, TransferKind.PURCHASE, House.ISSUED, bought.buyer, bought.points, terms)
    books[PAYMENTS][payment] = replace(books.payment(payment), credited_at=books.at, mismatch=None)

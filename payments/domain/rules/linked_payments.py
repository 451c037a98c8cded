"""Which payments' reversals must be looked at together, because they may want the same points."""

from collections.abc import Iterable

from payments.domain.books import HOLDS, PAYMENTS, REACHES, REPAYMENTS, TRAILS, Books
from payments.domain.values.ids import AccountKey, PaymentId
from payments.domain.values.ledger import Hold, HoldSource


def payments_linked_with(books: Books, payments: Iterable[PaymentId]) -> list[PaymentId]:
    """These payments, and all whose reversals may want the same points, in their order.

    Raises:
        NeedsMore: Some of them are not here yet.
    """
    found: set[PaymentId] = set()
    near = set(payments)
    while near:
        books.require(TRAILS, near)
        found |= near
        near = _near(books, near) - found
    return sorted(found)


def _near(books: Books, payments: set[PaymentId]) -> set[PaymentId]:
    """As `payments/store/books/trails.py` finds them, also among what this batch has changed."""
    near = {each for payment in payments for each in books[TRAILS][payment].linked}
    touched = {books.payment(each).buyer for each in payments}
    touched |= {piece.account for each in payments for piece in books.standing_holds(each)}
    for piece in books[HOLDS].merged().values():
        if piece.payment not in payments and is_spilled(books, piece):
            from_them = payments.intersection(_origins(books, piece))
            if from_them or _buyer(books, piece) in touched:
                near.add(piece.payment)
    return near


def reaching(books: Books, buyer: AccountKey) -> set[PaymentId]:
    """The payments of a member for which other members' points are held.

    Raises:
        NeedsMore: They are not known yet.
    """
    reached = books.see(REACHES, buyer)
    kept = (piece for piece in books[HOLDS].merged().values() if piece.standing)
    return {
        piece.payment for piece in kept if piece.account != buyer == _buyer(books, piece)
    }.union(reached)


def is_spilled(books: Books, piece: Hold) -> bool:
    """Whether a piece keeps anything but what remained of its own payment with the buyer."""
    if not piece.standing or piece.source is HoldSource.LAPSED:
        return False
    own = piece.terms is not None and piece.terms.payment == piece.payment
    return not own or piece.account != _buyer(books, piece)


def _buyer(books: Books, piece: Hold) -> AccountKey:
    """Whose payment a piece belongs to; of one that is not here, only its buyer's debt can be."""
    payment = books[PAYMENTS].get(piece.payment, None)
    return piece.account if payment is None else payment.buyer


def _origins(books: Books, piece: Hold) -> set[PaymentId | None]:
    """The payments whose points a piece keeps, also those that paid its debt."""
    if piece.terms is not None:
        return {piece.terms.payment}
    repaid = books[REPAYMENTS].get(piece.id, {}).values()
    return {each.lot.terms.payment for each in repaid if each.points}

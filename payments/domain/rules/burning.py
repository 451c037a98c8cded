"""Held points that go back to the mint, and come from there again."""

from dataclasses import replace

from payments.domain.books import HOLDS, Books
from payments.domain.rules.kept_points import Kept
from payments.domain.rules.posting import post
from payments.domain.values.ids import AccountKey, House, PaymentId
from payments.domain.values.ledger import HoldSource, TransferKind


def burned_points(books: Books, payment: PaymentId) -> int:
    """How many of a payment's points have gone back to the mint; what has lapsed is elsewhere."""
    pieces = (books[HOLDS][each] for each in books.payment(payment).holds)
    return sum(piece.burned for piece in pieces if piece.source is not HoldSource.LAPSED)


def points_to_burn(books: Books, payment: PaymentId, wanted: Kept) -> int:
    """How many of a payment's points are to be back at the mint; lapsed ones are gone first."""
    return max(0, books.payment(payment).burn_target - wanted.lapsed)


def mark_burned(books: Books, payment: PaymentId) -> None:
    """Say which pieces are gone for good: lapsed ones, then those that were taken first."""
    left = books.payment(payment).burn_target
    pieces = [books[HOLDS][each] for each in books.payment(payment).holds]
    for piece in sorted(pieces, key=lambda x: (x.source is not HoldSource.LAPSED, x.position)):
        part = min(left, piece.standing)
        left -= part
        if part != piece.burned:
            books.put_hold(replace(piece, burned=part))


def burn(books: Books, payment: PaymentId, points: int) -> None:
    """Make held points go back to the mint, or burned ones held again (negative).

    The latter is a late win, or a refund that failed after it had succeeded.
    """
    if not points:
        return
    guild = books.payment(payment).guild
    held, issued = AccountKey(guild, House.HELD), AccountKey(guild, House.ISSUED)
    if points > 0:
        post(books, TransferKind.BURN, held, issued, points, payment=payment)
    else:
        post(books, TransferKind.UNBURN, issued, held, -points, payment=payment)

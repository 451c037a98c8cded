"""What is kept of a payment's points, and where."""

from collections import Counter
from dataclasses import dataclass

from payments.domain.books import REPAYMENTS, Books
from payments.domain.values.ids import LotId, PaymentId
from payments.domain.values.ledger import Hold, HoldSource, Lot


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What the reversals of one payment keep, or are to keep.

    Attributes:
        lots: Points of lots, whether they were taken or have paid the buyer's debt.
        owed: The buyer's open debt.
        lapsed: Lapsed points that count as returned.
    """

    lots: Counter[LotId]
    owed: int
    lapsed: int


def kept_by(books: Books, payment: PaymentId, cause: str | None = None) -> Kept:
    """What the reversals of a payment keep now, or only the one with this cause."""
    lots: Counter[LotId] = Counter()
    owed = lapsed = 0
    for piece in _standing(books, payment, cause):
        if piece.source is HoldSource.LOT:
            lots[piece.lot.id] += piece.standing
        elif piece.source is HoldSource.LAPSED:
            lapsed += piece.standing
        else:
            owed += piece.owed
            for repayment in books[REPAYMENTS].get(piece.id, {}).values():
                lots[repayment.lot.id] += repayment.points
    return Kept(lots=+lots, owed=owed, lapsed=lapsed)


def kept_lots(books: Books, payment: PaymentId, cause: str | None = None) -> list[tuple[Lot, int]]:
    """The lots that a payment's reversals keep points of, each with how many of them at a time."""
    found = []
    for piece in _standing(books, payment, cause):
        if piece.source is HoldSource.LOT:
            found.append((piece.lot, piece.standing))
        repaid = books[REPAYMENTS].get(piece.id, {}).values()
        found += [(each.lot, each.points) for each in repaid]
    return found


def _standing(books: Books, payment: PaymentId, cause: str | None) -> list[Hold]:
    pieces = books.standing_holds(payment)
    return [each for each in pieces if cause in {None, each.cause}]

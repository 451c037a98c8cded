"""Where the points of one payment are now."""

from dataclasses import dataclass

from payments.domain.books import Books
from payments.domain.ids import AccountKey, MemberId, PaymentId
from payments.domain.ledger import HoldSource


@dataclass(frozen=True, slots=True, kw_only=True)
class Whereabouts:
    """How many of a payment's points are where; together they are all that it gave.

    Attributes:
        unspent: Still with the buyer.
        passed_on: With other members: each with how many they still have, most first.
        lapsed: Their time was over, whether or not they have gone yet.
        taken: Set aside or gone by refunds and disputes.
        spent: All the others: spent, revoked, or gone into paying debt.
    """

    unspent: int
    passed_on: tuple[tuple[MemberId, int], ...]
    lapsed: int
    taken: int
    spent: int

    @property
    def with_others(self) -> int:
        """How many other members still have."""
        return sum(points for _, points in self.passed_on)


def whereabouts(books: Books, payment: PaymentId) -> Whereabouts:
    """Find out where a payment's points are. Needs its trail."""
    found = books.payment(payment)
    trail = books.trail(payment)
    unspent = _with(books, found.buyer, payment)
    others = {holder: _with(books, holder, payment) for holder in trail.holders}
    late = sum(
        lot.remaining
        for holder in (found.buyer, *trail.holders)
        for lot in books.account(holder).lots
        if lot.terms.payment == payment and lot.has_lapsed(books.at)
    )
    taken = sum(
        piece.standing
        for piece in books.standing_holds(payment)
        if piece.source is HoldSource.LOT and piece.lot.terms.payment == payment
    )
    given = 0 if found.credited_at is None else found.points
    return Whereabouts(
        unspent=unspent,
        passed_on=tuple(
            (MemberId(int(holder.owner)), points)
            for holder, points in sorted(others.items(), key=lambda each: (-each[1], each[0]))
            if points
        ),
        lapsed=trail.lapsed + late,
        taken=taken,
        spent=given - unspent - sum(others.values()) - trail.lapsed - late - taken,
    )


def _with(books: Books, account: AccountKey, payment: PaymentId) -> int:
    lots = books.account(account).lots
    return sum(
        lot.remaining
        for lot in lots
        if lot.terms.payment == payment and not lot.has_lapsed(books.at)
    )

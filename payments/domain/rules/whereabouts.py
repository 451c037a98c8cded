"""Where the points of one payment are now, and what its reversals have taken from whom."""

from collections import Counter
from dataclasses import dataclass, replace

from payments.domain.books import Books
from payments.domain.rules.kept_points import kept_by, kept_lots
from payments.domain.values.ids import AccountKey, MemberId, PaymentId


@dataclass(frozen=True, slots=True, kw_only=True)
class Whereabouts:
    """How many of a payment's points are where; together they are all that it gave.

    Attributes:
        unspent: Still with the buyer.
        passed_on: With other members: each with how many they still have, most first.
        lapsed: Their time was over, whether or not they have gone yet.
        taken: Set aside or gone by refunds and disputes.
        spent: All the others; also those of the following, as long as these were not looked up.
        revoked: Revoked by moderators.
        elsewhere: Kept for the refunds and disputes of other payments, also by paying their debt.
        bought: Gone for orders that were fulfilled: each item's name with how many, most first.
        reserved: Reserved in open orders.
    """

    unspent: int
    passed_on: tuple[tuple[MemberId, int], ...]
    lapsed: int
    taken: int
    spent: int
    revoked: int = 0
    elsewhere: int = 0
    bought: tuple[tuple[str, int], ...] = ()
    reserved: int = 0

    def with_gone(self, *, revoked: int, elsewhere: int) -> "Whereabouts":
        """The same, with points that were revoked or taken elsewhere told apart from spent ones."""
        elsewhere = min(elsewhere, self.spent)
        revoked = min(revoked, self.spent - elsewhere)
        spent = self.spent - elsewhere - revoked
        return replace(self, spent=spent, revoked=revoked, elsewhere=elsewhere)

    def with_orders(self, bought: Counter[str], reserved: int) -> "Whereabouts":
        """The same, with points of orders told apart from spent ones."""
        most_first = sorted(bought.items(), key=lambda each: (-each[1], each[0]))
        spent = self.spent - reserved - bought.total()
        return replace(self, spent=spent, bought=tuple(most_first), reserved=reserved)

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
    taken = sum(points for lot, points in kept_lots(books, payment) if lot.terms.payment == payment)
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


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenFrom:
    """What the reversals of one payment keep, by whose it was.

    Attributes:
        own: What remained of the payment's points with the buyer.
        other: Other points of the buyer, also those that have paid debt.
        passed_on: The payment's points with each member to whom they were passed on.
        lapsed: Points of the payment that had lapsed.
        debt: What the buyer still owes.
    """

    own: int
    other: int
    passed_on: Counter[MemberId]
    lapsed: int
    debt: int

    @property
    def points(self) -> int:
        """All together."""
        return self.own + self.other + self.passed_on.total() + self.lapsed + self.debt

    def less(self, before: "TakenFrom") -> "TakenFrom":
        """What was taken since; what was given back is negative."""
        passed_on = Counter(self.passed_on)
        passed_on.subtract(before.passed_on)
        return TakenFrom(
            own=self.own - before.own,
            other=self.other - before.other,
            passed_on=Counter({member: points for member, points in passed_on.items() if points}),
            lapsed=self.lapsed - before.lapsed,
            debt=self.debt - before.debt,
        )


def taken_by(books: Books, payment: PaymentId, cause: str | None = None) -> TakenFrom:
    """Find out what a payment's reversals keep, and of whom.

    Args:
        books: The books.
        payment: Which payment.
        cause: Only what was taken for this refund or dispute, by its id.
    """
    buyer = books.payment(payment).buyer
    own = other = 0
    passed_on: Counter[MemberId] = Counter()
    for lot, points in kept_lots(books, payment, cause):
        if lot.account != buyer:
            passed_on[MemberId(int(lot.account.owner))] += points
        elif lot.terms.payment == payment:
            own += points
        else:
            other += points
    kept = kept_by(books, payment, cause)
    return TakenFrom(own=own, other=other, passed_on=passed_on, lapsed=kept.lapsed, debt=kept.owed)


def _with(books: Books, account: AccountKey, payment: PaymentId) -> int:
    lots = books.account(account).lots
    return sum(
        lot.remaining
        for lot in lots
        if lot.terms.payment == payment and not lot.has_lapsed(books.at)
    )

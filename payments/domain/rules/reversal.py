"""Taking a payment's points back, and giving exactly back what was taken.

What a payment's facts ask for is shared out by `allocation`: what remains of the payment's points
with the buyer; the buyer's other points; for disputes and refunds because of fraud, the payment's
points where they were passed on to; the rest is the buyer's debt. Points of the payment that have
lapsed count as returned. `level` brings the books to that, whatever they were before: it looks at
all reversals together that may want the same points, and moves what differs. Every piece that is
taken is kept, so that exactly it can be given back.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import replace

from payments.domain.books import ACCOUNTS, REPAYMENTS, TRAILS, Books
from payments.domain.rules.allocation import ClaimedPoints, share_out
from payments.domain.rules.burning import burn, burned_points, mark_burned, points_to_burn
from payments.domain.rules.kept_points import Kept, kept_by, kept_lots
from payments.domain.rules.linked_payments import payments_linked_with, reaching
from payments.domain.rules.order_claims import give_way, stand_again
from payments.domain.rules.passed_points import kept_from_others, tell_others
from payments.domain.rules.posting import Move, lapse, post, restore
from payments.domain.values.ids import AccountKey, House, LotId, PaymentId
from payments.domain.values.ledger import Hold, HoldSource, Lot, TransferKind


def level(books: Books, payments: Iterable[PaymentId], *, cause: str) -> None:
    """Make the books match the facts of payments, and of all payments linked with them.

    Orders that their points paid for give way where a claim would leave debt otherwise.
    Whoever had points passed on to them is told what that keeps from them, or gives back.

    Args:
        books: The books.
        payments: Those whose facts, or points, have changed.
        cause: The provider's id of the refund or dispute that was updated, or another name for
            what has happened.
    """
    concerned = set(payments)
    while True:
        together = _share_out(books, concerned, cause=cause)
        order = give_way(books, together)
        if order is None:
            break
        concerned.update(each for each in order.payments if books.payment(each).target)
        if books.account(order.account).reached:
            concerned |= reaching(books, order.account)
    stand_again(books, together)


def _share_out(books: Books, payments: Iterable[PaymentId], *, cause: str) -> list[PaymentId]:
    """Let each reversal keep what is its own. Returns all payments that hang together."""
    together = payments_linked_with(books, payments)
    of_others = {each: kept_from_others(books, each) for each in together}
    lots = _free_lots(books, together)
    wanted = _wanted(books, together, lots)
    to_burn = {
        each: points_to_burn(books, each, wanted[each]) - burned_points(books, each)
        for each in together
    }
    for each in together:
        burn(books, each, min(0, to_burn[each]))
    swapped = _swapped(books, together, wanted)
    for each in together:
        _let_go(books, each, wanted[each], swapped)
    for each in together:
        _take(books, each, wanted[each], lots, cause)
    for each in together:
        burn(books, each, max(0, to_burn[each]))
        mark_burned(books, each)
    for each in together:
        tell_others(books, each, of_others[each])
    return together


def _free_lots(books: Books, together: Iterable[PaymentId]) -> dict[LotId, Lot]:
    """The lots that are concerned, with all points that would be in them without these reversals.

    What is kept of a lot does not lapse meanwhile.
    """
    accounts: set[AccountKey] = set()
    for each in together:
        accounts.add(books.payment(each).buyer)
        accounts.update(lot.account for lot, _ in kept_lots(books, each))
        if books.payment(each).reach_target:
            accounts.update(books.trail(each).holders)
    books.require(ACCOUNTS, accounts)
    for account in sorted(accounts):
        lapse(books, account)
    free = {lot.id: lot for account in accounts for lot in books.account(account).lots}
    for each in together:
        for lot, points in kept_lots(books, each):
            here = free.get(lot.id, lot)
            free[lot.id] = replace(here, remaining=here.remaining + points)
    return free


def _wanted(
    books: Books, together: Iterable[PaymentId], lots: dict[LotId, Lot]
) -> dict[PaymentId, Kept]:
    """What the reversals of each payment are to keep."""
    lapsed = {
        each: min(books.payment(each).target, books[TRAILS][each].lapsed) for each in together
    }
    claims = [
        ClaimedPoints(
            payment=each,
            buyer=books.payment(each).buyer,
            points=books.payment(each).target - lapsed[each],
            reach=books.payment(each).reach_target,
        )
        for each in together
    ]
    taken = share_out(claims, lots.values())
    return {
        claim.payment: Kept(
            lots=Counter(taken[claim.payment]),
            owed=claim.points - sum(taken[claim.payment].values()),
            lapsed=lapsed[claim.payment],
        )
        for claim in claims
    }


def _swapped(
    books: Books, together: Iterable[PaymentId], wanted: dict[PaymentId, Kept]
) -> Counter[LotId]:
    """How many points of each lot are wanted that are not kept yet.

    These may go from one reversal to another: their owner never has them in between.
    """
    missing: Counter[LotId] = Counter()
    for each in together:
        missing += wanted[each].lots - kept_by(books, each).lots
    return missing


class _Release:
    """What one payment's reversals keep beyond what is wanted, as it is given back.

    Taken points go back to their lots, repayments to the lots that paid them, debt that is still
    open is cancelled.
    """

    def __init__(self, books: Books, payment: PaymentId, wanted: Kept) -> None:
        kept = kept_by(books, payment)
        self._books = books
        self._lots = kept.lots - wanted.lots
        self._owed = max(0, kept.owed - wanted.owed)
        self._lapsed = max(0, kept.lapsed - wanted.lapsed)
        self.moves: defaultdict[AccountKey, list[Move]] = defaultdict(list)
        self.points: Counter[AccountKey] = Counter()

    def give_back(self, piece: Hold, swapped: Counter[LotId]) -> None:
        """Give back what is too much of one piece."""
        cancelled = 0
        if piece.source is HoldSource.LAPSED:
            given = min(piece.standing, self._lapsed)
            self._lapsed -= given
        elif piece.source is HoldSource.LOT:
            given = self._to_lot(piece, piece.lot, piece.standing, swapped)
        else:
            cancelled = min(piece.owed, self._owed)
            self._owed -= cancelled
            given = cancelled
            for repayment in self._books[REPAYMENTS].get(piece.id, {}).values():
                back = self._to_lot(piece, repayment.lot, repayment.points, swapped)
                self._books.note_repayment(piece.id, repayment.lot, -back)
                given += back
        if given:
            released = replace(piece, released=piece.released + given, owed=piece.owed - cancelled)
            self._books.put_hold(released)
        if piece.source is not HoldSource.LAPSED:
            self.points[piece.account] += given

    def _to_lot(self, piece: Hold, lot: Lot, at_most: int, swapped: Counter[LotId]) -> int:
        """Points of a piece go back to a lot, as they were if they were away for no time at all."""
        debt = piece.id if piece.source is HoldSource.DEBT else None
        given = min(self._lots[lot.id], at_most)
        self._lots[lot.id] -= given
        if piece.taken_at == self._books.at:
            as_it_was = given
        else:
            as_it_was = min(given, swapped[lot.id])
            swapped[lot.id] -= as_it_was
        if as_it_was:
            self.moves[lot.account].append(Move(lot, as_it_was, debt))
        if given > as_it_was:
            restored = restore(self._books, lot, given - as_it_was, debt)
            self.moves[lot.account].append(restored)
        return given


def _let_go(books: Books, payment: PaymentId, wanted: Kept, swapped: Counter[LotId]) -> None:
    """Give back what is kept and no longer wanted; of alike pieces, what was taken last."""
    release = _Release(books, payment, wanted)
    for piece in reversed(books.standing_holds(payment)):
        release.give_back(piece, swapped)
    for account in sorted(+release.points):
        post(
            books,
            TransferKind.RELEASE,
            AccountKey(account.guild, House.HELD),
            account,
            release.points[account],
            moves=release.moves[account],
            payment=payment,
        )


def _take(
    books: Books, payment: PaymentId, wanted: Kept, lots: dict[LotId, Lot], cause: str
) -> None:
    """Take what is wanted and not kept yet."""
    kept = kept_by(books, payment)
    if wanted.lapsed > kept.lapsed:
        points = wanted.lapsed - kept.lapsed
        _keep(books, payment, cause, source=HoldSource.LAPSED, points=points)
    missing: defaultdict[AccountKey, list[Move]] = defaultdict(list)
    for name, points in wanted.lots.items():
        if points > kept.lots[name]:
            missing[lots[name].account].append(Move(lots[name], kept.lots[name] - points))
    for account, moves in missing.items():
        house = AccountKey(account.guild, House.HELD)
        taken = -sum(move.points for move in moves)
        post(books, TransferKind.HOLD, account, house, taken, moves=moves, payment=payment)
        for lot, points, _ in moves:
            _keep(books, payment, cause, source=HoldSource.LOT, points=-points, lot=lot)
    if wanted.owed > kept.owed:
        buyer, points = books.payment(payment).buyer, wanted.owed - kept.owed
        house = AccountKey(buyer.guild, House.HELD)
        post(books, TransferKind.HOLD, buyer, house, points, payment=payment)
        _keep(books, payment, cause, source=HoldSource.DEBT, points=points)


def _keep(
    books: Books,
    payment: PaymentId,
    cause: str,
    *,
    source: HoldSource,
    points: int,
    lot: Lot | None = None,
) -> None:
    """Note a piece that was taken."""
    of = books.payment(payment)
    books.add_hold(
        Hold(
            id=books.new_id(),
            payment=payment,
            cause=cause,
            position=len(of.holds),
            taken_at=books.at,
            source=source,
            account=lot.account if lot else of.buyer,
            terms=lot.terms if lot else None,
            opened_at=lot.opened_at if lot else None,
            points=points,
            owed=points if source is HoldSource.DEBT else 0,
        )
    )

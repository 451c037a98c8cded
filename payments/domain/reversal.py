"""The verbs that take a payment's points back: hold, burn, and their exact opposites.

A hold takes, in this order: what remains of the payment's lots with the buyer; the buyer's other
points; for disputes, the payment's points where they were passed on to; the rest becomes the
buyer's debt. Points of the payment that have lapsed count as returned. Every piece is kept, so that
a release gives exactly it back.
"""

from collections.abc import Iterable
from dataclasses import replace

from payments.domain.books import Books
from payments.domain.errors import BooksBroken
from payments.domain.ids import AccountKey, House, PaymentId
from payments.domain.ledger import Hold, HoldSource, Transfer, TransferKind
from payments.domain.payment import Payment
from payments.domain.posting import Move, lapse, pay_debts, post, restore, take


def hold(books: Books, payment: PaymentId, points: int, *, cause: str, reach_out: bool) -> None:
    """Set points of a payment aside.

    Args:
        books: The books.
        payment: Whose points.
        points: How many more than are held already.
        cause: The refund or dispute for which it is done.
        reach_out: Whether points are also taken from whom they were passed on to (disputes).
    """
    buyer = books.payment(payment).buyer
    trail = books.trail(payment)
    for holder in (buyer, *trail.holders):
        lapse(books, holder)
    left = points - _count_lapsed(books, books.payment(payment), points, cause)
    account = books.account(buyer)
    own = [lot for lot in account.lots if lot.terms.payment == payment]
    other = [lot for lot in account.lots if lot.terms.payment != payment]
    left -= _take_from_lots(books, payment, take([*own, *other], left), cause)
    if reach_out:
        for holder in trail.holders:
            passed = [x for x in books.account(holder).lots if x.terms.payment == payment]
            left -= _take_from_lots(books, payment, take(passed, left), cause)
    if left:
        _take_on_debt(books, payment, left, cause)


def _count_lapsed(books: Books, payment: Payment, points: int, cause: str) -> int:
    counted = sum(
        piece.standing
        for piece in books.standing_holds(payment.id)
        if piece.source is HoldSource.LAPSED
    )
    lapsed = min(points, books.trail(payment.id).lapsed - counted)
    if lapsed > 0:
        books.add_hold(
            Hold(
                id=books.new_id(),
                payment=payment.id,
                cause=cause,
                position=len(payment.holds),
                taken_at=books.at,
                source=HoldSource.LAPSED,
                account=payment.buyer,
                points=lapsed,
            )
        )
    return max(0, lapsed)


def _take_from_lots(books: Books, payment: PaymentId, moves: list[Move], cause: str) -> int:
    taken = -sum(move.points for move in moves)
    if not taken:
        return 0
    source = moves[0].lot.account
    house = AccountKey(source.guild, House.HELD)
    post(books, TransferKind.HOLD, source, house, taken, moves=moves, payment=payment)
    for move in moves:
        books.add_hold(
            Hold(
                id=books.new_id(),
                payment=payment,
                cause=cause,
                position=len(books.payment(payment).holds),
                taken_at=books.at,
                source=HoldSource.LOT,
                account=source,
                terms=move.lot.terms,
                opened_at=move.lot.opened_at,
                points=-move.points,
            )
        )
    return taken


def _take_on_debt(books: Books, payment: PaymentId, points: int, cause: str) -> None:
    buyer = books.payment(payment).buyer
    house = AccountKey(buyer.guild, House.HELD)
    post(books, TransferKind.HOLD, buyer, house, points, payment=payment)
    books.add_hold(
        Hold(
            id=books.new_id(),
            payment=payment,
            cause=cause,
            position=len(books.payment(payment).holds),
            taken_at=books.at,
            source=HoldSource.DEBT,
            account=buyer,
            points=points,
            owed=points,
        )
    )


def release(books: Books, payment: PaymentId, points: int, *, cause: str) -> None:
    """Give points back that were set aside: first what `cause` took, then what was taken last.

    Taken points go back to their lots, repayments to the lots that paid them, debt still open is
    cancelled; then what came back pays other debt, as every inflow does.
    """
    pieces = books.standing_holds(payment)
    books.require_accounts(piece.account for piece in pieces)
    came: dict[AccountKey, Transfer] = {}
    for piece in sorted(pieces, key=lambda x: (x.cause != cause, -x.position)):
        if back := min(points, piece.standing - piece.burned):
            if transfer := _give_back(books, piece, back):
                came[piece.account] = transfer
            points -= back
    if points:
        raise BooksBroken(f"payment {payment}: {points} points more to release than are held")
    for account, transfer in came.items():
        pay_debts(books, transfer, account)


def _give_back(books: Books, piece: Hold, points: int) -> Transfer | None:
    """Give one piece back, or a part of it; nothing moves for points that have lapsed."""
    released = replace(piece, released=piece.released + points)
    if piece.source is HoldSource.LAPSED:
        books.put_hold(released)
        return None
    if piece.source is HoldSource.LOT:
        moves = [restore(books, piece.lot, points)]
    else:
        cancelled = min(piece.owed, points)
        released = replace(released, owed=piece.owed - cancelled)
        moves = _take_repayments_back(books, piece, points - cancelled)
    house = AccountKey(piece.account.guild, House.HELD)
    books.put_hold(released)
    return post(
        books,
        TransferKind.RELEASE,
        house,
        piece.account,
        points,
        moves=moves,
        payment=piece.payment,
    )


def _take_repayments_back(books: Books, piece: Hold, points: int) -> list[Move]:
    moves = []
    repayments = books.repayments.get(piece.id, {}).values()
    for repayment in sorted(repayments, key=lambda x: x.lot.spending_order, reverse=True):
        if back := min(points, repayment.points):
            points -= back
            moves.append(restore(books, repayment.lot, back, piece.id))
            books.note_repayment(piece.id, repayment.lot, -back)
    if points:
        raise BooksBroken(f"debt {piece.id}: {points} points more to give back than were repaid")
    return moves


def burn(books: Books, payment: PaymentId, points: int, *, cause: str) -> None:
    """Make held points go back to the mint: first what `cause` took, then what was taken first."""
    pieces = books.standing_holds(payment)
    ordered = sorted(pieces, key=lambda x: (x.cause != cause, x.position))
    _burn(books, payment, ordered, points, TransferKind.BURN)


def unburn(books: Books, payment: PaymentId, points: int, *, cause: str) -> None:
    """Make burned points held again, as before they were burned: a late win, a late failure."""
    pieces = books.standing_holds(payment)
    ordered = sorted(pieces, key=lambda x: (x.cause != cause, -x.position))
    _burn(books, payment, ordered, points, TransferKind.UNBURN)


def _burn(
    books: Books, payment: PaymentId, pieces: Iterable[Hold], points: int, kind: TransferKind
) -> None:
    moved = 0
    burning = kind is TransferKind.BURN
    for piece in pieces:
        part = min(points, piece.standing - piece.burned if burning else piece.burned)
        points -= part
        books.put_hold(replace(piece, burned=piece.burned + (part if burning else -part)))
        if piece.source is not HoldSource.LAPSED:
            moved += part
    if points:
        raise BooksBroken(f"payment {payment}: {points} points more to {kind} than are held")
    if moved:
        guild = books.payment(payment).guild
        held, issued = AccountKey(guild, House.HELD), AccountKey(guild, House.ISSUED)
        source, destination = (held, issued) if burning else (issued, held)
        post(books, kind, source, destination, moved, payment=payment)

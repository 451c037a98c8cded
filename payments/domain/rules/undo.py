"""Taking a transfer back."""

from dataclasses import replace

from payments.domain.books import PAST_TRANSFERS, Books, PastTransfer
from payments.domain.errors import CannotUndo
from payments.domain.rules.posting import Move, lapse, pay_debts, post, restore
from payments.domain.values.ledger import (
    Lot,
    Transfer,
    TransferKind,
)


def undo(books: Books, past: PastTransfer, *, note: str = "") -> Transfer:
    """Make the exact opposite of a spend, revocation, grant or passing on.

    Points go back to the very lots that they came from.

    Raises:
        CannotUndo: It was undone already, is of another kind, or its points have moved on.
    """
    original = past.transfer
    if past.undone:
        raise CannotUndo("That was undone already.")
    if original.kind not in _UNDOABLE:
        raise CannotUndo("Only spending, passing on, granting and revoking can be undone.")
    for account in (original.source, original.destination):
        if account.is_member:
            lapse(books, account)
    moves = [_opposite(books, lot, points) for lot, points in past.entries]
    transfer = post(
        books,
        TransferKind.UNDO,
        original.destination,
        original.source,
        original.points,
        moves=moves,
        undoes=original.id,
        note=note,
    )
    if original.source.is_member:
        pay_debts(books, transfer, original.source)
    books[PAST_TRANSFERS][original.id] = replace(past, undone=True)
    return transfer


_UNDOABLE = frozenset(
    {TransferKind.SPEND, TransferKind.REVOKE, TransferKind.GRANT, TransferKind.PASS_ON}
)


def _opposite(books: Books, lot: Lot, points: int) -> Move:
    if points < 0:
        return restore(books, lot, -points)
    account = books.account(lot.account)
    here = next((mine for mine in account.lots if mine.id == lot.id), None)
    if here is None or here.remaining < points:
        gone = points - (here.remaining if here else 0)
        raise CannotUndo("{gone} of these points have been used or have expired since.", gone=gone)
    return Move(here, -points)

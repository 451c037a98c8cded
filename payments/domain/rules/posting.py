"""The verbs that move points: credit, spend, pass on, lapse, undo.

All of them end in `post`, the one place where a transfer is made; what can be more points than one
transfer moves goes through `post_all`.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple

from payments.domain.books import ACCOUNTS, HOLDS, Books
from payments.domain.errors import NotEnoughPoints
from payments.domain.values.guilds import MAX_POINTS, check_points
from payments.domain.values.ids import AccountKey, ActionId, House, OrderId, PaymentId
from payments.domain.values.ledger import (
    Lot,
    LotEntry,
    Terms,
    Transfer,
    TransferKind,
)


class Move(NamedTuple):
    """Points that come to a lot (positive) or leave it.

    `debt` names the hold whose debt they pay or come back from.
    """

    lot: Lot
    points: int
    debt: ActionId | None = None


def post(
    books: Books,
    kind: TransferKind,
    source: AccountKey,
    destination: AccountKey,
    points: int,
    *,
    moves: Iterable[Move] = (),
    payment: PaymentId | None = None,
    undoes: ActionId | None = None,
    note: str = "",
    order: OrderId | None = None,
) -> Transfer:
    """Make one transfer, with what it does to lots."""
    check_points(points)
    transfer = Transfer(
        id=books.new_id(),
        kind=kind,
        source=source,
        destination=destination,
        points=points,
        at=books.at,
        command=books.key,
        payment=payment,
        undoes=undoes,
        note=note,
        order=order,
    )
    for key, change in ((source, -points), (destination, points)):
        if key.is_member:
            account = books.account(key)
            books[ACCOUNTS][key] = replace(account, balance=account.balance + change)
    books.changes.transfers.append(transfer)
    for move in moves:
        move_points(books, transfer, move)
    return transfer


def post_all(
    books: Books,
    kind: TransferKind,
    source: AccountKey,
    destination: AccountKey,
    points: int,
    *,
    moves: Iterable[Move] = (),
    payment: PaymentId | None = None,
) -> Transfer:
    """Move any number of points, in as many transfers as the limit of one asks for.

    Grants add up in one lot, and lots in one account: what lapses or is taken back can be more than
    one transfer moves.

    Returns:
        The last of the transfers.
    """
    rest = list(moves)
    while True:
        part = min(points, MAX_POINTS)
        now, rest = _split(rest, part)
        transfer = post(books, kind, source, destination, part, moves=now, payment=payment)
        points -= part
        if not points:
            return transfer


def _split(moves: list[Move], points: int) -> tuple[list[Move], list[Move]]:
    """Moves of up to this number of points from the front, and what is left of them."""
    now: list[Move] = []
    for number, move in enumerate(moves):
        size = abs(move.points)
        if size > points:
            sign = 1 if move.points > 0 else -1
            if points:
                now.append(move._replace(points=sign * points))
            left = move._replace(points=sign * (size - points))
            return now, [left, *moves[number + 1 :]]
        now.append(move)
        points -= size
    return now, []


def move_points(books: Books, transfer: Transfer, move: Move) -> None:
    """Apply a transfer to one lot."""
    account = books.account(move.lot.account).with_points(move.lot, move.points)
    books[ACCOUNTS][account.key] = account
    here = next((mine for mine in account.lots if mine.id == move.lot.id), move.lot)
    books.changes.lots[here.id] = here
    books.changes.entries.append(
        LotEntry(transfer=transfer.id, lot=move.lot.id, points=move.points, debt=move.debt)
    )


def pay_debts(books: Books, transfer: Transfer, key: AccountKey) -> None:
    """Pay the account's open debt with what a transfer brought, that of the oldest payment first.

    An account with debt has no open lots, so whatever is in lots now has just come in.
    """
    for debt in books.account(key).debts:
        while (hold := books[HOLDS][debt]).owed and books.account(key).lots:
            lot = books.account(key).lots[0]
            paid = min(hold.owed, lot.remaining)
            move_points(books, transfer, Move(lot, -paid, debt))
            books.note_repayment(debt, lot, paid)
            books.put_hold(replace(hold, owed=hold.owed - paid))


def credit(
    books: Books,
    kind: TransferKind,
    source: House,
    destination: AccountKey,
    points: int,
    terms: Terms,
    *,
    note: str = "",
) -> Transfer:
    """Bring points into a member's account from one of the guild's own; they pay debt first."""
    lot = Lot(account=destination, terms=terms, opened_at=books.at, remaining=0)
    transfer = post(
        books,
        kind,
        AccountKey(destination.guild, source),
        destination,
        points,
        moves=[Move(lot, points)],
        payment=terms.payment,
        note=note,
    )
    pay_debts(books, transfer, destination)
    return transfer


def spend(
    books: Books,
    kind: TransferKind,
    source: AccountKey,
    destination: House,
    points: int,
    *,
    note: str = "",
) -> Transfer:
    """Take points out of a member's account into one of the guild's own.

    Raises:
        NotEnoughPoints: The account holds fewer.
    """
    check_points(points)
    lapse(books, source)
    account = books.account(source)
    if account.in_lots < points:
        raise NotEnoughPoints(wanted=points, available=account.in_lots)
    house = AccountKey(source.guild, destination)
    moves = take(account.lots, points)
    return post(books, kind, source, house, points, moves=moves, note=note)


def pass_on(
    books: Books, source: AccountKey, destination: AccountKey, points: int, *, note: str = ""
) -> Transfer:
    """Move mature points from one member to another; they carry their payment along.

    Raises:
        NotEnoughPoints: Fewer can be passed on now.
    """
    check_points(points)
    lapse(books, source)
    account = books.account(source)
    mature = [lot for lot in account.lots if lot.is_mature(books.at)]
    if account.mature(books.at) < points:
        raise NotEnoughPoints(wanted=points, available=account.mature(books.at))
    taken = take(mature, points)
    given = [Move(_moved(books, move.lot, destination), -move.points) for move in taken]
    transfer = post(
        books,
        TransferKind.PASS_ON,
        source,
        destination,
        points,
        moves=[*taken, *given],
        note=note,
    )
    pay_debts(books, transfer, destination)
    return transfer


def lapse(books: Books, key: AccountKey) -> None:
    """Move points whose time is over out of a member's account."""
    for lot in books.account(key).lots:
        if lot.has_lapsed(books.at):
            post_all(
                books,
                TransferKind.LAPSE,
                key,
                AccountKey(key.guild, House.EXPIRED),
                lot.remaining,
                moves=[Move(lot, -lot.remaining)],
                payment=lot.terms.payment,
            )
            books.note_lapse(lot)


def take(lots: Iterable[Lot], points: int) -> list[Move]:
    """Take points from lots in the order given, as many as there are."""
    moves = []
    for lot in lots:
        taken = min(lot.remaining, points)
        if taken:
            moves.append(Move(lot, -taken))
            points -= taken
    return moves


def restore(books: Books, lot: Lot, points: int, debt: ActionId | None = None) -> Move:
    """Points that go back to a lot; those that would lapse soon live on for a while, in another."""
    terms = lot.terms.restored(books.at)
    opened_at = lot.opened_at if terms == lot.terms else books.at
    return Move(replace(lot, terms=terms, opened_at=opened_at, remaining=0), points, debt)


def _moved(books: Books, lot: Lot, account: AccountKey) -> Lot:
    return Lot(account=account, terms=lot.terms, opened_at=books.at, remaining=0)

"""Orders: points are reserved piece by piece, then spent, or given back to where they came from.

Whatever ends an order ends it once: each verb looks at the state that it may start from.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import TypedDict

from payments.domain.books import ACCOUNTS, ORDERS, ROLE_TERMS, Books
from payments.domain.errors import NotEnoughPoints
from payments.domain.rules.given_codes import give_codes, lacking, take_unseen_back
from payments.domain.rules.posting import Move, lapse, pay_debts, post, restore, take
from payments.domain.rules.stock import release_stock, sell_again, sell_stock, take_stock_back
from payments.domain.values.events import RoleChanged
from payments.domain.values.ids import (
    AccountKey,
    GuildId,
    House,
    ItemId,
    LotId,
    MemberId,
    OrderId,
)
from payments.domain.values.items import ItemKind
from payments.domain.values.ledger import Lot, PointsKind, TransferKind
from payments.domain.values.orders import Order, OrderState, Piece
from payments.domain.values.roles import RoleGrant, RoleKey, RoleStanding
from payments.domain.values.time import Instant


def reserve(
    books: Books, account: AccountKey, order: OrderId, points: int, paid_with: PointsKind | None
) -> tuple[Piece, ...]:
    """Set a member's points aside for an order.

    Args:
        books: The books.
        account: Whose points.
        order: For which order.
        points: How many.
        paid_with: Only points of this kind, if not any.

    Raises:
        NotEnoughPoints: There are fewer.
    """
    lapse(books, account)
    lots = [lot for lot in books.account(account).lots if paid_with in {None, lot.terms.kind}]
    available = sum(lot.remaining for lot in lots)
    if available < points:
        raise NotEnoughPoints(wanted=points, available=available)
    moves = take(lots, points)
    house = AccountKey(account.guild, House.RESERVED)
    post(books, TransferKind.RESERVE, account, house, points, moves=moves, order=order)
    return tuple(Piece(replace(move.lot, remaining=0), -move.points) for move in moves)


def give_back(books: Books, order: Order, *, prolonged: bool) -> None:
    """Give an open order's points back to their lots, and its stock; they pay debt first.

    Args:
        books: The books.
        order: Which order.
        prolonged: Whether they live on for a while at least: not where the buyer has taken the
            order back.
    """
    release_stock(books, order.item_key, order.quantity)
    _to_lots(books, order, TransferKind.UNRESERVE, House.RESERVED, prolonged=prolonged)


def redeem(books: Books, order: Order) -> None:
    """An open order is fulfilled: its points are spent, its stock is gone."""
    sell_stock(books, order.item_key, order.quantity)
    reserved, redeemed = (
        AccountKey(order.guild, house) for house in (House.RESERVED, House.REDEEMED)
    )
    post(books, TransferKind.REDEEM, reserved, redeemed, order.points, order=order.id)


def take_back_order(books: Books, order: Order) -> None:
    """A fulfilled order is returned: its points go back to their lots, its role ends.

    Codes that nobody has seen can be ordered again.
    """
    is_code = order.offer.kind is ItemKind.CODE
    usable = take_unseen_back(books, order) if is_code else order.quantity
    take_stock_back(books, order.item_key, order.quantity, usable=usable)
    end_role_of(books, order)
    _to_lots(books, order, TransferKind.RETURN, House.REDEEMED, prolonged=True)


def fulfil_again(books: Books, order: Order) -> bool:
    """A returned order stands again, if its points and stock are still there.

    Points of the same payments are taken, those that lapse soonest first.

    Returns:
        Whether it does.
    """
    lapse(books, order.account)
    moves: list[Move] = []
    left = {lot.id: lot for lot in books.account(order.account).lots}
    for piece in order.pieces:
        wanted = piece.points
        terms = piece.lot.terms
        alike = [
            lot
            for lot in left.values()
            if (lot.terms.kind, lot.terms.payment) == (terms.kind, terms.payment)
        ]
        for move in take(alike, wanted):
            moves.append(move)
            lot = left[move.lot.id]
            left[lot.id] = replace(lot, remaining=lot.remaining + move.points)
            wanted += move.points
        if wanted:
            return False
    is_code = order.offer.kind is ItemKind.CODE
    usable = lacking(books, order) if is_code else order.quantity
    if not sell_again(books, order.item_key, order.quantity, usable=usable):
        return False
    if is_code and usable:
        give_codes(books, order, usable)
    moves = _added_up(books, moves)
    reserved, redeemed = (
        AccountKey(order.guild, house) for house in (House.RESERVED, House.REDEEMED)
    )
    account, points = order.account, order.points
    post(books, TransferKind.RESERVE, account, reserved, points, moves=moves, order=order.id)
    post(books, TransferKind.REDEEM, reserved, redeemed, points, order=order.id)
    pieces = tuple(Piece(replace(move.lot, remaining=0), -move.points) for move in moves)
    put(books, replace(order, pieces=pieces))
    return True


def put(books: Books, order: Order) -> None:
    """Note an order as it is now."""
    books[ORDERS][order.id] = order


def ended(order: Order, state: OrderState, at: Instant, *, by: str, reason: str = "") -> Order:
    """An order that has come to an end other than being fulfilled."""
    return replace(
        order,
        state=state,
        ended_at=at,
        due_at=None,
        remind_at=None,
        by=by,
        reason=reason,
        claimed=None,
    )


class OrderFacts(TypedDict):
    """What every event about an order tells."""

    guild: GuildId
    at: Instant
    member: MemberId
    order: OrderId
    item: ItemId
    item_name: str
    kind: str
    quantity: int
    points: int
    by_person: bool


def about_order(order: Order, at: Instant) -> OrderFacts:
    """What every event about this order tells."""
    return OrderFacts(
        guild=order.guild,
        at=at,
        member=order.member,
        order=order.id,
        item=order.item,
        item_name=order.offer.name,
        kind=order.offer.kind.value,
        quantity=order.quantity,
        points=order.points,
        by_person=not order.offer.is_automatic,
    )


def begin_role_of(books: Books, order: Order, *, held_before: bool | None) -> None:
    """An order gives its role from now on. Needs the role's term.

    Args:
        books: The books.
        order: Fulfilled now.
        held_before: Whether the member had the role already when nothing of ours gave it, where it
            was just given; None if it is still to be given.
    """
    offer = order.offer.role
    if offer is None:
        return
    key = RoleKey(order.guild, order.member, offer.id)
    term = books.see(ROLE_TERMS, key)
    if held_before is not None:
        if not term.is_wanted and term.standing is RoleStanding.NONE:
            term = replace(term, held_before=held_before)
        term = replace(term, standing=RoleStanding.GIVEN, given_at=books.at)
    elif term.standing is RoleStanding.REMOVED:
        term = replace(term, standing=RoleStanding.GIVING)
    lasts = None if offer.lasts is None else offer.lasts * order.quantity
    books[ROLE_TERMS][key] = term.with_grant(RoleGrant(order=order.id, at=books.at, lasts=lasts))
    _tell_role(books, key, order.id)


def end_role_of(books: Books, order: Order) -> None:
    """An order gives its role no more; what other orders give of it stays. Needs its term."""
    offer = order.offer.role
    if offer is None:
        return
    key = RoleKey(order.guild, order.member, offer.id)
    term = books.see(ROLE_TERMS, key)
    rest = term.without(order.id)
    if rest == term:
        return
    end = rest.ends_at
    if end is not None and end <= books.at:
        rest = replace(rest, grants=())
    books[ROLE_TERMS][key] = rest
    _tell_role(books, key, order.id)


def end_term(books: Books, key: RoleKey) -> bool:
    """The time of a role is over, if it is. Returns whether it is."""
    term = books.see(ROLE_TERMS, key)
    end = term.ends_at
    if end is None or end > books.at:
        return False
    books[ROLE_TERMS][key] = replace(term, grants=())
    _tell_role(books, key, None)
    return True


def _tell_role(books: Books, key: RoleKey, order: OrderId | None) -> None:
    term = books[ROLE_TERMS][key]
    books.emit(
        RoleChanged(
            guild=key.guild,
            at=books.at,
            member=key.member,
            role=key.role,
            wanted=term.is_wanted,
            ends_at=term.ends_at,
            order=order,
        )
    )


def _to_lots(
    books: Books, order: Order, kind: TransferKind, house: House, *, prolonged: bool
) -> None:
    lapse(books, order.account)
    moves = [
        restore(books, piece.lot, piece.points) if prolonged else Move(piece.lot, piece.points)
        for piece in order.pieces
    ]
    transfer = post(
        books,
        kind,
        AccountKey(order.guild, house),
        order.account,
        order.points,
        moves=moves,
        order=order.id,
    )
    lapse(books, order.account)  # what has lapsed meanwhile pays no debt
    pay_debts(books, transfer, order.account)


def _added_up(books: Books, moves: Iterable[Move]) -> list[Move]:
    """One move for each lot."""
    lots: dict[LotId, Lot] = {}
    points: dict[LotId, int] = {}
    for move in moves:
        lots[move.lot.id] = move.lot
        points[move.lot.id] = points.get(move.lot.id, 0) + move.points
    here = {
        lot.id: lot
        for account in {each.account for each in lots.values()}
        for lot in books[ACCOUNTS][account].lots
    }
    return [Move(here[name], points[name]) for name in lots]

"""Whether orders, their points and roles agree with each other."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from sqlalchemy import Connection, Select, and_, case, func, or_, select

from payments.domain.values.ids import House
from payments.domain.values.ledger import TransferKind
from payments.domain.values.orders import OrderState
from payments.store.rows.shop import role_key_from, role_term_from
from payments.store.tables import (
    lot_entries,
    lots,
    order_pieces,
    orders,
    role_terms,
    transfers,
)
from payments.store.verify.sums import OPEN, movements, or_none, rows_of


def wrong_orders(connection: Connection) -> Iterator[str]:
    """Each order's pieces are its points, and its transfers put them where its state says."""
    yield from _wrong_pieces(connection)
    yield from _wrong_lots(connection)
    yield from _wrong_moves(connection)
    yield from _wrong_reserve(connection)
    for row in rows_of(connection, _select_ends()):
        yield f"Order {row['order_id']} of guild {row['guild_id']} is {row['state']}, " + (
            "but has an end." if row["due_at"] else "but never ends."
        )


@cache
def _select_ends() -> Select[Any]:
    timed = or_(
        and_(orders.c.state.in_(OPEN), orders.c.due_at.is_(None)),
        and_(orders.c.state.not_in(OPEN), orders.c.due_at.is_not(None)),
    )
    return select(orders).where(timed)


@cache
def _select_pieces() -> Select[Any]:
    pieces = (
        select(
            order_pieces.c.guild_id,
            order_pieces.c.order_id,
            func.sum(order_pieces.c.points).label("points"),
        )
        .group_by(order_pieces.c.guild_id, order_pieces.c.order_id)
        .subquery()
    )
    of_order = and_(pieces.c.guild_id == orders.c.guild_id, pieces.c.order_id == orders.c.order_id)
    of_pieces = func.coalesce(pieces.c.points, 0)
    return (
        select(orders, of_pieces.label("of_pieces"))
        .select_from(orders.outerjoin(pieces, of_order))
        .where(orders.c.points != of_pieces)
    )


def _wrong_pieces(connection: Connection) -> Iterator[str]:
    for row in rows_of(connection, _select_pieces()):
        yield (
            f"Order {row['order_id']} of guild {row['guild_id']}: {row['points']} points, "
            f"but its pieces are {row['of_pieces']}."
        )


@cache
def _select_lots() -> Select[Any]:
    its_lot = and_(
        lots.c.guild_id == order_pieces.c.guild_id, lots.c.lot_id == order_pieces.c.lot_id
    )
    once = (
        select(
            transfers.c.guild_id,
            transfers.c.order_id,
            func.min(transfers.c.transfer_id).label("transfer_id"),
        )
        .where(transfers.c.kind == TransferKind.RESERVE.value)
        .group_by(transfers.c.guild_id, transfers.c.order_id)
        .having(func.count() == 1)
        .subquery()
    )
    its_transfer = and_(
        once.c.guild_id == order_pieces.c.guild_id, once.c.order_id == order_pieces.c.order_id
    )
    its_entry = and_(
        lot_entries.c.guild_id == once.c.guild_id,
        lot_entries.c.transfer_id == once.c.transfer_id,
        lot_entries.c.lot_id == order_pieces.c.lot_id,
    )
    taken = or_none(lot_entries.c.points)
    return (
        select(order_pieces, (-taken).label("taken"), lots.c.payment_id.label("of_lot"))
        .select_from(
            order_pieces.join(lots, its_lot)
            .outerjoin(once, its_transfer)
            .outerjoin(lot_entries, its_entry)
        )
        .where(
            or_(
                order_pieces.c.payment_id.is_distinct_from(lots.c.payment_id),
                and_(once.c.order_id.is_not(None), order_pieces.c.points != -taken),
            )
        )
    )


def _wrong_lots(connection: Connection) -> Iterator[str]:
    """Each piece is of its lot's payment, and what was taken of that lot.

    An order that was returned and stands again has taken points more than once: of these only the
    payment is looked at.
    """
    for row in rows_of(connection, _select_lots()):
        yield (
            f"Order {row['order_id']} of guild {row['guild_id']}: a piece has {row['points']} "
            f"points of payment {row['payment_id']}, but {row['taken']} of payment "
            f"{row['of_lot']} were taken of its lot."
        )


@cache
def _select_moves() -> Select[Any]:
    into = case((transfers.c.destination == House.RESERVED.value, transfers.c.points), else_=0)
    out_of = case((transfers.c.source == House.RESERVED.value, transfers.c.points), else_=0)
    spent = case((transfers.c.destination == House.REDEEMED.value, transfers.c.points), else_=0)
    unspent = case((transfers.c.source == House.REDEEMED.value, transfers.c.points), else_=0)
    moved = (
        select(
            transfers.c.guild_id,
            transfers.c.order_id,
            func.sum(into - out_of).label("reserved"),
            func.sum(spent - unspent).label("redeemed"),
        )
        .where(transfers.c.order_id.is_not(None))
        .group_by(transfers.c.guild_id, transfers.c.order_id)
        .subquery()
    )
    of_order = and_(moved.c.guild_id == orders.c.guild_id, moved.c.order_id == orders.c.order_id)
    reserved = case((orders.c.state.in_(OPEN), orders.c.points), else_=0)
    redeemed = case((orders.c.state == OrderState.FULFILLED.value, orders.c.points), else_=0)
    return (
        select(
            orders,
            or_none(moved.c.reserved).label("moved_in"),
            or_none(moved.c.redeemed).label("spent"),
        )
        .select_from(orders.outerjoin(moved, of_order))
        .where(or_(or_none(moved.c.reserved) != reserved, or_none(moved.c.redeemed) != redeemed))
    )


def _wrong_moves(connection: Connection) -> Iterator[str]:
    """Where the transfers of each order left its points."""
    for row in rows_of(connection, _select_moves()):
        yield (
            f"Order {row['order_id']} of guild {row['guild_id']} is {row['state']}, but its "
            f"transfers left {row['moved_in']} points reserved and {row['spent']} redeemed."
        )


@cache
def _select_reserve() -> Select[Any]:
    moved = movements()
    kept = (
        select(orders.c.guild_id, func.sum(orders.c.points).label("points"))
        .where(orders.c.state.in_(OPEN))
        .group_by(orders.c.guild_id)
        .subquery()
    )
    return (
        select(moved.c.guild_id, moved.c.points, or_none(kept.c.points).label("kept"))
        .select_from(moved.outerjoin(kept, kept.c.guild_id == moved.c.guild_id))
        .where(moved.c.owner == House.RESERVED.value, moved.c.points != or_none(kept.c.points))
    )


def _wrong_reserve(connection: Connection) -> Iterator[str]:
    for row in rows_of(connection, _select_reserve()):
        yield (
            f"Guild {row['guild_id']}: {row['points']} points are reserved, but its open orders "
            f"have {row['kept']}."
        )


def wrong_roles(connection: Connection) -> Iterator[str]:
    """Each role ends when the orders that give it say."""
    for row in rows_of(connection, select(role_terms)):
        key, term = role_key_from(row), role_term_from(row)
        if term.ends_at != row["ends_at"]:
            yield (
                f"Role {key.role} of member {key.member} of guild {key.guild} ends at "
                f"{row['ends_at']}, but its orders say {term.ends_at}."
            )

"""Whether orders, their points, stock, codes and roles agree with each other."""

from collections.abc import Iterator

from sqlalchemy import ColumnElement, Connection, and_, case, func, or_, select

from payments.domain.values.ids import House
from payments.domain.values.items import ItemKind
from payments.domain.values.ledger import TransferKind
from payments.domain.values.orders import OrderState
from payments.store.rows.shop import role_key_from, role_term_from
from payments.store.tables import (
    item_codes,
    items,
    lot_entries,
    lots,
    order_pieces,
    orders,
    role_terms,
    transfers,
)
from payments.store.verify.sums import movements, rows_of


def _or_none(column: ColumnElement[int]) -> ColumnElement[int]:
    """A number that was not found is 0."""
    return func.coalesce(column, 0)


_OPEN = [state.value for state in OrderState if state.is_open]


def wrong_orders(connection: Connection) -> Iterator[str]:
    """Each order's pieces are its points, and its transfers put them where its state says."""
    yield from _wrong_pieces(connection)
    yield from _wrong_lots(connection)
    yield from _wrong_moves(connection)
    yield from _wrong_reserve(connection)
    timed = or_(
        and_(orders.c.state.in_(_OPEN), orders.c.due_at.is_(None)),
        and_(orders.c.state.not_in(_OPEN), orders.c.due_at.is_not(None)),
    )
    for row in rows_of(connection, select(orders).where(timed)):
        yield f"Order {row['order_id']} of guild {row['guild_id']} is {row['state']}, " + (
            "but has an end." if row["due_at"] else "but never ends."
        )


def _wrong_pieces(connection: Connection) -> Iterator[str]:
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
    query = (
        select(orders, of_pieces.label("of_pieces"))
        .select_from(orders.outerjoin(pieces, of_order))
        .where(orders.c.points != of_pieces)
    )
    for row in rows_of(connection, query):
        yield (
            f"Order {row['order_id']} of guild {row['guild_id']}: {row['points']} points, "
            f"but its pieces are {row['of_pieces']}."
        )


def _wrong_lots(connection: Connection) -> Iterator[str]:
    """Each piece is of its lot's payment, and what was taken of that lot.

    An order that was returned and stands again has taken points more than once: of these only the
    payment is looked at.
    """
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
    taken = _or_none(lot_entries.c.points)
    query = (
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
    for row in rows_of(connection, query):
        yield (
            f"Order {row['order_id']} of guild {row['guild_id']}: a piece has {row['points']} "
            f"points of payment {row['payment_id']}, but {row['taken']} of payment "
            f"{row['of_lot']} were taken of its lot."
        )


def _wrong_moves(connection: Connection) -> Iterator[str]:
    """Where the transfers of each order left its points."""
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
    reserved = case((orders.c.state.in_(_OPEN), orders.c.points), else_=0)
    redeemed = case((orders.c.state == OrderState.FULFILLED.value, orders.c.points), else_=0)
    query = (
        select(
            orders,
            _or_none(moved.c.reserved).label("moved_in"),
            _or_none(moved.c.redeemed).label("spent"),
        )
        .select_from(orders.outerjoin(moved, of_order))
        .where(or_(_or_none(moved.c.reserved) != reserved, _or_none(moved.c.redeemed) != redeemed))
    )
    for row in rows_of(connection, query):
        yield (
            f"Order {row['order_id']} of guild {row['guild_id']} is {row['state']}, but its "
            f"transfers left {row['moved_in']} points reserved and {row['spent']} redeemed."
        )


def _wrong_reserve(connection: Connection) -> Iterator[str]:
    moved = movements()
    kept = (
        select(orders.c.guild_id, func.sum(orders.c.points).label("points"))
        .where(orders.c.state.in_(_OPEN))
        .group_by(orders.c.guild_id)
        .subquery()
    )
    query = (
        select(moved.c.guild_id, moved.c.points, _or_none(kept.c.points).label("kept"))
        .select_from(moved.outerjoin(kept, kept.c.guild_id == moved.c.guild_id))
        .where(moved.c.owner == House.RESERVED.value, moved.c.points != _or_none(kept.c.points))
    )
    for row in rows_of(connection, query):
        yield (
            f"Guild {row['guild_id']}: {row['points']} points are reserved, but its open orders "
            f"have {row['kept']}."
        )


def wrong_stock(connection: Connection) -> Iterator[str]:
    """Each item's counters are what its orders and codes say."""
    of_orders = (
        select(
            orders.c.guild_id,
            orders.c.item_id,
            func.sum(case((orders.c.state.in_(_OPEN), orders.c.quantity), else_=0)).label(
                "reserved"
            ),
            func.sum(
                case((orders.c.state == OrderState.FULFILLED.value, orders.c.quantity), else_=0)
            ).label("sold"),
        )
        .group_by(orders.c.guild_id, orders.c.item_id)
        .subquery()
    )
    free = (
        select(item_codes.c.guild_id, item_codes.c.item_id, func.count().label("codes"))
        .where(item_codes.c.order_id.is_(None))
        .group_by(item_codes.c.guild_id, item_codes.c.item_id)
        .subquery()
    )
    query = select(
        items,
        _or_none(of_orders.c.reserved).label("in_orders"),
        _or_none(of_orders.c.sold).label("in_fulfilled"),
        _or_none(free.c.codes).label("free"),
    ).select_from(
        items.outerjoin(
            of_orders,
            and_(of_orders.c.guild_id == items.c.guild_id, of_orders.c.item_id == items.c.item_id),
        ).outerjoin(
            free, and_(free.c.guild_id == items.c.guild_id, free.c.item_id == items.c.item_id)
        )
    )
    for row in rows_of(connection, query):
        name = f"Item {row['item_id']} of guild {row['guild_id']}"
        if row["reserved"] != row["in_orders"]:
            yield f"{name}: {row['reserved']} reserved, but its orders have {row['in_orders']}."
        if row["sold"] != row["in_fulfilled"]:
            yield f"{name}: {row['sold']} sold, but its orders say {row['in_fulfilled']}."
        if (
            row["kind"] == ItemKind.CODE
            and (row["available"] or 0) + row["reserved"] != row["free"]
        ):
            yield (
                f"{name}: {row['available']} available and {row['reserved']} reserved, "
                f"but {row['free']} codes are free."
            )


def wrong_codes(connection: Connection) -> Iterator[str]:
    """Each fulfilled order of codes has as many good ones as were ordered; no other has any.

    One that was returned has those of them that its owner had seen.
    """
    given = (
        select(
            item_codes.c.guild_id,
            item_codes.c.order_id,
            func.sum(1 - item_codes.c.bad).label("codes"),
        )
        .where(item_codes.c.order_id.is_not(None))
        .group_by(item_codes.c.guild_id, item_codes.c.order_id)
        .subquery()
    )
    of_order = and_(given.c.guild_id == orders.c.guild_id, given.c.order_id == orders.c.order_id)
    of_item = and_(items.c.guild_id == orders.c.guild_id, items.c.item_id == orders.c.item_id)
    had = orders.c.fulfilled_at.is_not(None)
    expected = case((and_(items.c.kind == ItemKind.CODE.value, had), orders.c.quantity), else_=0)
    query = (
        select(orders, _or_none(given.c.codes).label("codes"))
        .select_from(orders.join(items, of_item).outerjoin(given, of_order))
        .where(
            case(
                (orders.c.state == OrderState.RETURNED.value, _or_none(given.c.codes) > expected),
                else_=_or_none(given.c.codes) != expected,
            )
        )
    )
    for row in rows_of(connection, query):
        yield (
            f"Order {row['order_id']} of guild {row['guild_id']} is {row['state']} for "
            f"{row['quantity']}, but has {row['codes']} codes."
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

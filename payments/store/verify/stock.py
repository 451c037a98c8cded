"""Whether the stock and codes of items agree with their orders."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from sqlalchemy import Connection, Select, and_, case, func, select

from payments.domain.values.items import ItemKind
from payments.domain.values.orders import OrderState
from payments.store.tables import item_codes, items, orders
from payments.store.verify.sums import OPEN, or_none, rows_of


@cache
def _select_stock() -> Select[Any]:
    of_orders = (
        select(
            orders.c.guild_id,
            orders.c.item_id,
            func.sum(case((orders.c.state.in_(OPEN), orders.c.quantity), else_=0)).label(
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
    return select(
        items,
        or_none(of_orders.c.reserved).label("in_orders"),
        or_none(of_orders.c.sold).label("in_fulfilled"),
        or_none(free.c.codes).label("free"),
    ).select_from(
        items.outerjoin(
            of_orders,
            and_(of_orders.c.guild_id == items.c.guild_id, of_orders.c.item_id == items.c.item_id),
        ).outerjoin(
            free, and_(free.c.guild_id == items.c.guild_id, free.c.item_id == items.c.item_id)
        )
    )


def wrong_stock(connection: Connection) -> Iterator[str]:
    """Each item's counters are what its orders and codes say."""
    for row in rows_of(connection, _select_stock()):
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


@cache
def _select_codes() -> Select[Any]:
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
    return (
        select(orders, or_none(given.c.codes).label("codes"))
        .select_from(orders.join(items, of_item).outerjoin(given, of_order))
        .where(
            case(
                (orders.c.state == OrderState.RETURNED.value, or_none(given.c.codes) > expected),
                else_=or_none(given.c.codes) != expected,
            )
        )
    )


def wrong_codes(connection: Connection) -> Iterator[str]:
    """Each fulfilled order of codes has as many good ones as were ordered; no other has any.

    One that was returned has those of them that its owner had seen.
    """
    for row in rows_of(connection, _select_codes()):
        yield (
            f"Order {row['order_id']} of guild {row['guild_id']} is {row['state']} for "
            f"{row['quantity']}, but has {row['codes']} codes."
        )

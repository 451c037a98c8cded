"""Orders in the database, with the points that were taken for them, and roles that they give."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Select, bindparam, delete, or_, select

from payments.domain.books import ACCOUNTS, ITEMS, OPEN_ORDERS, ORDERS, PAST_ORDERS, ROLE_TERMS
from payments.domain.values.ids import AccountKey, OrderId
from payments.domain.values.items import BuyerKey
from payments.domain.values.ledger import Lot
from payments.domain.values.orders import Order, OrderState, PastOrder, Piece
from payments.domain.values.roles import RoleKey, RoleTerm
from payments.domain.values.time import Instant
from payments.store import rows, tables
from payments.store.books.holds import LOT_COLUMNS, joined_lot
from payments.store.books.loader import Loading, loads
from payments.store.books.writer import Writing, writes
from payments.store.rows.shop import (
    new_order_row,
    order_facts,
    order_from,
    piece_rows,
    role_key_from,
    role_term_from,
    role_term_row,
)
from payments.store.statements.bulk import insert, insert_or_update, update_by_key
from payments.store.statements.compiled import one_of, read
from payments.store.statements.key_filter import KeyPairs, among

COUNTING = [state.value for state in OrderState if state.counts]
"""States of orders that count for how much a member may order."""


@loads(ORDERS)
def load_orders(loading: Loading, wanted: AbstractSet[OrderId]) -> dict[OrderId, Order | None]:
    """Lock orders in the order of their ids; none where there is no such order."""
    found = read_orders(loading.connection, wanted, changing=loading.changing)
    there = [order for order in found.values() if order is not None]
    loading.want(ACCOUNTS.all_of(order.account for order in there))
    loading.want(ITEMS.all_of(order.item_key for order in there))
    return found


def read_orders(
    connection: Connection, wanted: Iterable[OrderId], *, changing: bool
) -> dict[OrderId, Order | None]:
    """Orders with their pieces; none where there is no such order."""
    ids = sorted(wanted)
    if not ids:
        return {}
    found = {row["order_id"]: row for row in read(connection, _orders_query, changing, orders=ids)}
    pieces: defaultdict[str, list[Piece]] = defaultdict(list)
    if found:
        for row in read(connection, _pieces_query, orders=sorted(found)):
            pieces[row["order_id"]].append(Piece(_emptied(row), row["points"]))
    return {
        each: order_from(found[each], tuple(pieces[each])) if each in found else None
        for each in ids
    }


def _orders_query(changing: bool) -> Select[Any]:  # noqa: FBT001 - a detail of a statement
    orders = tables.orders
    query = select(orders).where(one_of(orders.c.order_id, "orders")).order_by(orders.c.order_id)
    return query.with_for_update() if changing else query


def _pieces_query() -> Select[Any]:
    pieces, lots = tables.order_pieces, tables.lots
    columns = (lots.c[name].label(f"lot_{name}") for name in LOT_COLUMNS)
    return (
        select(pieces.c.order_id, pieces.c.points, *columns)
        .select_from(pieces.join(lots))
        .where(one_of(pieces.c.order_id, "orders"))
        .order_by(pieces.c.order_id, pieces.c.position)
    )


@loads(PAST_ORDERS, guards=lambda keys: ACCOUNTS.all_of(key.account for key in keys))
def load_past_orders(
    loading: Loading, wanted: AbstractSet[BuyerKey]
) -> dict[BuyerKey, tuple[PastOrder, ...]]:
    """A member's orders of an item that count, the oldest first; guarded by the account."""
    return {
        key: tuple(
            PastOrder(OrderId(row["order_id"]), Instant(row["placed_at"]), row["quantity"])
            for row in read(
                loading.connection,
                _past_query,
                guild=key.account.guild,
                member=key.account.owner,
                item=key.item,
                states=COUNTING,
            )
        )
        for key in sorted(wanted)
    }


def _past_query() -> Select[Any]:
    orders = tables.orders
    return (
        select(orders.c.order_id, orders.c.placed_at, orders.c.quantity)
        .where(
            orders.c.guild_id == bindparam("guild"),
            orders.c.member_id == bindparam("member"),
            orders.c.item_id == bindparam("item"),
            one_of(orders.c.state, "states"),
        )
        .order_by(orders.c.placed_at, orders.c.order_id)
    )


@loads(OPEN_ORDERS, guards=ACCOUNTS.all_of)
def load_open_orders(
    loading: Loading, wanted: AbstractSet[AccountKey]
) -> dict[AccountKey, tuple[OrderId, ...]]:
    """Members' orders that have not ended, in the order of their ids; guarded by the account."""
    return {
        key: tuple(
            OrderId(row["order_id"])
            for row in read(loading.connection, _open_query, guild=key.guild, member=key.owner)
        )
        for key in sorted(wanted)
    }


def _open_query() -> Select[Any]:
    orders = tables.orders
    return (
        select(orders.c.order_id)
        .where(
            orders.c.guild_id == bindparam("guild"),
            orders.c.member_id == bindparam("member"),
            orders.c.due_at.is_not(None),
        )
        .order_by(orders.c.order_id)
    )


@loads(ROLE_TERMS, guards=lambda keys: ACCOUNTS.all_of(_account(key) for key in keys))
def load_role_terms(loading: Loading, wanted: AbstractSet[RoleKey]) -> dict[RoleKey, RoleTerm]:
    """Until when members have roles; guarded by the member's account."""
    found = dict.fromkeys(wanted, RoleTerm())
    if found:
        keys = KeyPairs("member", {(key.guild, key.member) for key in wanted})
        for row in read(loading.connection, _role_terms_query, keys.guilds, **keys.values):
            key = role_key_from(row)
            if key in found:
                found[key] = role_term_from(row)
    return found


def _role_terms_query(guilds: int) -> Select[Any]:
    terms = tables.role_terms
    theirs = among("member", guilds, terms.c.guild_id, terms.c.member_id)
    return select(terms).where(or_(*theirs))


@writes(ORDERS)
def write_orders(writing: Writing, changed: Mapping[OrderId, Order | None]) -> None:
    """Write new orders with their pieces, and what became of known ones."""
    connection, loaded = writing.connection, writing.loaded[ORDERS]
    new, facts, pieces = [], [], []
    for order in changed.values():
        if order is None:
            continue
        before = loaded.get(order.id)
        if before is None:
            new.append(new_order_row(order))
            pieces += piece_rows(order)
            continue
        facts.append({"guild_id": order.guild, "order_id": order.id} | order_facts(order))
        if before.pieces != order.pieces:  # it stands again, with other points
            ours = tables.order_pieces.c.order_id == order.id
            connection.execute(delete(tables.order_pieces).where(ours))
            pieces += piece_rows(order)
    insert(connection, tables.orders, new)
    update_by_key(connection, tables.orders, facts)
    insert(connection, tables.order_pieces, pieces)


@writes(ROLE_TERMS)
def write_role_terms(writing: Writing, changed: Mapping[RoleKey, RoleTerm]) -> None:
    """Write until when members have roles."""
    terms = [role_term_row(key, term) for key, term in sorted(changed.items())]
    insert_or_update(writing.connection, tables.role_terms, terms)


def _account(key: RoleKey) -> AccountKey:
    return AccountKey(key.guild, key.member)


def _emptied(row: rows.Row) -> Lot:
    return replace(joined_lot(row), remaining=0)

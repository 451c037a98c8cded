"""Items in the database, with their stock and codes."""

from collections import defaultdict
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import Any

from sqlalchemy import BigInteger, Select, bindparam, literal_column, or_, select

from payments.domain.books import CODES, CODES_OF_ORDERS, DRAWS, GUILDS, ITEMS, SHELVES
from payments.domain.values.codes import Code, CodeDraw, CodeKey, CodesOfOrder
from payments.domain.values.ids import GuildId
from payments.domain.values.items import Item, ItemKey
from payments.store import tables
from payments.store.books.loader import Loading, loads
from payments.store.books.writer import Writing, writes
from payments.store.rows.shop import code_from, code_row, item_from, item_row, stock_columns
from payments.store.statements.bulk import insert_or_update, update_by_key
from payments.store.statements.compiled import read
from payments.store.statements.key_filter import KeyPairs, among


@loads(ITEMS)
def load_items(loading: Loading, wanted: AbstractSet[ItemKey]) -> dict[ItemKey, Item | None]:
    """Lock items in key order; none where there is no such item. The lock also guards codes."""
    found: dict[ItemKey, Item | None] = dict.fromkeys(wanted)
    if found:
        keys = KeyPairs("item", wanted)
        for row in read(
            loading.connection, _items_query, keys.guilds, loading.changing, **keys.values
        ):
            item = item_from(row)
            found[item.key] = item
    return found


def _items_query(guilds: int, changing: bool) -> Select[Any]:  # noqa: FBT001 - a detail of a statement
    items = tables.items
    query = (
        select(items)
        .where(or_(*among("item", guilds, items.c.guild_id, items.c.item_id)))
        .order_by(items.c.guild_id, items.c.item_id)
    )
    return query.with_for_update() if changing else query


@loads(SHELVES, guards=GUILDS.all_of)
def load_shelves(loading: Loading, guilds: AbstractSet[GuildId]) -> dict[GuildId, tuple[Item, ...]]:
    """All that guilds have for sale; guarded by the guild's lock."""
    return {
        guild: tuple(item_from(row) for row in read(loading.connection, _shelf_query, guild=guild))
        for guild in sorted(guilds)
    }


def _shelf_query() -> Select[Any]:
    items = tables.items
    return (
        select(items)
        .where(items.c.guild_id == bindparam("guild"), items.c.active == literal_column("1"))
        .order_by(items.c.item_id)
    )


@loads(CODES, guards=lambda keys: ITEMS.all_of(key.item for key in keys))
def load_codes(loading: Loading, wanted: AbstractSet[CodeKey]) -> dict[CodeKey, Code | None]:
    """Codes; none where there is no such code."""
    found: dict[CodeKey, Code | None] = dict.fromkeys(wanted)
    for key in sorted(wanted):
        for row in read(
            loading.connection,
            _code_query,
            guild=key.item.guild,
            item=key.item.item,
            code=key.code,
        ):
            found[key] = code_from(row)
    return found


def _code_query() -> Select[Any]:
    codes = tables.item_codes
    return select(codes).where(
        codes.c.guild_id == bindparam("guild"),
        codes.c.item_id == bindparam("item"),
        codes.c.code_id == bindparam("code"),
    )


@loads(CODES_OF_ORDERS, guards=lambda keys: ITEMS.all_of(key.item for key in keys))
def load_codes_of_orders(
    loading: Loading, wanted: AbstractSet[CodesOfOrder]
) -> dict[CodesOfOrder, tuple[Code, ...]]:
    """All codes of orders, the bad ones too, the oldest first."""
    return {
        key: tuple(
            code_from(row)
            for row in read(
                loading.connection, _codes_of_order_query, guild=key.item.guild, order=key.order
            )
        )
        for key in sorted(wanted)
    }


def _codes_of_order_query() -> Select[Any]:
    codes = tables.item_codes
    return (
        select(codes)
        .where(codes.c.guild_id == bindparam("guild"), codes.c.order_id == bindparam("order"))
        .order_by(codes.c.code_id)
    )


@loads(DRAWS, guards=lambda draws: ITEMS.all_of(draw.item for draw in draws))
def load_draws(loading: Loading, wanted: AbstractSet[CodeDraw]) -> dict[CodeDraw, tuple[Code, ...]]:
    """Deal the oldest free codes out, so that none is in two draws."""
    by_item: defaultdict[ItemKey, list[CodeDraw]] = defaultdict(list)
    for draw in sorted(wanted):
        by_item[draw.item].append(draw)
    dealt: dict[CodeDraw, tuple[Code, ...]] = {}
    for item, draws in by_item.items():
        rows = read(
            loading.connection,
            _free_query,
            guild=item.guild,
            item=item.item,
            most=sum(draw.quantity for draw in draws),
        )
        free = iter([code_from(row) for row in rows])
        for draw in draws:
            dealt[draw] = tuple(code for _, code in zip(range(draw.quantity), free, strict=False))
    return dealt


def _free_query() -> Select[Any]:
    codes = tables.item_codes
    return (
        select(codes)
        .where(
            codes.c.guild_id == bindparam("guild"),
            codes.c.item_id == bindparam("item"),
            codes.c.order_id.is_(None),
        )
        .order_by(codes.c.code_id)
        .limit(bindparam("most", type_=BigInteger))
        .offset(literal_column("0"))  # or SQLite's would be a value without a name
    )


@writes(ITEMS)
def write_items(writing: Writing, changed: Mapping[ItemKey, Item | None]) -> None:
    """Write items: of those whose offer is as it was, the stock alone."""
    known = writing.loaded[ITEMS]
    whole, stocks = [], []
    for key, item in sorted(changed.items()):
        if item is None:
            continue
        before = known.get(key)
        if before is None or (before.offer, before.active) != (item.offer, item.active):
            whole.append(item_row(item))
        else:
            row = {"guild_id": item.guild, "item_id": item.id}
            stocks.append(row | stock_columns(item))
    insert_or_update(writing.connection, tables.items, whole)
    update_by_key(writing.connection, tables.items, stocks)


@writes(CODES)
def write_codes(writing: Writing, changed: Mapping[CodeKey, Code | None]) -> None:
    """Write new codes, and who got which."""
    rows = [code_row(code) for _, code in sorted(changed.items()) if code is not None]
    insert_or_update(writing.connection, tables.item_codes, rows)

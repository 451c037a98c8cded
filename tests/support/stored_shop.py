"""All that a database has of the shop."""

from sqlalchemy import Connection, select

from payments.domain.books import ITEMS, ORDERS, ROLE_TERMS
from payments.domain.values.ids import OrderId
from payments.store import tables
from payments.store.books.load import load
from payments.store.rows.shop import code_from, item_from, role_key_from
from tests.support.memory_shop import ShopWhole


def stored_shop(connection: Connection) -> ShopWhole:
    """All orders, items and role terms, read as commands read them."""
    orders = connection.execute(select(tables.orders.c.order_id)).scalars().all()
    items = connection.execute(select(tables.items)).mappings().all()
    terms = connection.execute(select(tables.role_terms)).mappings().all()
    codes = connection.execute(select(tables.item_codes)).mappings().all()
    needs = ORDERS.all_of(map(OrderId, orders))
    needs |= ITEMS.all_of(item_from(row).key for row in items)
    needs |= ROLE_TERMS.all_of(role_key_from(row) for row in terms)
    loaded = load(connection, needs, changing=False)
    return ShopWhole(
        orders={name: order for name, order in loaded[ORDERS].items() if order},
        items={key: item for key, item in loaded[ITEMS].items() if item},
        terms=dict(loaded[ROLE_TERMS]),
        codes={code.key: code for code in map(code_from, codes)},
    )

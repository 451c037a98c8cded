"""What the memory ledger gives commands of the shop, as the store does."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Protocol, TypedDict

from payments.domain.books import (
    CODES,
    CODES_OF_ORDERS,
    DRAWS,
    ITEMS,
    OPEN_ORDERS,
    ORDERS,
    PAST_ORDERS,
    ROLE_TERMS,
    SHELVES,
    Needs,
    Slice,
)
from payments.domain.values.codes import Code, CodeDraw, CodeKey, CodesOfOrder
from payments.domain.values.ids import AccountKey, LotId, OrderId, PaymentId
from payments.domain.values.items import BuyerKey, Item, ItemKey
from payments.domain.values.ledger import Lot
from payments.domain.values.orders import Order, PastOrder
from payments.domain.values.roles import RoleKey, RoleTerm


class Shop(Protocol):
    """What a memory ledger keeps of the shop."""

    items: dict[ItemKey, Item]
    orders: dict[OrderId, Order]
    codes: dict[CodeKey, Code]
    role_terms: dict[RoleKey, RoleTerm]
    lots: dict[LotId, Lot]


def order_of(shop: Shop, order: OrderId) -> Order | None:
    """An order, with its lots as they were opened last, as the store reads it."""
    found = shop.orders.get(order)
    if found is None:
        return None
    pieces = (
        piece._replace(lot=replace(piece.lot, opened_at=shop.lots[piece.lot.id].opened_at))
        for piece in found.pieces
    )
    return replace(found, pieces=tuple(pieces))


def orders_of(shop: Shop, payment: PaymentId) -> tuple[OrderId, ...]:
    """Orders that a payment's claims may want, or that may stand again."""
    return tuple(
        order.id
        for order in shop.orders.values()
        if payment in order.payments and (order.state.counts or order.claimed is not None)
    )


class ShopWhole(TypedDict):
    """All of a shop that can be compared."""

    orders: dict[OrderId, Order]
    items: dict[ItemKey, Item]
    terms: dict[RoleKey, RoleTerm]
    codes: dict[CodeKey, Code]


def shop_of(shop: Shop) -> ShopWhole:
    """All of the shop."""
    orders = {each: order_of(shop, each) for each in shop.orders}
    return ShopWhole(
        orders={name: order for name, order in orders.items() if order},
        items=dict(shop.items),
        terms=dict(shop.role_terms),
        codes=dict(shop.codes),
    )


def put_shop(loaded: Slice, needs: Needs, shop: Shop) -> None:
    """Load what is needed of the shop; the orders are there already."""
    orders = (order for order in loaded[ORDERS].values() if order is not None)
    draws = needs[DRAWS]
    wanted = {*needs[ITEMS], *(order.item_key for order in orders)}
    wanted |= {draw.item for draw in draws} | {key.item for key in needs[CODES]}
    wanted |= {key.item for key in needs[CODES_OF_ORDERS]}
    loaded.put(ITEMS, {key: shop.items.get(key) for key in wanted})
    shelves = {
        guild: tuple(item for key, item in shop.items.items() if key.guild == guild and item.active)
        for guild in needs[SHELVES]
    }
    loaded.put(SHELVES, shelves)
    loaded.put(CODES, {key: shop.codes.get(key) for key in needs[CODES]})
    theirs = {each: _codes_of(each, shop) for each in needs[CODES_OF_ORDERS]}
    loaded.put(CODES_OF_ORDERS, theirs)
    loaded.put(DRAWS, _dealt(draws, shop))
    open_orders = {each: _open(each, shop) for each in needs[OPEN_ORDERS]}
    loaded.put(OPEN_ORDERS, open_orders)
    loaded.put(PAST_ORDERS, {key: _past(key, shop) for key in needs[PAST_ORDERS]})
    terms = {key: shop.role_terms.get(key, RoleTerm()) for key in needs[ROLE_TERMS]}
    loaded.put(ROLE_TERMS, terms)


def _codes_of(key: CodesOfOrder, shop: Shop) -> tuple[Code, ...]:
    theirs = (code for code in shop.codes.values() if code.order == key.order)
    return tuple(sorted(theirs, key=lambda code: code.id))


def _dealt(draws: Iterable[CodeDraw], shop: Shop) -> dict[CodeDraw, tuple[Code, ...]]:
    """The oldest free codes; none is in two draws."""
    free = sorted(
        (code for code in shop.codes.values() if not code.order), key=lambda code: code.id
    )
    dealt: dict[CodeDraw, tuple[Code, ...]] = {}
    for draw in sorted(draws):
        mine = [code for code in free if code.item == draw.item][: draw.quantity]
        dealt[draw] = tuple(mine)
        free = [code for code in free if code not in mine]
    return dealt


def _open(key: AccountKey, shop: Shop) -> tuple[OrderId, ...]:
    mine = (order for order in shop.orders.values() if order.account == key)
    return tuple(sorted(order.id for order in mine if order.state.is_open))


def _past(key: BuyerKey, shop: Shop) -> tuple[PastOrder, ...]:
    mine = (
        order
        for order in shop.orders.values()
        if order.account == key.account and order.item == key.item and order.state.counts
    )
    return tuple(
        PastOrder(order.id, order.placed_at, order.quantity)
        for order in sorted(mine, key=lambda order: (order.placed_at, order.id))
    )

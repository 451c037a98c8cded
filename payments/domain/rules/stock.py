"""Pieces of items: reserved by orders, sold, given back."""

from dataclasses import replace

from payments.domain.books import ITEMS, Books
from payments.domain.errors import BooksBroken, Refused
from payments.domain.sentences.sentence import plural
from payments.domain.values.events import ItemChanged
from payments.domain.values.items import Item, ItemKey, Stock


class SoldOut(Refused):
    """There are fewer pieces left than were ordered."""


def reserve_stock(books: Books, key: ItemKey, quantity: int) -> None:
    """Set pieces aside for an order.

    Raises:
        SoldOut: There are fewer.
    """
    item = books.item(key)
    left = item.stock.available
    if left is not None and left < quantity:
        if not left:
            raise SoldOut("{item} is sold out.", item=item.offer.name)
        raise SoldOut(plural("Only {n} piece is left.", "Only {n} pieces are left.", left))
    available = None if left is None else left - quantity
    reserved = item.stock.reserved + quantity
    _put(books, item, replace(item.stock, available=available, reserved=reserved))


def sell_stock(books: Books, key: ItemKey, quantity: int) -> None:
    """Reserved pieces are gone for good."""
    stock = books.item(key).stock
    changed = replace(stock, reserved=stock.reserved - quantity, sold=stock.sold + quantity)
    _put(books, books.item(key), changed)


def release_stock(books: Books, key: ItemKey, quantity: int) -> None:
    """Reserved pieces can be ordered again."""
    stock = books.item(key).stock
    available = None if stock.available is None else stock.available + quantity
    changed = replace(stock, available=available, reserved=stock.reserved - quantity)
    _put(books, books.item(key), changed)


def take_stock_back(books: Books, key: ItemKey, quantity: int, *, usable: int) -> None:
    """Sold pieces came back.

    Args:
        books: The books.
        key: Of which item.
        quantity: How many.
        usable: How many of them can be ordered again; a code that was seen can't.
    """
    stock = books.item(key).stock
    available = None if stock.available is None else stock.available + usable
    changed = replace(stock, available=available, sold=stock.sold - quantity)
    _put(books, books.item(key), changed)


def sell_again(books: Books, key: ItemKey, quantity: int, *, usable: int) -> bool:
    """Sell pieces that came back once more. Returns whether there are enough.

    Args:
        books: The books.
        key: Of which item.
        quantity: How many.
        usable: How many of them could be ordered again.
    """
    stock = books.item(key).stock
    available = stock.available
    if available is not None:
        if available < usable:
            return False
        available -= usable
    changed = replace(stock, available=available, sold=stock.sold + quantity)
    _put(books, books.item(key), changed)
    return True


def add_stock(books: Books, key: ItemKey, quantity: int) -> None:
    """So many pieces more can be ordered; fewer if negative."""
    stock = books.item(key).stock
    available = (stock.available or 0) + quantity
    _put(books, books.item(key), replace(stock, available=available))


def _put(books: Books, item: Item, stock: Stock) -> None:
    """Note a changed stock, and tell those who show it where members read another number."""
    if min(stock.reserved, stock.sold, stock.available or 0) < 0:
        raise BooksBroken(f"item {item.id}: {stock}")
    books[ITEMS][item.key] = replace(item, stock=stock)
    if stock.few_left != item.stock.few_left:
        books.emit(ItemChanged(guild=item.guild, at=books.at, item=item.id))

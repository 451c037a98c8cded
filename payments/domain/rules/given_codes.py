"""Codes of orders: given, and taken back as long as nobody has seen them."""

from collections.abc import Iterable
from dataclasses import replace

from payments.domain.books import CODES, CODES_OF_ORDERS, DRAWS, Books
from payments.domain.rules.stock import SoldOut
from payments.domain.values.codes import Code, CodeDraw, CodesOfOrder, Sight
from payments.domain.values.orders import Order


def give_codes(books: Books, order: Order, quantity: int) -> None:
    """Give an order codes that nobody has.

    Raises:
        SoldOut: There are fewer.
        NeedsMore: They must be drawn.
    """
    drawn = books.see(DRAWS, CodeDraw(order.item_key, order.id, quantity))
    free = _free(books, order, drawn)
    if len(free) < quantity:  # others of the same batch may have drawn more than they took
        known = {code.id for code in free}
        pool = {code.id: code for codes in books[DRAWS].merged().values() for code in codes}
        pool |= {code.id: code for code in books[CODES].merged().values() if code is not None}
        rest = _free(books, order, (pool[name] for name in sorted(pool.keys() - known)))
        free += rest
    if len(free) < quantity:
        raise SoldOut("No code is left for this order.")
    for code in free[:quantity]:
        books[CODES][code.key] = replace(code, order=order.id, sight=Sight.UNSEEN)


def _free(books: Books, order: Order, codes: Iterable[Code]) -> list[Code]:
    """Those of its item that nobody has, as they are now."""
    now = (books[CODES].get(code.key, code) or code for code in codes)
    return [code for code in now if code.item == order.item_key and code.order is None]


def codes_of_order(books: Books, order: Order) -> list[Code]:
    """The codes that an order has, the bad ones too, the oldest first.

    Raises:
        NeedsMore: They must be read.
    """
    read = books.see(CODES_OF_ORDERS, CodesOfOrder(order.item_key, order.id))
    all_of_them = {code.key: code for code in read}
    all_of_them |= {key: code for key, code in books[CODES].merged().items() if code is not None}
    now = (books[CODES].get(key, code) or code for key, code in all_of_them.items())
    return sorted((code for code in now if code.order == order.id), key=lambda code: code.id)


def take_unseen_back(books: Books, order: Order) -> int:
    """Take the codes of an order that its owner has not seen. Returns how many they are."""
    back = [code for code in codes_of_order(books, order) if code.sight.is_unseen and not code.bad]
    for code in back:
        books[CODES][code.key] = replace(code, order=None)
    return len(back)


def lacking(books: Books, order: Order) -> int:
    """How many codes an order that was returned needs to have all of them again."""
    good = [code for code in codes_of_order(books, order) if not code.bad]
    return order.quantity - len(good)

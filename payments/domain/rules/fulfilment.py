"""An order is fulfilled: its points are spent, and what was ordered is the member's."""

from dataclasses import replace
from typing import Final

from payments.domain.books import Books
from payments.domain.rules.given_codes import give_codes
from payments.domain.rules.orders import about_order, begin_role_of, put, redeem
from payments.domain.values.events import CodesRunningOut, OrderFulfilled
from payments.domain.values.items import ItemKind
from payments.domain.values.orders import Order, OrderState

FEW_CODES: Final = 10
"""At how few codes that are left the owner is told; and once more when there are none."""


def fulfil(
    books: Books, order: Order, *, by: str, note: str = "", held_before: bool = False
) -> None:
    """Note that the member has what they ordered.

    Args:
        books: The books.
        order: An open order; of a code its draw must be here, of a role the role's term.
        by: Who fulfilled it, as an actor.
        note: What was written to it, unescaped.
        held_before: Whether the member had the ordered role before.

    Raises:
        SoldOut: No code is left.
    """
    if order.offer.kind is ItemKind.CODE:
        give_codes(books, order, order.quantity)
        tell_of_few_codes(books, order, order.quantity)
    redeem(books, order)
    done = replace(
        order,
        state=OrderState.FULFILLED,
        fulfilled_at=books.at,
        due_at=None,
        remind_at=None,
        by=by,
        reason=note,
        claimed=None,
    )
    put(books, done)
    begin_role_of(books, done, held_before=held_before)
    books.emit(OrderFulfilled(**about_order(done, books.at), by=by, note=note))


def tell_of_few_codes(books: Books, order: Order, taken: int) -> None:
    """Tell the owner once when few codes are left, and once when none is."""
    left = books.item(order.item_key).stock.available
    if left is None or not (left == 0 or left <= FEW_CODES < left + taken):
        return
    books.emit(
        CodesRunningOut(
            guild=order.guild,
            at=books.at,
            item=order.item,
            item_name=order.offer.name,
            left=left,
        )
    )

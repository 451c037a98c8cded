"""Orders that give way to claims on the payments behind their points, and stand again afterwards.

While a dispute, or a refund for fraud, leaves its buyer debt, orders that hold points of that
payment give way, the newest first, as many as the debt needs: what nobody has begun to fulfil is
cancelled, what is being fulfilled is returned once that has ended, what was fulfilled is returned
where its owner wants it so. The points of others in the same order go back to whoever ordered.
"""

from collections.abc import Iterable
from dataclasses import replace

from payments.domain.books import ORDERS, Books
from payments.domain.rules.kept_points import kept_by, kept_lots
from payments.domain.rules.order_limits import forget_past_order, note_past_order
from payments.domain.rules.orders import (
    about_order,
    begin_role_of,
    ended,
    fulfil_again,
    give_back,
    put,
    take_back_order,
)
from payments.domain.values.events import OrderCancelled, OrderFulfilled, OrderReturned
from payments.domain.values.ids import PaymentId
from payments.domain.values.items import ReturnRule
from payments.domain.values.orders import Order, OrderState
from payments.domain.values.payment import Payment

SYSTEM = "system"


def give_way(books: Books, payments: Iterable[PaymentId]) -> Order | None:
    """Let one more order give way to a claim, if any must. Returns it."""
    for each in payments:
        if not _leaves_debt(books, each):
            continue
        payment = books.payment(each)
        for order in reversed(_orders_of(books, [each])):
            if _is_needed(books, order, payment) and _gives_way(books, order, payment):
                return order
    return None


def wanted_by_claims(books: Books, order: Order) -> set[PaymentId]:
    """The payments of an order whose claims leave debt that it may have to give way to."""
    return {each for each in order.payments if _leaves_debt(books, each)}


def stand_again(books: Books, payments: Iterable[PaymentId]) -> None:
    """Let orders stand again whose payments' claims have ended, if their points are there.

    The oldest come first. An order that can't, although no claim is left on any of its payments,
    is not tried again: its points were used for something else.
    """
    for order in _orders_of(books, payments):
        if order.claimed is None or books.payment(order.claimed).reach_target:
            continue
        if order.state is OrderState.FULFILLING:
            put(books, replace(order, claimed=None))
        elif order.state is OrderState.RETURNED:
            if fulfil_again(books, order):
                _stand(books, books.order(order.id))
            elif not any(books.payment(each).target for each in order.payments):
                put(books, replace(order, claimed=None))


def return_for(books: Books, order: Order, payment: PaymentId, *, by: str, reason: str) -> None:
    """Return a fulfilled order because of a payment's claim."""
    take_back_order(books, order)
    forget_past_order(books, order)
    returned = ended(order, OrderState.RETURNED, books.at, by=by, reason=reason)
    put(books, replace(returned, claimed=payment))
    books.emit(OrderReturned(**about_order(order, books.at), by=by, reason=reason, claimed=True))


def cancel_open_orders(books: Books, payment: PaymentId) -> None:
    """Cancel the orders that hold points of a payment and that nobody has begun to fulfil."""
    for order in _orders_of(books, [payment]):
        if order.state is OrderState.PLACED:
            _cancel(books, order, payment)


def _cancel(books: Books, order: Order, payment: PaymentId) -> None:
    give_back(books, order, prolonged=True)
    forget_past_order(books, order)
    cancelled = ended(order, OrderState.CANCELLED, books.at, by=SYSTEM)
    put(books, replace(cancelled, claimed=payment))
    books.emit(OrderCancelled(**about_order(order, books.at), claimed=True))


def _leaves_debt(books: Books, payment: PaymentId) -> bool:
    """Whether a dispute or refund for fraud stands, and its buyer owes points of the payment."""
    return bool(books.payment(payment).reach_target and kept_by(books, payment).owed)


def _is_needed(books: Books, order: Order, payment: Payment) -> bool:
    """Whether its points would pay debt; those of others do as far as the claim reaches."""
    if order.account == payment.buyer:
        return True
    kept = kept_lots(books, payment.id)
    reached = sum(points for lot, points in kept if lot.account != payment.buyer)
    return reached < payment.reach_target


def _gives_way(books: Books, order: Order, payment: Payment) -> bool:
    """Whether points of an order were given back for a claim."""
    if order.state is OrderState.PLACED:
        _cancel(books, order, payment.id)
        return True
    if order.state is OrderState.FULFILLING:
        if order.claimed is None:
            put(books, replace(order, claimed=payment.id))
        return False
    if order.state is OrderState.FULFILLED and is_to_be_returned(order, payment):
        return_for(books, order, payment.id, by=SYSTEM, reason="")
        return True
    return False


def is_to_be_returned(order: Order, payment: Payment) -> bool:
    """Whether the owner wants a fulfilled order back while these claims stand."""
    if order.offer.returned is ReturnRule.OPENED:
        return payment.reach_target > 0
    return order.offer.returned is ReturnRule.LOST and payment.final_reach > 0


def _stand(books: Books, order: Order) -> None:
    standing = replace(
        order, state=OrderState.FULFILLED, ended_at=None, reason="", claimed=None, by=SYSTEM
    )
    put(books, standing)
    note_past_order(books, standing)
    begin_role_of(books, standing, held_before=None)
    books.emit(OrderFulfilled(**about_order(standing, books.at), by=SYSTEM, again=True))


def _orders_of(books: Books, payments: Iterable[PaymentId]) -> list[Order]:
    """Orders that payments paid for, in the order in which they were placed."""
    ids = {order for each in payments for order in books.trail(each).orders}
    books.require(ORDERS, ids)
    found = (books.order(each) for each in ids)
    return sorted(found, key=lambda order: (order.placed_at, order.id))

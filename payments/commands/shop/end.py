"""Orders come to an end without being fulfilled: their points and stock go back."""

from dataclasses import dataclass, replace

from payments.commands.base import SYSTEM
from payments.commands.shop.order_command import (
    OrderCommand,
    ReasonedOrderCommand,
)
from payments.domain.books import Books
from payments.domain.rules.orders import (
    about_order,
    ended,
    put,
)
from payments.domain.values.events import (
    OrderCancelled,
    OrderDenied,
    OrderFailed,
    OrderLapsed,
    OrderReminded,
)
from payments.domain.values.ids import CommandKey, OrderId
from payments.domain.values.orders import (
    OrderState,
)
from payments.domain.values.time import Instant
from payments.domain.values.written_text import tidy


@dataclass(frozen=True, slots=True, kw_only=True)
class DenyOrder(ReasonedOrderCommand):
    """A person or program says no to an order: its points go back."""

    kind = "order.deny"

    def execute(self, books: Books) -> bool:
        """Give points and stock back."""
        order = self.find(books, OrderState.PLACED, OrderState.FULFILLING)
        reason = tidy(self.reason)
        by = str(self.actor)
        put(books, ended(order, OrderState.DENIED, self.at, by=by, reason=reason))
        books.emit(OrderDenied(**about_order(order, self.at), by=by, reason=reason))
        self.give_back(books, order)
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelOrder(OrderCommand):
    """The buyer takes an order back, before anybody has begun to fulfil it."""

    kind = "order.cancel"

    def execute(self, books: Books) -> bool:
        """Give points and stock back; the points live no longer than before."""
        order = self.find(books, OrderState.PLACED)
        put(books, ended(order, OrderState.CANCELLED, self.at, by=str(self.actor)))
        books.emit(OrderCancelled(**about_order(order, self.at), claimed=False))
        self.give_back(books, order, prolonged=False)
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class FailOrder(ReasonedOrderCommand):
    """An order cannot be fulfilled: its points go back. `reason` is for those who can mend it."""

    kind = "order.fail"

    def execute(self, books: Books) -> bool:
        """Give points and stock back."""
        order = self.find(books, OrderState.PLACED, OrderState.FULFILLING)
        reason = tidy(self.reason)
        by = str(self.actor)
        put(books, ended(order, OrderState.FAILED, self.at, by=by, reason=reason))
        books.emit(OrderFailed(**about_order(order, self.at), reason=reason))
        self.give_back(books, order)
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class EndOrder(OrderCommand):
    """A timer: the time of an order is over. Returns whether it was.

    Attributes:
        due: When.
    """

    kind = "order.end"

    due: Instant

    @staticmethod
    def key_of(order: OrderId, due: Instant) -> CommandKey:
        """The key of one end of one order."""
        return CommandKey(f"order.end:{order}:{due}")

    def execute(self, books: Books) -> bool:
        """Give points and stock back, unless something else has ended it."""
        order = books.order(self.order)
        if not order.state.is_open or order.due_at is None or order.due_at > self.at:
            return False
        if order.state is OrderState.PLACED:
            put(books, ended(order, OrderState.LAPSED, self.at, by=SYSTEM))
            books.emit(OrderLapsed(**about_order(order, self.at)))
        else:
            put(books, ended(order, OrderState.FAILED, self.at, by=SYSTEM))
            books.emit(OrderFailed(**about_order(order, self.at), reason=""))
        self.give_back(books, order)
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class RemindOfOrder(OrderCommand):
    """A timer: half of the time of an order that waits for a person is over.

    Attributes:
        due: When.
    """

    kind = "order.remind"

    due: Instant

    @staticmethod
    def key_of(order: OrderId, due: Instant) -> CommandKey:
        """The key of one reminder."""
        return CommandKey(f"order.remind:{order}:{due}")

    def execute(self, books: Books) -> bool:
        """Remind those who fulfil it, once, if it still waits."""
        order = books.order(self.order)
        if order.remind_at is None:
            return False
        put(books, replace(order, remind_at=None))
        if not order.state.is_open or order.due_at is None:
            return False
        books.emit(OrderReminded(**about_order(order, self.at), due_at=order.due_at))
        return True

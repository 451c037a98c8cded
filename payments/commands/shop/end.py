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
        denied = OrderDenied(**about_order(order, self.at), by=str(self.actor), reason=reason)
        return self.end(books, order, OrderState.DENIED, denied, reason=reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelOrder(OrderCommand):
    """The buyer takes an order back, before anybody has begun to fulfil it."""

    kind = "order.cancel"

    def execute(self, books: Books) -> bool:
        """Give points and stock back; the points live no longer than before."""
        order = self.find(books, OrderState.PLACED)
        cancelled = OrderCancelled(**about_order(order, self.at), claimed=False)
        return self.end(books, order, OrderState.CANCELLED, cancelled, prolonged=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class FailOrder(ReasonedOrderCommand):
    """An order cannot be fulfilled: its points go back. `reason` is for those who can mend it."""

    kind = "order.fail"

    def execute(self, books: Books) -> bool:
        """Give points and stock back."""
        order = self.find(books, OrderState.PLACED, OrderState.FULFILLING)
        reason = tidy(self.reason)
        failed = OrderFailed(**about_order(order, self.at), reason=reason)
        return self.end(books, order, OrderState.FAILED, failed, reason=reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Timer(OrderCommand):
    """Something that comes about an order by itself.

    Attributes:
        due: When.
    """

    due: Instant

    @classmethod
    def key_of(cls, order: OrderId, due: Instant) -> CommandKey:
        """The key under which it comes about once."""
        return CommandKey(f"{cls.kind}:{order}:{due}")


@dataclass(frozen=True, slots=True, kw_only=True)
class EndOrder(_Timer):
    """A timer: the time of an order is over. Returns whether it was."""

    kind = "order.end"

    def execute(self, books: Books) -> bool:
        """Give points and stock back, unless something else has ended it."""
        order = books.order(self.order)
        if not order.state.is_open or order.due_at is None or order.due_at > self.at:
            return False
        facts = about_order(order, self.at)
        if order.state is OrderState.PLACED:
            return self.end(books, order, OrderState.LAPSED, OrderLapsed(**facts), by=SYSTEM)
        failed = OrderFailed(**facts, reason="")
        return self.end(books, order, OrderState.FAILED, failed, by=SYSTEM)


@dataclass(frozen=True, slots=True, kw_only=True)
class RemindOfOrder(_Timer):
    """A timer: half of the time of an order that waits for a person is over."""

    kind = "order.remind"

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

"""What all commands about one order have in common."""

from dataclasses import dataclass
from typing import Final

from payments.commands.base import Actor, Command
from payments.domain.books import ORDERS, ROLE_TERMS, Books, Needs
from payments.domain.errors import Refused
from payments.domain.rules.order_limits import forget_past_order
from payments.domain.rules.orders import (
    ended,
    give_back,
    put,
)
from payments.domain.rules.settlement import come_back
from payments.domain.sentences.sentence import Sentence
from payments.domain.values.events import OrderEvent
from payments.domain.values.ids import GuildId, OrderId
from payments.domain.values.orders import (
    REASON_LENGTH,
    Order,
    OrderState,
)
from payments.domain.values.roles import RoleKey
from payments.domain.values.written_text import check_words, tidy

WHY_ENDED: Final = {
    OrderState.FULFILLED: Sentence("This order is fulfilled already."),
    OrderState.DENIED: Sentence("This order was denied. Its points are back."),
    OrderState.CANCELLED: Sentence("This order was cancelled. Its points are back."),
    OrderState.LAPSED: Sentence("This order has lapsed. Its points are back."),
    OrderState.FAILED: Sentence("This order has failed. Its points are back."),
    OrderState.RETURNED: Sentence("This order was returned. Its points are back."),
}
"""Why nothing more can be done with an order, by its state."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderCommand(Command[bool]):
    """A command about one order; returns true.

    Attributes:
        order: Which order.
    """

    result = bool

    guild: GuildId
    order: OrderId

    def needs(self) -> Needs:
        """The order; its account and item come along."""
        return ORDERS.of(self.order)

    def find(self, books: Books, *states: OrderState) -> Order:
        """The order, in one of these states.

        Raises:
            Refused: It is in another, or in another guild.
        """
        order = books.order(self.order)
        if order.guild != self.guild:
            raise Refused("There is no such order.")
        if order.state not in states:
            raise Refused(
                WHY_ENDED.get(order.state, Sentence("This order is being fulfilled already."))
            )
        return order

    def end(
        self,
        books: Books,
        order: Order,
        state: OrderState,
        told: OrderEvent,
        *,
        by: Actor | None = None,
        reason: str = "",
        prolonged: bool = True,
    ) -> bool:
        """End an open order: note it, tell it, and give its points and stock back.

        Args:
            books: The books.
            order: Which.
            state: How it ended.
            told: The event.
            by: Who decided it; whoever gave the command if None.
            reason: Why.
            prolonged: Whether the points live on for a while at least.

        Returns:
            True.
        """
        put(books, ended(order, state, self.at, by=str(by or self.actor), reason=reason))
        books.emit(told)
        self.give_back(books, order, prolonged=prolonged)
        return True

    def give_back(self, books: Books, order: Order, *, prolonged: bool = True) -> None:
        """Give its points and stock back; reversals that want them get them."""
        forget_past_order(books, order)
        give_back(books, order, prolonged=prolonged)
        come_back(books, order.account, order.payments)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReasonedOrderCommand(OrderCommand):
    """A command about one order that says why.

    Attributes:
        called: What `reason` is called in a form.
        reason: What the buyer reads, unescaped.
    """

    called = Sentence("Reason")

    reason: str = ""

    def validate(self, books: Books) -> None:
        """Refuse a reason that cannot be shown as it is."""
        del books
        check_words(tidy(self.reason), self.called, REASON_LENGTH, least=0)


def see_role(books: Books, order: Order) -> None:
    """Make sure that the term of the order's role is here, if it gives one.

    Raises:
        NeedsMore: It is not.
    """
    if order.offer.role is not None:
        books.see(ROLE_TERMS, RoleKey(order.guild, order.member, order.offer.role.id))

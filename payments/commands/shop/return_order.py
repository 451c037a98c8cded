"""Fulfilled orders are taken back."""

from dataclasses import dataclass, replace

from payments.commands.base import SYSTEM
from payments.commands.shop.order_command import (
    WHY_ENDED,
    ReasonedOrderCommand,
    see_role,
)
from payments.domain.books import Books
from payments.domain.errors import CannotUndo, Refused
from payments.domain.rules.order_limits import forget_past_order, note_past_order
from payments.domain.rules.orders import (
    about_order,
    begin_role_of,
    ended,
    fulfil_again,
    put,
    take_back_order,
)
from payments.domain.rules.settlement import come_back
from payments.domain.sentences.sentence import Sentence
from payments.domain.values.events import (
    OrderFulfilled,
    OrderReturned,
)
from payments.domain.values.orders import (
    OrderState,
)
from payments.domain.values.written_text import tidy


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnOrder(ReasonedOrderCommand):
    """Somebody takes a fulfilled order back: its points go back to the buyer."""

    kind = "order.return"

    def validate(self, books: Books) -> None:
        """Refuse an order that is not fulfilled."""
        ReasonedOrderCommand.validate(self, books)
        order = books.order(self.order)
        if order.guild != self.guild:
            raise Refused("There is no such order.")
        if order.state is not OrderState.FULFILLED:
            raise Refused(why_not_returned(order.state))
        see_role(books, order)

    def execute(self, books: Books) -> bool:
        """Give its points back, and take what can be taken."""
        order = books.order(self.order)
        reason = tidy(self.reason)
        by = str(self.actor)
        take_back_order(books, order)
        put(books, ended(order, OrderState.RETURNED, self.at, by=by, reason=reason))
        forget_past_order(books, order)
        books.emit(
            OrderReturned(**about_order(order, self.at), by=by, reason=reason, claimed=False)
        )
        come_back(books, order.account, order.payments)
        return True

    def undo(self, books: Books, result: bool) -> None:  # noqa: FBT001 - what `execute` returned
        """Let it stand again, if its points and stock are still there."""
        del result
        order = books.order(self.order)
        if order.state is not OrderState.RETURNED or order.claimed is not None:
            raise CannotUndo("This order is not returned any more.")
        see_role(books, order)
        if not fulfil_again(books, order):
            raise CannotUndo("Its points or its stock have been used since.")
        standing = replace(
            books.order(order.id), state=OrderState.FULFILLED, ended_at=None, reason="", by=SYSTEM
        )
        put(books, standing)
        note_past_order(books, standing)
        begin_role_of(books, standing, held_before=None)
        facts = about_order(standing, books.at)
        books.emit(OrderFulfilled(**facts, by=SYSTEM, again=True))


def why_not_returned(state: OrderState) -> Sentence:
    """Why an order of this state can't be taken back; it is any but `fulfilled`."""
    return WHY_ENDED.get(state, Sentence("This order is not fulfilled yet. It can be denied."))

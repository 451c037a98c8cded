"""Orders are begun, and fulfilled."""

from dataclasses import dataclass, replace

from payments.commands.base import Actor
from payments.commands.shop.order_command import (
    OrderCommand,
    ReasonedOrderCommand,
    see_role,
)
from payments.domain.books import DRAWS, Books
from payments.domain.rules.fulfilment import fulfil
from payments.domain.rules.order_claims import wanted_by_claims
from payments.domain.rules.orders import (
    about_order,
    put,
)
from payments.domain.rules.reversal import level
from payments.domain.sentences.sentence import Sentence
from payments.domain.values.codes import CodeDraw
from payments.domain.values.events import (
    FulfilmentRequested,
)
from payments.domain.values.items import ItemKind
from payments.domain.values.orders import (
    FULFILMENT_LIFE,
    OrderState,
)
from payments.domain.values.time import later
from payments.domain.values.written_text import tidy


@dataclass(frozen=True, slots=True, kw_only=True)
class BeginFulfilment(OrderCommand):
    """Note that something may leave from now on: the order neither lapses nor is cancelled."""

    kind = "order.begin"

    def execute(self, books: Books) -> bool:
        """Begin; what we give ourselves is tried for a day."""
        order = self.find(books, OrderState.PLACED)
        due = later(self.at, FULFILMENT_LIFE) if order.offer.is_ours else order.due_at
        put(
            books,
            replace(order, state=OrderState.FULFILLING, due_at=due, by=str(self.actor)),
        )
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestFulfilment(OrderCommand):
    """A person has agreed to an order: what gives it is to do so."""

    kind = "order.request"

    def execute(self, books: Books) -> bool:
        """Ask for it; from now on it is tried for a day."""
        order = self.find(books, OrderState.PLACED, OrderState.FULFILLING)
        due = later(self.at, FULFILMENT_LIFE)
        begun = replace(
            order,
            state=OrderState.FULFILLING,
            due_at=due,
            remind_at=None,
            by=str(self.actor),
        )
        put(books, begun)
        books.emit(FulfilmentRequested(**about_order(begun, self.at)))
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class FulfilOrder(ReasonedOrderCommand):
    """Note that the member has what they ordered; `reason` is what is written to it.

    Attributes:
        held_before: Whether the member had the ordered role before.
    """

    kind = "order.fulfil"
    called = Sentence("Note")

    held_before: bool = False

    def validate(self, books: Books) -> None:
        """Refuse an order that has ended; see what is given."""
        ReasonedOrderCommand.validate(self, books)
        order = self.find(books, OrderState.PLACED, OrderState.FULFILLING)
        if order.offer.kind is ItemKind.CODE:
            books.see(DRAWS, CodeDraw(order.item_key, order.id, order.quantity))
        see_role(books, order)

    def execute(self, books: Books) -> bool:
        """Spend its points."""
        order = self.find(books, OrderState.PLACED, OrderState.FULFILLING)
        fulfil(
            books,
            order,
            by=str(self.actor),
            note=tidy(self.reason) or order.reason,
            held_before=self.held_before,
        )
        if order.claimed is not None:
            level(books, wanted_by_claims(books, order), cause=str(self.key))
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteOrder(ReasonedOrderCommand):
    """Write something to an open order; its buyer reads it once it is fulfilled."""

    kind = "order.note"
    called = Sentence("Note")

    def execute(self, books: Books) -> bool:
        """Write it in the place of what was written before."""
        order = self.find(books, OrderState.PLACED, OrderState.FULFILLING)
        put(books, replace(order, reason=tidy(self.reason)))
        return True


def by_program(name: str) -> Actor:
    """A command given by another program, with a key of its own."""
    return Actor(f"program:{name}")

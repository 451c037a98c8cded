"""What an order would cost, before anybody decides."""

from dataclasses import dataclass

from payments.commands.base import Command
from payments.commands.shop.place import PlaceOrder
from payments.domain.books import Books, Needs
from payments.domain.values.ledger import PointsKind


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderQuote:
    """What an order would do; nothing has moved.

    Attributes:
        points: How many points it would take.
        paid: How many of them were bought with money, by whomever.
        balance: The member's balance afterwards.
    """

    points: int
    paid: int
    balance: int


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteOrder(Command[OrderQuote]):
    """Find out what an order would do. Only ever rehearsed: it is never kept.

    Attributes:
        order: The order as it would be placed.
    """

    kind = "order.quote"
    result = OrderQuote

    order: PlaceOrder

    def needs(self) -> Needs:
        """What the order needs."""
        return self.order.needs()

    def validate(self, books: Books) -> None:
        """Refuse what could not be ordered."""
        self.order.validate(books)

    def execute(self, books: Books) -> OrderQuote:
        """Place it, and look at what it took."""
        self.order.execute(books)
        placed = books.order(self.order.order)
        paid = (each for each in placed.pieces if each.lot.terms.kind is PointsKind.PAID)
        return OrderQuote(
            points=placed.points,
            paid=sum(piece.points for piece in paid),
            balance=books.account(placed.account).balance_at(self.at),
        )

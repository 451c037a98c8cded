"""Looking at a payment with all that the books know of it."""

from dataclasses import dataclass

from payments.commands.base import Command
from payments.domain.books import PAYMENTS, TRAILS, Books, Needs
from payments.domain.errors import Refused
from payments.domain.rules.whereabouts import TakenFrom, Whereabouts, taken_by, whereabouts
from payments.domain.values.ids import GuildId, PaymentId
from payments.domain.values.payment import Payment


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """A payment, and what became of its points.

    Attributes:
        payment: With its refunds and disputes.
        now: Where its points are.
        reversed: How many points refunds and disputes keep from their owners, debt included.
        taken: What they keep, by whose it was; only of the refund that is looked at, if one is.
        balance: The buyer's balance.
        is_banned: Whether the buyer is banned from buying.
    """

    payment: Payment
    now: Whereabouts
    reversed: int
    taken: TakenFrom
    balance: int
    is_banned: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class InspectPayment(Command[Inspection]):
    """Look at a payment. Only ever rehearsed: there is nothing to keep.

    Attributes:
        payment: Which one.
        refund: Our id of one of its refunds, if what that took is to be told.
    """

    kind = "payment.inspect"
    result = Inspection

    guild: GuildId
    payment: PaymentId
    refund: str | None = None

    def needs(self) -> Needs:
        """The payment, and where its points went."""
        return PAYMENTS.of(self.payment) | TRAILS.of(self.payment)

    def execute(self, books: Books) -> Inspection:
        """Look."""
        found = books.find_payment(self.payment)
        if found is None or found.guild != self.guild:
            raise Refused("There is no such payment here.")
        return Inspection(
            payment=found,
            now=whereabouts(books, found.id),
            reversed=sum(piece.standing for piece in books.standing_holds(found.id)),
            taken=taken_by(books, found.id, self.refund),
            balance=books.account(found.buyer).balance_at(self.at),
            is_banned=bool(books.purchase_banned_by(found.buyer)),
        )

"""Owners remove the points that were bought in test mode, once real money is taken."""

from dataclasses import dataclass

from payments.commands.base import Command
from payments.domain.books import PAYMENTS, TRAILS, Books, Needs
from payments.domain.errors import Refused
from payments.domain.rules.order_claims import cancel_open_orders
from payments.domain.rules.payment_events import about
from payments.domain.rules.posting import Move, lapse, post
from payments.domain.values.events import PointsVoided
from payments.domain.values.ids import AccountKey, GuildId, House, MemberId, PaymentId
from payments.domain.values.ledger import TransferKind

NOTE = "Bought in test mode"
"""What `/history` says to it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VoidTestPayment(Command[int]):
    """Take what is left of a test payment's points, whoever has them; returns how many.

    It makes no debt: what was spent is gone, and what a refund or dispute holds stays held. Orders
    that nobody has begun to fulfil are cancelled for it. Done again, it takes only what has come
    back since.

    Attributes:
        payment: Which one; made in test mode.
    """

    kind = "payment.void_test"
    result = int

    guild: GuildId
    payment: PaymentId

    def needs(self) -> Needs:
        """The payment, and where its points went."""
        return PAYMENTS.of(self.payment) | TRAILS.of(self.payment)

    def validate(self, books: Books) -> None:
        """Refuse a payment of real money."""
        found = books.payment(self.payment)
        if found.guild != self.guild:
            raise Refused("There is no such payment here.")
        if found.livemode:
            raise Refused("This payment was made with real money: its points stay.")

    def execute(self, books: Books) -> int:
        """Take them, and tell each member who had some."""
        cancel_open_orders(books, self.payment)
        buyer = books.payment(self.payment).buyer
        holders = (buyer, *books.trail(self.payment).holders)
        return sum(self._take(books, holder) for holder in holders)

    def _take(self, books: Books, holder: AccountKey) -> int:
        lapse(books, holder)
        lots = [
            lot
            for lot in books.account(holder).lots
            if lot.terms.payment == self.payment and lot.remaining
        ]
        for lot in lots:
            post(
                books,
                TransferKind.REVOKE,
                holder,
                AccountKey(self.guild, House.ADJUSTED),
                lot.remaining,
                moves=[Move(lot, -lot.remaining)],
                payment=self.payment,
                note=NOTE,
            )
        taken = sum(lot.remaining for lot in lots)
        if taken:
            facts = about(books.payment(self.payment), books.at)
            balance = books.account(holder).balance
            facts["member"] = MemberId(int(holder.owner))
            books.emit(PointsVoided(**facts, voided=taken, balance=balance))
        return taken

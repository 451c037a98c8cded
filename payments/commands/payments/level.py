"""Makes books that an older version wrote match the rules of this one."""

from dataclasses import dataclass

from payments.commands.base import Command
from payments.domain.books import PAYMENTS, TRAILS, Books, Needs
from payments.domain.rules.settlement import settle
from payments.domain.values.ids import CommandKey, PaymentId


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelPayment(Command[None]):
    """Take for a payment's refunds and disputes what its facts ask for, from where they ask it.

    Nothing moves where that is so already.

    Attributes:
        payment: Whose points.
    """

    kind = "payment.level"

    payment: PaymentId

    @staticmethod
    def key_of(payment: PaymentId) -> CommandKey:
        """The key: it is needed once, after an older version."""
        return CommandKey(f"level:{payment}")

    def needs(self) -> Needs:
        """The payment, and where its points went."""
        return PAYMENTS.of(self.payment) | TRAILS.of(self.payment)

    def execute(self, books: Books) -> None:
        """Share out again what its reversals keep."""
        settle(books, self.payment, cause=str(self.key))

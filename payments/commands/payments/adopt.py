"""A payment begins with something that a member bought in the provider's own shop."""

from dataclasses import dataclass, field, replace

from payments.commands.base import Command
from payments.domain.books import PAYMENTS, Books, Needs
from payments.domain.errors import CannotUndo
from payments.domain.rules.adoption import adopt, needs_of
from payments.domain.rules.payment_events import about
from payments.domain.values.adoption import Adoption
from payments.domain.values.events import PaymentFailed
from payments.domain.values.ids import CommandKey, PaymentId
from payments.domain.values.payment_state import PaymentState
from payments.domain.values.provider_updates import CheckoutStatus
from payments.domain.values.references import ProviderReference


@dataclass(frozen=True, slots=True, kw_only=True)
class AdoptPayment(Command[PaymentId]):
    """Make a payment of what began without us; returns the one that is there already, if any.

    The provider's id alone decides: what the owner's mapping made of it when it came first stays.

    Attributes:
        reference: What was bought, by the provider's id.
        adoption: What it becomes.
    """

    kind = "payment.adopt"
    result = PaymentId

    reference: ProviderReference
    adoption: Adoption = field(compare=False)

    @staticmethod
    def key_of(reference: ProviderReference) -> CommandKey:
        """The key: each thing of a provider's is adopted once."""
        return CommandKey(f"adopt:{reference.provider}:{reference.kind}:{reference.id}")

    def needs(self) -> Needs:
        """Whether it was adopted, and in whose books it comes."""
        return needs_of(self.adoption)

    def execute(self, books: Books) -> PaymentId:
        """Note the payment."""
        return adopt(books, self.adoption)

    def undo(self, books: Books, result: PaymentId) -> None:
        """Give the payment up as long as nothing is paid; if money arrives later, points come."""
        payment = books.payment(result)
        if payment.state is not PaymentState.INITIATED:
            raise CannotUndo("Its money has come already, or it has ended.")
        given_up = replace(payment, checkout=CheckoutStatus.ABANDONED)
        books[PAYMENTS][result] = given_up
        books.emit(PaymentFailed(**about(given_up, books.at)))

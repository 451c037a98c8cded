"""What became of a refund's call."""

from dataclasses import dataclass, replace

from payments.commands.base import Command
from payments.commands.payments.apply_update import apply_facts
from payments.domain.books import PAYMENTS, Books, Needs
from payments.domain.values.ids import PaymentId
from payments.domain.values.provider_updates import RefundStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveRefundUp(Command[None]):
    """Give back what was set aside for a refund that the provider would not make.

    If the provider reports it later, that report counts.

    Attributes:
        payment: What was to be refunded.
        refund: Our id of the refund.
    """

    kind = "refund.give_up"

    payment: PaymentId
    refund: str

    def needs(self) -> Needs:
        """The payment."""
        return PAYMENTS.of(self.payment)

    def execute(self, books: Books) -> None:
        """Give its points back, unless an update of it arrived meanwhile."""
        payment = books.payment(self.payment)
        refund = payment.refund(self.refund)
        if refund is None or refund.provider_id is not None:
            return
        if refund.status is RefundStatus.PENDING:
            given_up = replace(refund, status=RefundStatus.WITHDRAWN)
            apply_facts(books, payment.with_one(given_up), cause=refund.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryRefund(Command[None]):
    """Use a new key for a refund after its earlier one has led to nothing.

    Attributes:
        payment: What is refunded.
        refund: Our id of the refund.
        failed: Number of the attempt that led to nothing.
    """

    kind = "refund.try_anew"

    payment: PaymentId
    refund: str
    failed: int

    def needs(self) -> Needs:
        """The payment."""
        return PAYMENTS.of(self.payment)

    def execute(self, books: Books) -> None:
        """Count on, unless that was done or an update of the refund arrived meanwhile."""
        payment = books.payment(self.payment)
        refund = payment.refund(self.refund)
        if refund is None or refund.order is None or refund.provider_id is not None:
            return
        if refund.order.attempt == self.failed:
            order = replace(refund.order, attempt=self.failed + 1)
            books[PAYMENTS][payment.id] = payment.with_one(replace(refund, order=order))

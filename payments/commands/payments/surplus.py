"""What was paid twice goes back by itself."""

from dataclasses import dataclass, field

from payments.commands.base import Command
from payments.commands.payments.apply_update import apply_facts
from payments.domain.books import PAYMENTS, Books, Needs
from payments.domain.errors import Refused
from payments.domain.rules.payment_events import about
from payments.domain.values.claims import BY_ITSELF, Refund, RefundOrder
from payments.domain.values.events import ProviderCallFailed
from payments.domain.values.ids import CommandKey, GuildId, PaymentId
from payments.domain.values.money import Money
from payments.domain.values.payment import Payment
from payments.domain.values.provider_calls import GIVE_BACK
from payments.domain.values.provider_updates import RefundStatus
from payments.domain.values.share import Share


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundSurplus(Command[str]):
    """Note the refund of money that came twice: no limit holds, and no points are taken.

    Attributes:
        payment: What brought no points.
        refund: A fresh id.
        amount: All of it that has not gone back.
        request: The exact request that will be sent to the provider.
    """

    kind = "refund.surplus"
    result = str

    guild: GuildId
    payment: PaymentId
    refund: str = field(compare=False)
    amount: Money = field(compare=False)
    request: str = field(compare=False)

    @staticmethod
    def key_of(payment: Payment) -> CommandKey:
        """The key: once for as many refunds as there were by itself."""
        before = sum(1 for each in payment.refunds if each.is_by_itself)
        return CommandKey(f"surplus:{payment.id}:{before}")

    def needs(self) -> Needs:
        """The payment."""
        return PAYMENTS.of(self.payment)

    def execute(self, books: Books) -> str:
        """Note it.

        Raises:
            Refused: Not that much of it is to go back any more.
        """
        before = books.payment(self.payment)
        if not before.goes_back or before.refundable != self.amount.minor:
            raise Refused("This payment has changed since. It is looked at again.")
        refund = Refund(
            id=self.refund,
            status=RefundStatus.PENDING,
            amount=self.amount,
            share=Share(part=self.amount.minor),
            order=RefundOrder(by=BY_ITSELF, at=self.at, reason="", request=self.request),
        )
        apply_facts(books, before.with_one(refund), cause=refund.id)
        return refund.id


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportKept(Command[None]):
    """Tell moderators that what was paid twice cannot go back by itself.

    Attributes:
        payment: What brought no points.
        reason: Why, in a sentence.
    """

    kind = "refund.surplus_kept"

    guild: GuildId
    payment: PaymentId
    reason: str = field(compare=False)

    def needs(self) -> Needs:
        """The payment."""
        return PAYMENTS.of(self.payment)

    def execute(self, books: Books) -> None:
        """Tell them."""
        kept = books.payment(self.payment)
        books.emit(
            ProviderCallFailed(
                **about(kept, books.at),
                provider=kept.provider,
                call=GIVE_BACK,
                object=kept.intent or kept.id,
                reason=self.reason,
            )
        )

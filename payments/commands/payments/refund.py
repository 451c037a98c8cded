"""Moderators refund payments: first a quote, then the request, above a limit with a second look."""

from dataclasses import dataclass, field, replace
from typing import Final

from payments.commands.base import Command
from payments.commands.payments.apply_update import apply_facts
from payments.commands.payments.refund_rules import (
    needs_approval,
    payment_of_guild,
    refund_needs,
    refundable,
)
from payments.domain.books import PAYMENTS, Books, Needs
from payments.domain.errors import CannotUndo, Refused
from payments.domain.sentences.sentence import Sentence
from payments.domain.values.claims import CardPlace, Refund, RefundOrder
from payments.domain.values.ids import GuildId, MemberId, PaymentId
from payments.domain.values.money import Money
from payments.domain.values.payment import Payment
from payments.domain.values.provider_updates import RefundStatus
from payments.domain.values.share import Share
from payments.domain.values.written_text import SPARE, check_words, tidy

REASON_LENGTH = 200
"""The most characters of the reason that a moderator gives."""

REASON_PARTS = REASON_LENGTH * SPARE
"""The most code points of it: what can be typed at all."""

REFUNDS_STAY: Final = Sentence("A refund can't be undone: the money is on its way to the buyer.")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Decision(Command[str]):
    """A moderator's word on a refund; returns the refund's id.

    Attributes:
        payment: What is refunded.
        refund: Our id of the refund.
        moderator: Who decides.
        as_owner: Whether the server is theirs: they may refund what they bought themselves.
    """

    result = str

    guild: GuildId
    payment: PaymentId
    refund: str
    moderator: MemberId
    as_owner: bool = False

    def needs(self) -> Needs:
        """The payment, and where its points went."""
        return refund_needs(self.guild, self.payment)

    def proposed(self, books: Books) -> tuple[Payment, Refund, RefundOrder]:
        """The refund that is to be decided.

        Raises:
            Refused: There is none, or it was decided already.
        """
        payment = payment_of_guild(books, self.guild, self.payment)
        refund = payment.refund(self.refund)
        if refund is None or refund.order is None:
            raise Refused("There is no such refund.")
        if refund.status is RefundStatus.WITHDRAWN:
            raise Refused("This refund was declined already.")
        if refund.status is not RefundStatus.PROPOSED:
            raise Refused("This refund was approved already.")
        return payment, refund, refund.order

    def undo(self, books: Books, result: str) -> None:
        """Never: the provider may have been asked already."""
        del books, result
        raise CannotUndo(REFUNDS_STAY)


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestRefund(_Decision):
    """Ask for a refund. Its points are set aside, unless a second moderator must approve it first.

    Attributes:
        refund: A fresh id.
        amount: What is to go back, in the payment's currency.
        reason: Why, in the moderator's words.
        request: The exact request that will be sent to the provider.
        is_fraud: Whether the payment is taken for fraud: its points are taken wherever they were
            passed on to, and the buyer may not buy until a moderator allows it.
        card: Where moderators see it.
    """

    kind = "refund.request"

    refund: str = field(compare=False)
    amount: Money
    reason: str = ""
    request: str = field(compare=False)
    is_fraud: bool = False
    card: CardPlace | None = field(compare=False, default=None)

    def validate(self, books: Books) -> None:
        """Refuse what cannot be refunded."""
        check_words(tidy(self.reason), Sentence("Reason"), REASON_LENGTH, least=0)
        refundable(books, self.guild, self.payment, self.amount)

    def execute(self, books: Books) -> str:
        """Note it, and set its points aside."""
        before = books.payment(self.payment)
        own = self.moderator == before.member and not self.as_owner
        waits = own or needs_approval(books, before, self.amount)
        refund = Refund(
            id=self.refund,
            status=RefundStatus.PROPOSED if waits else RefundStatus.PENDING,
            amount=self.amount,
            share=Share(part=self.amount.minor),
            is_fraud=self.is_fraud,
            order=RefundOrder(
                by=self.moderator,
                at=self.at,
                reason=tidy(self.reason),
                request=self.request,
                card=self.card,
            ),
        )
        apply_facts(books, before.with_one(refund), cause=refund.id)
        return refund.id


@dataclass(frozen=True, slots=True, kw_only=True)
class ApproveRefund(_Decision):
    """Approve a refund that another moderator has asked for: its points are set aside."""

    kind = "refund.approve"

    def execute(self, books: Books) -> str:
        """Set its points aside."""
        payment, refund, order = self.proposed(books)
        if order.by == self.moderator:
            raise Refused("You asked for this refund: another moderator must approve it.")
        if payment.member == self.moderator and not self.as_owner:
            raise Refused("This is your own purchase: another moderator must approve it.")
        refundable(books, self.guild, self.payment, refund.amount)
        approved = replace(
            refund,
            status=RefundStatus.PENDING,
            order=replace(order, approved_by=self.moderator),
        )
        apply_facts(books, payment.with_one(approved), cause=refund.id)
        return refund.id


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclineRefund(_Decision):
    """Decline a refund that waits for approval; the moderator who asked may withdraw it too."""

    kind = "refund.decline"

    def execute(self, books: Books) -> str:
        """Note that nothing will come of it."""
        payment, refund, _ = self.proposed(books)
        declined = replace(refund, status=RefundStatus.WITHDRAWN)
        books[PAYMENTS][payment.id] = payment.with_one(declined)
        return refund.id

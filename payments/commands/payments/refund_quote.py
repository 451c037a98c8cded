"""What a refund would do, before anybody decides."""

from dataclasses import dataclass

from payments.commands.base import Command
from payments.commands.payments.refund_rules import needs_approval, refund_needs, refundable
from payments.domain.books import PAYMENTS, Books, Needs
from payments.domain.rules.payment_tax import tax_of_refund
from payments.domain.rules.settlement import settle
from payments.domain.rules.whereabouts import Whereabouts, taken_by, whereabouts
from payments.domain.values.claims import Refund
from payments.domain.values.ids import GuildId, MemberId, PaymentId
from payments.domain.values.money import Money
from payments.domain.values.payment import Payment
from payments.domain.values.provider_updates import RefundStatus
from payments.domain.values.share import Share
from payments.domain.values.time import Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """What a refund would do; nothing has moved.

    Attributes:
        payment: The payment as it is now.
        amount: What would go back.
        tax: How much of that is tax.
        points: How many points would be taken.
        now: Where the payment's points are now.
        from_payment: Points of this payment that would be taken from the buyer.
        from_others: Other points that would be taken from the buyer.
        from_holders: Points of this payment that would be taken from whom they were passed on to.
        lapsed: Points that have lapsed, and count as returned.
        debt: What the buyer would owe more than now.
        balance: The buyer's balance then.
        bans_buyer: Whether the buyer could not buy any more, as the payment is taken for fraud.
        needs_approval: Whether a second moderator would have to approve it.
        at: When that was so: points may move before the refund is made.
    """

    payment: Payment
    amount: Money
    tax: Money
    points: int
    now: Whereabouts
    from_payment: int
    from_others: int
    from_holders: tuple[tuple[MemberId, int], ...]
    lapsed: int
    debt: int
    balance: int
    bans_buyer: bool
    needs_approval: bool
    at: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteRefund(Command[Quote]):
    """Find out what a refund would do. Only ever rehearsed: it is never kept.

    Attributes:
        payment: What would be refunded.
        amount: How much; all that is left if none.
        is_fraud: Whether the payment is taken for fraud.
        moderator: Who asks.
        as_owner: Whether the server is theirs.
    """

    kind = "refund.quote"
    result = Quote

    guild: GuildId
    payment: PaymentId
    amount: Money | None
    is_fraud: bool = False
    moderator: MemberId | None = None
    as_owner: bool = False

    def needs(self) -> Needs:
        """The payment, and where its points went."""
        return refund_needs(self.guild, self.payment)

    def execute(self, books: Books) -> Quote:
        """Do it, and look at what it did."""
        before = refundable(books, self.guild, self.payment, self.amount)
        amount = before.refundable if self.amount is None else self.amount.minor
        now = whereabouts(books, before.id)
        taken_before = taken_by(books, before.id)
        money = Money(minor=amount, currency=before.price.currency)
        pending = Refund(
            id=str(self.key),
            status=RefundStatus.PENDING,
            amount=money,
            share=Share(part=amount),
            is_fraud=self.is_fraud,
        )
        books[PAYMENTS][before.id] = before.with_one(pending)
        settle(books, before.id, cause=pending.id)
        taken = taken_by(books, before.id).less(taken_before)
        return Quote(
            payment=before,
            amount=money,
            tax=Money(minor=tax_of_refund(before, amount), currency=before.price.currency),
            points=taken.points,
            now=now,
            from_payment=taken.own,
            from_others=taken.other,
            from_holders=tuple(sorted(taken.passed_on.items(), key=lambda x: (-x[1], x[0]))),
            lapsed=taken.lapsed,
            debt=taken.debt,
            balance=books.account(before.buyer).balance_at(self.at),
            bans_buyer=bool(books.payment(before.id).banning_claims),
            needs_approval=self._is_own(before) or needs_approval(books, before, money),
            at=self.at,
        )

    def _is_own(self, payment: Payment) -> bool:
        return self.moderator == payment.member and not self.as_owner

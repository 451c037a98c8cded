"""Moderators refund payments: first a quote, then the request, above a limit with a second look."""

from dataclasses import dataclass, field, replace

from payments.commands.base import Command
from payments.commands.payments.apply_update import bring_in_line
from payments.domain.books import GUILDS, PAYMENTS, TRAILS, Books, Needs
from payments.domain.rules.settlement import settle
from payments.domain.rules.whereabouts import Whereabouts, taken_by, whereabouts
from payments.domain.values.claims import Refund, RefundOrder
from payments.domain.values.errors import CannotUndo, Refused
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
        bars: Whether the buyer could not buy any more, as the payment is taken for fraud.
        needs_approval: Whether a second moderator would have to approve it.
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
    bars: bool
    needs_approval: bool


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
        return _needs(self.guild, self.payment)

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
        currency = before.price.currency
        paid = before.paid or 0
        return Quote(
            payment=before,
            amount=money,
            tax=Money(minor=(paid - before.price.minor) * amount // paid, currency=currency),
            points=taken.points,
            now=now,
            from_payment=taken.own,
            from_others=taken.other,
            from_holders=tuple(sorted(taken.passed_on.items(), key=lambda x: (-x[1], x[0]))),
            lapsed=taken.lapsed,
            debt=taken.debt,
            balance=books.account(before.buyer).balance_at(self.at),
            bars=bool(books.payment(before.id).barring),
            needs_approval=self._is_own(before) or needs_approval(books, before, money),
        )

    def _is_own(self, payment: Payment) -> bool:
        return self.moderator == payment.member and not self.as_owner


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
        return _needs(self.guild, self.payment)

    def proposed(self, books: Books) -> tuple[Payment, Refund, RefundOrder]:
        """The refund that is to be decided.

        Raises:
            Refused: There is none, or it was decided already.
        """
        payment = _of_guild(books, self.guild, self.payment)
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
        raise CannotUndo("A refund cannot be undone: the money is on its way to the buyer.")


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestRefund(_Decision):
    """Ask for a refund. Its points are set aside, unless a second moderator must approve it first.

    Attributes:
        refund: A fresh id.
        amount: What is to go back, in the payment's currency.
        reason: Why, in the moderator's words.
        request: The exact request that will be sent to the provider.
        is_fraud: Whether the payment is taken for fraud: its points are taken wherever they were
            passed on to, and the buyer may not buy until a moderator lets them.
    """

    kind = "refund.request"

    refund: str = field(compare=False)
    amount: Money
    reason: str = ""
    request: str = field(compare=False)
    is_fraud: bool = False

    def validate(self, books: Books) -> None:
        """Refuse what cannot be refunded."""
        check_words(tidy(self.reason), "A reason", REASON_LENGTH, least=0)
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
                by=self.moderator, at=self.at, reason=tidy(self.reason), request=self.request
            ),
        )
        bring_in_line(books, before.with_one(refund), cause=refund.id)
        return refund.id


@dataclass(frozen=True, slots=True, kw_only=True)
class ApproveRefund(_Decision):
    """Approve a refund that another moderator has asked for: its points are set aside."""

    kind = "refund.approve"

    def execute(self, books: Books) -> str:
        """Set its points aside."""
        payment, refund, order = self.proposed(books)
        if order.by == self.moderator:
            raise Refused("You have asked for this refund: another moderator must approve it.")
        if payment.member == self.moderator and not self.as_owner:
            raise Refused("This is your own purchase: another moderator must approve it.")
        refundable(books, self.guild, self.payment, refund.amount)
        approved = replace(
            refund,
            status=RefundStatus.PENDING,
            order=replace(order, approved_by=self.moderator),
        )
        bring_in_line(books, payment.with_one(approved), cause=refund.id)
        return refund.id


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclineRefund(_Decision):
    """Decline a refund that waits for approval; whoever asked for it may withdraw it too."""

    kind = "refund.decline"

    def execute(self, books: Books) -> str:
        """Note that nothing will come of it."""
        payment, refund, _ = self.proposed(books)
        declined = replace(refund, status=RefundStatus.WITHDRAWN)
        books[PAYMENTS][payment.id] = payment.with_one(declined)
        return refund.id


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveRefundUp(Command[None]):
    """Give back what was set aside for a refund that the provider would not make.

    Should the provider tell of it all the same, its word counts.

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
        """Give its points back, unless the provider has told of it meanwhile."""
        payment = books.payment(self.payment)
        refund = payment.refund(self.refund)
        if refund is None or refund.provider_id is not None:
            return
        if refund.status is RefundStatus.PENDING:
            given_up = replace(refund, status=RefundStatus.WITHDRAWN)
            bring_in_line(books, payment.with_one(given_up), cause=refund.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class TryRefundAnew(Command[None]):
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
        """Count on, unless that was done or the provider has told of the refund meanwhile."""
        payment = books.payment(self.payment)
        refund = payment.refund(self.refund)
        if refund is None or refund.order is None or refund.provider_id is not None:
            return
        if refund.order.attempt == self.failed:
            order = replace(refund.order, attempt=self.failed + 1)
            books[PAYMENTS][payment.id] = payment.with_one(replace(refund, order=order))


def refundable(books: Books, guild: GuildId, payment: PaymentId, amount: Money | None) -> Payment:
    """The payment, if so much of it can be refunded, or all that is left.

    Raises:
        Refused: Says why not, and how much can be.
    """
    found = _of_guild(books, guild, payment)
    if (why := found.why_not_refundable) is not None:
        raise Refused(why)
    left = Money(minor=found.refundable, currency=found.price.currency)
    if amount is not None and not (amount.minor and left.covers(amount)):
        raise Refused(f"At most {left} of this payment can be refunded.")
    return found


def needs_approval(books: Books, payment: Payment, amount: Money) -> bool:
    """Whether a second moderator must approve, counting what else of the payment goes back.

    Of a payment in another currency than the limit's, always.
    """
    limit = books.guild(payment.guild).settings.approval_limit
    if limit is None:
        return False
    goes_back = payment.refunded + payment.refunding + amount.minor
    return not limit.covers(Money(minor=goes_back, currency=amount.currency))


def _of_guild(books: Books, guild: GuildId, payment: PaymentId) -> Payment:
    found = books.find_payment(payment)
    if found is None or found.guild != guild:
        raise Refused("There is no such payment here.")
    return found


def _needs(guild: GuildId, payment: PaymentId) -> Needs:
    return GUILDS.of(guild) | PAYMENTS.of(payment) | TRAILS.of(payment)

"""A member buys a package: the payment begins, and its checkout is opened."""

from dataclasses import dataclass, field, replace

from payments.commands.base import Command
from payments.commands.payments.apply_update import ACCEPTED, UpdateResult, apply_checkout_update
from payments.domain.books import (
    GUILDS,
    PACES,
    PAYMENTS,
    PURCHASE_BANS,
    UNPAID_PURCHASES,
    Books,
    Needs,
)
from payments.domain.errors import CannotUndo, Refused
from payments.domain.rules.payment_events import about
from payments.domain.rules.quotas import check_unpaid, note_unpaid, take_purchase
from payments.domain.values.answers import ANSWER_LIFE, PurchaseAnswer
from payments.domain.values.events import PaymentFailed, PaymentInitiated
from payments.domain.values.guilds import Package
from payments.domain.values.ids import AccountKey, GuildId, MemberId, PaymentId
from payments.domain.values.payment import Payment
from payments.domain.values.payment_facts import UNCHOSEN
from payments.domain.values.payment_state import PaymentState
from payments.domain.values.provider_updates import CheckoutStatus, CheckoutUpdate
from payments.domain.values.purchase_check import PurchaseCheck, check_of
from payments.domain.values.quotas import CHECKOUT_LIFE, PaceKey, PaceKind, Unpaid
from payments.domain.values.tax import PaymentTax
from payments.domain.values.time import later


@dataclass(frozen=True, slots=True, kw_only=True)
class InitiatePayment(Command[PaymentId]):
    """Begin a payment, before the provider is asked for its checkout.

    Attributes:
        guild: Where it is bought.
        member: The buyer.
        package: What they chose, as they saw it.
        provider: Who takes the money, or `UNCHOSEN` where the member chooses between several.
        livemode: Whether real money moves.
        payment: A fresh id.
        installation: The id of the installation that begins it.
        request: The exact request that will be sent to the provider, once one is chosen.
        answer: The sealed token of the answer that the member sees, if it can be changed later.
        authorizes: Whether the request asks for the money to be set aside only, because a
            moderator checks the purchase first. No matter where the member chooses between several.
        counts_for_quota: Whether the guild's limits hold: how many unpaid purchases, and how often.
        taxed: Whether tax is taken as the package says; False where taxes are switched off.
    """

    kind = "payment.initiate"
    result = PaymentId

    guild: GuildId
    member: MemberId
    package: Package
    provider: str
    livemode: bool
    payment: PaymentId = field(compare=False)
    installation: str | None = field(compare=False, default=None)
    request: str = field(compare=False)
    answer: str | None = field(compare=False)
    authorizes: bool = field(compare=False, default=False)
    counts_for_quota: bool = field(compare=False, default=False)
    taxed: bool = field(compare=False, default=True)

    @property
    def buyer(self) -> AccountKey:
        """The buyer's account."""
        return AccountKey(self.guild, self.member)

    def needs(self) -> Needs:
        """The guild's packages; the payment, to be sure that it is new; who may not buy."""
        needs = GUILDS.of(self.guild) | PAYMENTS.of(self.payment) | PURCHASE_BANS.of(self.buyer)
        if not self.counts_for_quota:
            return needs
        pace = PaceKey(self.buyer, PaceKind.PURCHASE)
        return needs | UNPAID_PURCHASES.of(self.buyer) | PACES.of(pace)

    def validate(self, books: Books) -> None:
        """Refuse who may not buy, and a package that is gone or has changed since they saw it."""
        if books.purchase_banned_by(self.buyer):
            raise Refused(
                "You can't buy points here right now, because a payment of yours was charged back "
                "or refunded as fraud. A moderator can let you buy again."
            )
        if books.find_payment(self.payment) is not None:
            raise Refused("This payment was already started.")
        package = books.guild(self.guild).package(self.package.id)
        if package is None or not package.active:
            raise Refused("This package is no longer for sale.")
        if package != self.package:
            raise Refused("This package has just changed. Please look at it again.")
        if self.provider != UNCHOSEN and self.authorizes is not (self._check(books) is not None):
            raise Refused("This server's settings have just changed. Please try again.")
        if self.counts_for_quota:
            check_unpaid(books, self.buyer, self.at)

    def _check(self, books: Books) -> PurchaseCheck | None:
        """Whether a moderator must check it, as the server's settings are now."""
        settings = books.guild(self.guild).settings
        return check_of(settings, self.package.price, self.member, self.at)

    def execute(self, books: Books) -> PaymentId:
        """Note the payment with what was bought and the request for its checkout."""
        if self.counts_for_quota:
            take_purchase(books, self.buyer, self.at)
            note_unpaid(
                books,
                self.buyer,
                Unpaid(
                    payment=self.payment,
                    package=self.package.id,
                    price=self.package.price,
                    until=later(self.at, CHECKOUT_LIFE),
                ),
            )
        maturity = books.guild(self.guild).settings.maturity
        payment = self.bought(maturity=maturity, check=self._check(books))
        books[PAYMENTS][payment.id] = payment
        books.emit(PaymentInitiated(**about(payment, self.at)))
        if self.answer is not None:
            until = later(self.at, ANSWER_LIFE)
            books.keep_answer(
                PurchaseAnswer(payment=payment.id, encrypted=self.answer, until=until)
            )
        return payment.id

    def bought(self, *, maturity: int, check: PurchaseCheck | None) -> Payment:
        """The payment, as it begins.

        Args:
            check: That by a moderator, if it needs one.
            maturity: Microseconds for which its points cannot be passed on.
        """
        several = self.provider == UNCHOSEN
        return Payment(
            id=self.payment,
            guild=self.guild,
            member=self.member,
            provider=self.provider,
            livemode=self.livemode,
            package=self.package.id,
            package_name=self.package.name,
            points=self.package.points,
            price=self.package.price,
            maturity=maturity,
            created_at=self.at,
            installation=self.installation,
            request=self.request,
            expires_at=later(self.at, CHECKOUT_LIFE) if several else None,
            check=check,
            purchase=self.payment if several else None,
            tax=PaymentTax(rule=rule) if (rule := self.package.tax) and self.taxed else None,
        )

    def undo(self, books: Books, result: PaymentId) -> None:
        """Give the payment up; if money arrives later, the points still come."""
        payment = books.payment(result)
        if payment.state is not PaymentState.INITIATED or payment.checkout is CheckoutStatus.OPEN:
            raise CannotUndo("The checkout is open or already used.")
        abandoned = replace(payment, checkout=CheckoutStatus.ABANDONED)
        books[PAYMENTS][result] = abandoned
        books.emit(PaymentFailed(**about(abandoned, books.at)))


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCheckout(Command[UpdateResult]):
    """Note the checkout that the provider opened for a payment.

    Attributes:
        payment: Whose checkout.
        url: Where the member pays.
        update: What the provider said of it.
    """

    kind = "payment.open_checkout"
    result = UpdateResult

    payment: PaymentId
    url: str = field(compare=False)
    update: CheckoutUpdate = field(compare=False)

    def needs(self) -> Needs:
        """The payment."""
        return PAYMENTS.of(self.payment)

    def execute(self, books: Books) -> UpdateResult:
        """Note address and facts; a webhook may have brought later facts already."""
        result = apply_checkout_update(books, self.update, self.payment)
        if result == ACCEPTED:
            books[PAYMENTS][self.payment] = replace(books.payment(self.payment), url=self.url)
        return result

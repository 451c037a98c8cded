"""A purchase with several ways to pay: the buyer chooses one, and perhaps another one later."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from payments.commands.base import Command
from payments.domain.books import PAYMENTS, WAYS, Books, Needs
from payments.domain.errors import Refused
from payments.domain.rules.payment_events import about
from payments.domain.rules.ways import open_way, payments_of, why_not_payable
from payments.domain.values.events import PaymentExpired, PaymentFailed, PaymentInitiated
from payments.domain.values.ids import CommandKey, GuildId, PaymentId
from payments.domain.values.payment import Payment
from payments.domain.values.payment_facts import UNCHOSEN
from payments.domain.values.payment_state import PaymentState
from payments.domain.values.provider_updates import CheckoutStatus
from payments.domain.values.quotas import CHECKOUT_LIFE
from payments.domain.values.tax import PaymentTax
from payments.domain.values.time import Instant, later

MOST_WAYS: Final = 12
"""The most payments of one purchase: who has tried so often begins another one."""


class WayTaken(Refused):
    """Another way of the same purchase was chosen meanwhile: what is there must be read again."""

    def __init__(self) -> None:
        super().__init__("Another way to pay was chosen just now. Please choose again.")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChooseWay(Command[PaymentId]):
    """Choose a way to pay for a purchase, before its provider is asked for a checkout.

    The way chosen first is the payment with which the purchase began; each other one is a payment
    of its own. One that is open already is found again.

    Attributes:
        payment: With which the purchase began.
        provider: Who is to take the money.
        livemode: Whether real money moves there.
        fresh: The id that the payment has if this way is not open yet: a new one, or that with
            which the purchase began if nothing was chosen yet.
        installation: The id of the installation that begins it.
        request: The exact request for it that will be sent to the provider.
        tax: How it is taxed, with what was asked for where the provider does not compute it.
    """

    kind = "payment.choose_way"
    result = PaymentId

    guild: GuildId
    payment: PaymentId
    provider: str
    livemode: bool = field(compare=False)
    fresh: PaymentId = field(compare=False)
    installation: str | None = field(compare=False)
    request: str = field(compare=False)
    tax: PaymentTax | None = field(compare=False, default=None)

    @staticmethod
    def key_of(began: Payment, ways: Sequence[Payment], provider: str) -> CommandKey:
        """The key: two presses of the same button, on the same page, choose once."""
        before = sum(1 for each in ways if each.provider == provider)
        return CommandKey(f"choose:{began.id}:{provider}:{before}")

    def needs(self) -> Needs:
        """The payments of the purchase."""
        return PAYMENTS.of(self.payment, self.fresh) | WAYS.of(self.payment)

    def validate(self, books: Books) -> None:
        """Refuse a purchase that cannot be paid any more, and a buyer who may not buy."""
        began = books.payment(self.payment)
        if began.guild != self.guild or began.purchase != began.id:
            raise Refused("There is no such purchase.")
        if why := why_not_payable(payments_of(books, began.id), self.at):
            raise Refused(why)
        if books.purchase_banned_by(began.buyer):
            raise Refused(
                "You can't buy points here right now, because a payment of yours was charged back "
                "or refunded as fraud. A moderator can let you buy again."
            )

    def execute(self, books: Books) -> PaymentId:
        """Find this way, or begin it."""
        ways = payments_of(books, self.payment)
        if known := open_way(ways, self.provider, self.at):
            return known.id
        began = books.payment(self.payment)
        is_first = began.provider == UNCHOSEN
        if is_first is not (self.fresh == began.id):
            raise WayTaken
        if is_first:
            books[PAYMENTS][began.id] = replace(
                began,
                provider=self.provider,
                livemode=self.livemode,
                request=self.request,
                expires_at=later(self.at, CHECKOUT_LIFE),
                tax=self.tax,
            )
            return began.id
        if len(ways) >= MOST_WAYS:
            raise Refused("This was tried too often. Please start again with /buy on Discord.")
        self._begin(books, began)
        return self.fresh

    def _begin(self, books: Books, began: Payment) -> None:
        another = Payment(
            id=self.fresh,
            guild=began.guild,
            member=began.member,
            provider=self.provider,
            livemode=self.livemode,
            package=began.package,
            package_name=began.package_name,
            points=began.points,
            price=began.price,
            maturity=began.maturity,
            created_at=self.at,
            installation=self.installation,
            request=self.request,
            expires_at=later(self.at, CHECKOUT_LIFE),
            check=began.check,
            purchase=began.id,
            tax=self.tax,
        )
        books[PAYMENTS][another.id] = another
        books[WAYS][began.id] = (*books.see(WAYS, began.id), another.id)
        books.emit(PaymentInitiated(**about(another, self.at)))


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveWayUp(Command[None]):
    """A way to pay could not be opened: the same provider is asked under a new payment next time.

    If money arrives for it all the same, it counts as for any other.
    """

    kind = "payment.give_way_up"

    payment: PaymentId

    @staticmethod
    def key_of(payment: PaymentId) -> CommandKey:
        """The key: a payment is given up once."""
        return CommandKey(f"give-up:{payment}")

    def needs(self) -> Needs:
        """The payment."""
        return PAYMENTS.of(self.payment)

    def execute(self, books: Books) -> None:
        """Give it up, unless it was opened or paid meanwhile."""
        found = books.payment(self.payment)
        if found.checkout is CheckoutStatus.ABSENT and found.state is PaymentState.INITIATED:
            given_up = replace(found, checkout=CheckoutStatus.ABANDONED)
            books[PAYMENTS][found.id] = given_up
            books.emit(PaymentFailed(**about(given_up, self.at)))


@dataclass(frozen=True, slots=True, kw_only=True)
class LapseUnopened(Command[None]):
    """A timer: the time of a payment is over whose checkout was never opened.

    Attributes:
        due: When it was over.
    """

    kind = "payment.lapse"

    payment: PaymentId
    due: Instant

    @staticmethod
    def key_of(payment: PaymentId, due: Instant) -> CommandKey:
        """The key of one end of one payment."""
        return CommandKey(f"lapse:{payment}:{due}")

    def needs(self) -> Needs:
        """The payment."""
        return PAYMENTS.of(self.payment)

    def execute(self, books: Books) -> None:
        """End it, unless it was opened or chosen meanwhile; money that comes later still counts."""
        found = books.payment(self.payment)
        if found.checkout is not CheckoutStatus.ABSENT or found.expires_at != self.due:
            return
        ended = replace(found, checkout=CheckoutStatus.EXPIRED)
        books[PAYMENTS][found.id] = ended
        if ended.state is PaymentState.EXPIRED and ended.paid_instead is None:
            books.emit(PaymentExpired(**about(ended, self.at)))

"""Moderators check purchases before anybody is charged: approved, refused, or nobody decides."""

from dataclasses import dataclass, field, replace

from payments.commands.base import Command
from payments.commands.payments.apply_update import apply_facts
from payments.commands.payments.refund_rules import payment_of_guild
from payments.domain.books import PAYMENTS, Books, Needs
from payments.domain.errors import Refused
from payments.domain.rules.purchase_checks import collect, let_go, waiting_check
from payments.domain.values.ids import CommandKey, GuildId, MemberId, PaymentId
from payments.domain.values.payment import Payment
from payments.domain.values.purchase_check import CheckStatus
from payments.domain.values.time import Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class _Decision(Command[None]):
    """A moderator's word on a purchase that waits for it.

    Attributes:
        payment: Which purchase.
        moderator: Who decides.
        as_owner: Whether the server is theirs: they may approve what they bought themselves.
    """

    guild: GuildId
    payment: PaymentId
    moderator: MemberId
    as_owner: bool = False

    def needs(self) -> Needs:
        """The payment."""
        return PAYMENTS.of(self.payment)

    def decide(self, books: Books, status: CheckStatus) -> None:
        """Note what was decided.

        Raises:
            Refused: It was decided before, or its money is not there any more.
        """
        found = payment_of_guild(books, self.guild, self.payment)
        check = replace(
            waiting_check(found), status=status, decided_by=self.moderator, decided_at=self.at
        )
        apply_facts(books, replace(found, check=check), cause=found.session or found.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovePurchase(_Decision):
    """Let the money of a purchase be taken.

    Attributes:
        request: The exact request for that, as the provider wrote it.
    """

    kind = "payment.approve"

    request: str = field(compare=False)

    def validate(self, books: Books) -> None:
        """Refuse one's own purchase, one whose time is over, and one that the bank disputes."""
        found = payment_of_guild(books, self.guild, self.payment)
        check = waiting_check(found)
        if found.member == self.moderator and not self.as_owner:
            raise Refused("This is your own purchase: another moderator must approve it.")
        if check.ends_at is not None and self.at >= check.ends_at:
            raise Refused("Nobody decided in time, so the money was released.")
        if found.is_disputed:
            raise Refused("The buyer's bank disputes this purchase already: refuse it.")

    def execute(self, books: Books) -> None:
        """Note it, and ask for the money."""
        self.decide(books, CheckStatus.APPROVED)
        collect(books, self.payment, self.request)


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusePurchase(_Decision):
    """Let go of the money of a purchase."""

    kind = "payment.refuse"

    def execute(self, books: Books) -> None:
        """Note it, and ask for the money to be let go of."""
        self.decide(books, CheckStatus.REFUSED)
        let_go(books, self.payment)


@dataclass(frozen=True, slots=True, kw_only=True)
class LapseCheck(Command[None]):
    """A timer: no moderator has decided in time about a purchase. Its money is let go of.

    Attributes:
        due: When its time was over.
    """

    kind = "payment.lapse_check"

    payment: PaymentId
    due: Instant

    @staticmethod
    def key_of(payment: PaymentId, due: Instant) -> CommandKey:
        """The key of one end of one check."""
        return CommandKey(f"lapse-check:{payment}:{due}")

    def needs(self) -> Needs:
        """The payment."""
        return PAYMENTS.of(self.payment)

    def execute(self, books: Books) -> None:
        """End it, unless it was decided meanwhile, or its money has come or gone."""
        found = books.payment(self.payment)
        if not is_due(found, self.due):
            return
        check = waiting_check(found)
        lapsed = replace(check, status=CheckStatus.LAPSED, decided_at=self.at)
        apply_facts(books, replace(found, check=lapsed), cause=found.session or found.id)
        let_go(books, self.payment)


def is_due(payment: Payment, due: Instant) -> bool:
    """Whether the check of a payment still ends then."""
    try:
        return waiting_check(payment).ends_at == due
    except Refused:
        return False

"""A moderator lets a member buy again who was barred for a payment."""

from dataclasses import dataclass

from payments.commands.base import Command
from payments.domain.books import BARS, Books, Needs
from payments.domain.rules.purchase_ban import bar, lift
from payments.domain.values.errors import CannotUndo, Refused
from payments.domain.values.ids import AccountKey, GuildId, MemberId, PaymentId


@dataclass(frozen=True, slots=True, kw_only=True)
class LiftPurchaseBan(Command[tuple[PaymentId, ...]]):
    """Let a member buy again; returns the payments for which they could not.

    Attributes:
        member: Who may buy again.
    """

    kind = "member.lift_bar"
    result = tuple[PaymentId, ...]

    guild: GuildId
    member: MemberId

    @property
    def account(self) -> AccountKey:
        """The member's account."""
        return AccountKey(self.guild, self.member)

    def needs(self) -> Needs:
        """Whether the member is barred."""
        return BARS.of(self.account)

    def validate(self, books: Books) -> None:
        """Refuse if there is nothing to lift."""
        if not books.purchase_banned_by(self.account):
            raise Refused("This member may buy already.")

    def execute(self, books: Books) -> tuple[PaymentId, ...]:
        """Lift it."""
        return lift(books, self.account)

    def undo(self, books: Books, result: tuple[PaymentId, ...]) -> None:
        """Bar the member again, for those of the payments that still bar them."""
        if set(result) <= set(books.purchase_banned_by(self.account)):
            raise CannotUndo("That was undone already.")
        still = [each for each in result if books.payment(each).barring]
        if not still:
            raise CannotUndo("Nothing bars them any more: they may buy.")
        bar(books, self.account, still)

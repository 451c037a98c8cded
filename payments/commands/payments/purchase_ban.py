"""A moderator lifts a member's purchase ban."""

from dataclasses import dataclass

from payments.commands.base import Command
from payments.domain.books import PURCHASE_BANS, Books, Needs
from payments.domain.errors import CannotUndo, Refused
from payments.domain.rules.purchase_ban import ban_from_buying, lift_purchase_ban
from payments.domain.values.ids import AccountKey, GuildId, MemberId, PaymentId


@dataclass(frozen=True, slots=True, kw_only=True)
class LiftPurchaseBan(Command[tuple[PaymentId, ...]]):
    """Lift a member's purchase ban; returns the payments that it was for.

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
        """The member's purchase bans."""
        return PURCHASE_BANS.of(self.account)

    def validate(self, books: Books) -> None:
        """Refuse if there is nothing to lift."""
        if not books.purchase_banned_by(self.account):
            raise Refused("This member can buy already.")

    def execute(self, books: Books) -> tuple[PaymentId, ...]:
        """Lift it."""
        return lift_purchase_ban(books, self.account)

    def undo(self, books: Books, result: tuple[PaymentId, ...]) -> None:
        """Ban the member again, for those of the payments that still do so."""
        if set(result) <= set(books.purchase_banned_by(self.account)):
            raise CannotUndo("That was undone already.")
        still = [each for each in result if books.payment(each).banning_claims]
        if not still:
            raise CannotUndo("They can buy: no payment of theirs stands against it any more.")
        ban_from_buying(books, self.account, still)

"""Points lapse when their time is over, whether or not anybody looks."""

from dataclasses import dataclass

from payments.commands.base import Command
from payments.domain.books import ACCOUNTS, Books, Needs
from payments.domain.rules.posting import lapse
from payments.domain.values.ids import AccountKey, CommandKey, GuildId, LotId, MemberId
from payments.domain.values.time import Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class LapsePoints(Command[int]):
    """A timer: a lot of a member has come to its end.

    The account is read again, and all in it whose time is over lapses; often that was done before,
    by whoever spent or passed on points.

    Attributes:
        member: Whose points.
        due: When the lot's time was over.
    """

    kind = "points.lapse"
    result = int

    guild: GuildId
    member: MemberId
    due: Instant

    @staticmethod
    def key_of(guild: GuildId, lot: LotId, due: Instant, lapsed: int) -> CommandKey:
        """The key of one end of one lot.

        Args:
            guild: In whose books.
            lot: Which lot.
            due: When its time was over.
            lapsed: How many of its points have lapsed before: should more come to it late, from a
                process whose clock is behind, that is another end.
        """
        return CommandKey(f"lapse:{guild}:{lot}:{due}:{lapsed}")

    def needs(self) -> Needs:
        """The member's account."""
        return ACCOUNTS.of(AccountKey(self.guild, self.member))

    def execute(self, books: Books) -> int:
        """Lapse them. Returns the number of points."""
        key = AccountKey(self.guild, self.member)
        before = books.account(key).in_lots
        lapse(books, key)
        return before - books.account(key).in_lots

"""Members and moderators move points: pass them on, spend them, grant them, revoke them."""

from dataclasses import dataclass, field

from payments.commands.base import Command, by_member
from payments.domain.books import ACCOUNTS, GUILDS, PACES, Books, Needs
from payments.domain.errors import NeedsApproval, Refused
from payments.domain.rules.posting import credit, pass_on, spend
from payments.domain.rules.quotas import take_transfer
from payments.domain.rules.settlement import receive, take_back
from payments.domain.sentences.sentence import Sentence
from payments.domain.values.events import PointsGranted, PointsRevoked, PointsTransferred
from payments.domain.values.guilds import check_points
from payments.domain.values.ids import AccountKey, ActionId, GuildId, House, MemberId
from payments.domain.values.ledger import PointsKind, Terms, TransferKind
from payments.domain.values.quotas import PaceKey, PaceKind
from payments.domain.values.time import Instant
from payments.domain.values.written_text import SPARE, check_words, tidy

NOTE_LENGTH = 200
"""The most characters of what a person writes to a transfer."""

NOTE_PARTS = NOTE_LENGTH * SPARE
"""The most code points of it: what can be typed at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Movement(Command[ActionId]):
    """A command whose whole effect is one transfer, which it returns.

    Attributes:
        member: Whose points.
        points: How many.
        note: What the person wrote to it, unescaped.
    """

    result = ActionId

    guild: GuildId
    member: MemberId
    points: int
    note: str = ""

    @property
    def account(self) -> AccountKey:
        """The member's account."""
        return AccountKey(self.guild, self.member)

    @property
    def words(self) -> str:
        """The note in one line and one Unicode form, as it is kept."""
        return tidy(self.note)

    def needs(self) -> Needs:
        """The member's account."""
        return ACCOUNTS.of(self.account)

    def validate(self, books: Books) -> None:
        """Refuse a note that cannot be shown as it is."""
        del books
        check_words(self.words, Sentence("Note"), NOTE_LENGTH, least=0)

    def undo(self, books: Books, result: ActionId) -> None:
        """Make the exact opposite transfer."""
        take_back(books, books.past_transfer(result))


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferPoints(_Movement):
    """A member passes points on to another.

    Attributes:
        recipient: Who gets them.
        counts_for_quota: Whether it counts for how often a member may do so.
    """

    kind = "points.transfer"

    recipient: MemberId
    counts_for_quota: bool = field(compare=False, default=False)

    def needs(self) -> Needs:
        """Both accounts, and how often the sender has done so."""
        accounts = ACCOUNTS.of(self.account, AccountKey(self.guild, self.recipient))
        if not self.counts_for_quota:
            return accounts
        return accounts | PACES.of(PaceKey(self.account, PaceKind.TRANSFER))

    def validate(self, books: Books) -> None:
        """Refuse a transfer to oneself."""
        _Movement.validate(self, books)
        if self.recipient == self.member:
            raise Refused("You can't transfer points to yourself.")

    def execute(self, books: Books) -> ActionId:
        """Move them, and tell both."""
        if self.counts_for_quota:
            take_transfer(books, self.account, self.at)
        recipient = AccountKey(self.guild, self.recipient)
        transfer = pass_on(books, self.account, recipient, self.points, note=self.words)
        receive(books, transfer)
        books.emit(
            PointsTransferred(
                guild=self.guild,
                member=self.member,
                at=self.at,
                recipient=self.recipient,
                points=self.points,
                note=self.words,
            )
        )
        return transfer.id


@dataclass(frozen=True, slots=True, kw_only=True)
class SpendPoints(_Movement):
    """A member spends points in the guild; `note` says on what."""

    kind = "points.spend"

    def execute(self, books: Books) -> ActionId:
        """Take them."""
        return spend(
            books, TransferKind.SPEND, self.account, House.REDEEMED, self.points, note=self.words
        ).id


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantPoints(_Movement):
    """A moderator gives promotional points; `note` is the reason.

    Attributes:
        expires_at: When they lapse, if they do.
        asked_by: The moderator who asked for it, where another one approves it now.
        as_owner: Whether the decider owns the server: they may give to themselves.
    """

    kind = "points.grant"

    expires_at: Instant | None = None
    asked_by: MemberId | None = None
    as_owner: bool = False

    def needs(self) -> Needs:
        """The member's account, and the limit."""
        return ACCOUNTS.of(self.account) | GUILDS.of(self.guild)

    def validate(self, books: Books) -> None:
        """Refuse what needs the word of a second moderator, and does not have it."""
        _Movement.validate(self, books)
        check_points(self.points)
        if self.expires_at is not None and self.expires_at <= self.at:
            raise Refused("Points can't expire in the past.")
        if self.asked_by is not None:
            self._check_second(self.asked_by)
            return
        limit = books.guild(self.guild).settings.grant_limit
        if self.actor == by_member(self.member) and not self.as_owner:
            raise NeedsApproval(
                "You want to give points to yourself, so another moderator must approve it."
            )
        if limit is not None and self.points > limit:
            raise NeedsApproval("This is above the limit, so another moderator must approve it.")

    def _check_second(self, asked_by: MemberId) -> None:
        if self.actor == by_member(asked_by):
            raise Refused("You asked for this grant, so another moderator must approve it.")
        if self.actor == by_member(self.member) and not self.as_owner:
            raise Refused("These points are for you, so another moderator must approve the grant.")

    def execute(self, books: Books) -> ActionId:
        """Give them, and tell the member; they can be passed on at once."""
        terms = Terms(
            kind=PointsKind.PROMOTIONAL,
            payment=None,
            matures_at=Instant(0),
            expires_at=self.expires_at,
        )
        granted = credit(
            books,
            TransferKind.GRANT,
            House.ADJUSTED,
            self.account,
            self.points,
            terms,
            note=self.words,
        )
        receive(books, granted)
        books.emit(
            PointsGranted(
                guild=self.guild,
                member=self.member,
                at=self.at,
                points=self.points,
                note=self.note,
                expires_at=self.expires_at,
                transfer=granted.id,
                by_self=self.asked_by is None and self.actor == by_member(self.member),
            )
        )
        return granted.id


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokePoints(_Movement):
    """A moderator takes points away, never more than there are; `note` is the reason."""

    kind = "points.revoke"

    def execute(self, books: Books) -> ActionId:
        """Take them, and tell the member."""
        revoked = spend(
            books, TransferKind.REVOKE, self.account, House.ADJUSTED, self.points, note=self.words
        )
        books.emit(
            PointsRevoked(
                guild=self.guild,
                member=self.member,
                at=self.at,
                points=self.points,
                note=self.words,
                transfer=revoked.id,
                by_self=self.actor == by_member(self.member),
            )
        )
        return revoked.id

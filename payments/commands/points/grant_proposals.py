"""Moderators propose to give points, where it takes two of them.

A proposal is kept as what it is, a command that changed nothing. What becomes of it has one key, so
that it is decided once: either the grant is carried out under it, or that it was declined is noted.
"""

from dataclasses import dataclass
from typing import Final

from payments.commands.base import Actor, Command
from payments.commands.points.move import NOTE_LENGTH, GrantPoints
from payments.domain.books import Books, Needs
from payments.domain.errors import Refused
from payments.domain.sentences.sentence import Sentence
from payments.domain.values.guilds import check_points
from payments.domain.values.ids import CommandKey, GuildId, MemberId
from payments.domain.values.time import Instant
from payments.domain.values.written_text import check_words, tidy

DECIDED: Final = ":decided"
"""Ends the key of what becomes of a proposal, behind the proposal's own key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposeGrant(Command[bool]):
    """Propose to give a member points; returns true.

    Attributes:
        member: Who would get them.
        points: How many.
        note: Why.
        expires_at: When they would lapse, if they do.
        moderator: Who proposes it.
    """

    kind = "points.propose_grant"
    result = bool

    guild: GuildId
    member: MemberId
    points: int
    note: str
    expires_at: Instant | None = None
    moderator: MemberId

    def needs(self) -> Needs:
        """Nothing: it changes nothing."""
        return Needs()

    def validate(self, books: Books) -> None:
        """Refuse what could not be granted either."""
        del books
        check_points(self.points)
        check_words(tidy(self.note), Sentence("Note"), NOTE_LENGTH, least=0)
        if self.expires_at is not None and self.expires_at <= self.at:
            raise Refused("Points can't expire in the past.")

    def execute(self, books: Books) -> bool:
        """Note it."""
        del books
        return True

    @property
    def decision(self) -> CommandKey:
        """The key of what becomes of it."""
        return CommandKey(f"{self.key}{DECIDED}")

    def approved(self, *, at: Instant, actor: Actor, as_owner: bool) -> GrantPoints:
        """The grant that another moderator approves.

        Args:
            at: When.
            actor: The other moderator.
            as_owner: Whether the server is theirs.
        """
        return GrantPoints(
            key=self.decision,
            at=at,
            actor=actor,
            guild=self.guild,
            member=self.member,
            points=self.points,
            note=self.note,
            expires_at=self.expires_at,
            asked_by=self.moderator,
            as_owner=as_owner,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclineGrant(Command[bool]):
    """Note that nothing comes of a proposal; returns true. Its key is the proposal's decision."""

    kind = "points.decline_grant"
    result = bool

    guild: GuildId

    def needs(self) -> Needs:
        """Nothing: it changes nothing."""
        return Needs()

    def execute(self, books: Books) -> bool:
        """Note it."""
        del books
        return True

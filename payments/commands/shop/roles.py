"""The time of roles that members have because of their orders."""

from dataclasses import dataclass, field, replace
from typing import Self

from payments.commands.base import SYSTEM, Command
from payments.domain.books import ROLE_TERMS, Books, Needs
from payments.domain.rules.orders import end_term
from payments.domain.values.events import RoleTakenAway, RoleUnusable
from payments.domain.values.ids import CommandKey, GuildId, MemberId
from payments.domain.values.roles import RoleKey, RoleStanding, RoleTrouble
from payments.domain.values.time import DAY, Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class EndRole(Command[bool]):
    """A timer: the time of a role is over. Returns whether it was.

    Attributes:
        member: Whose role.
        role: The role's id on Discord.
        due: When.
    """

    kind = "role.end"
    result = bool

    guild: GuildId
    member: MemberId
    role: int
    due: Instant

    @property
    def role_key(self) -> RoleKey:
        """The member's role."""
        return RoleKey(self.guild, self.member, self.role)

    @staticmethod
    def key_of(role: RoleKey, due: Instant) -> CommandKey:
        """The key of one end of one role."""
        return CommandKey(f"role.end:{role.guild}:{role.member}:{role.role}:{due}")

    def needs(self) -> Needs:
        """The role's term."""
        return ROLE_TERMS.of(self.role_key)

    def execute(self, books: Books) -> bool:
        """End it, unless it was extended since."""
        return end_term(books, self.role_key)


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteRole(Command[bool]):
    """Note what Discord has of a role. Returns false if something else was noted meanwhile.

    Attributes:
        member: Whose role.
        role: The role's id on Discord.
        before: What was known to stand there.
        standing: What stands there.
        had: Whether they have the role although nothing of ours gave it, where it is about to be
            given.
    """

    kind = "role.note"
    result = bool

    guild: GuildId
    member: MemberId
    role: int
    before: RoleStanding
    standing: RoleStanding
    had: bool = False

    @property
    def role_key(self) -> RoleKey:
        """The member's role."""
        return RoleKey(self.guild, self.member, self.role)

    def needs(self) -> Needs:
        """The role's term."""
        return ROLE_TERMS.of(self.role_key)

    def execute(self, books: Books) -> bool:
        """Note it; moderators are told of what a person has taken."""
        term = books.see(ROLE_TERMS, self.role_key)
        taken = self.standing is RoleStanding.REMOVED
        if term.standing is not self.before or (taken and not term.is_wanted):
            return False
        if self.before is RoleStanding.NONE:
            term = replace(term, held_before=self.had)
        given = self.at if self.standing is RoleStanding.GIVEN else term.given_at
        books[ROLE_TERMS][self.role_key] = replace(term, standing=self.standing, given_at=given)
        if taken:
            books.emit(
                RoleTakenAway(
                    guild=self.guild,
                    at=self.at,
                    member=self.member,
                    role=self.role,
                    ends_at=term.ends_at,
                )
            )
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportRole(Command[None]):
    """Tell a guild's owner that a role cannot be given or taken.

    Attributes:
        role: The role's id on Discord.
        trouble: What is wrong with it.
    """

    kind = "role.report"

    guild: GuildId
    role: int
    trouble: RoleTrouble = field(compare=False)

    @classmethod
    def of(cls, guild: GuildId, role: int, trouble: RoleTrouble, *, at: Instant) -> Self:
        """A report with a key of its day: the owner is told once, however much fails that day."""
        return cls(
            key=CommandKey(f"role.report:{guild}:{role}:{at // DAY}"),
            at=at,
            actor=SYSTEM,
            guild=guild,
            role=role,
            trouble=trouble,
        )

    def needs(self) -> Needs:
        """Nothing."""
        return Needs()

    def execute(self, books: Books) -> None:
        """Tell."""
        books.emit(
            RoleUnusable(guild=self.guild, at=self.at, role=self.role, trouble=self.trouble.value)
        )

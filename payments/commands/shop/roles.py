"""The time of roles that members have because of their orders."""

from dataclasses import dataclass

from payments.commands.base import Command
from payments.domain.books import ROLE_TERMS, Books, Needs
from payments.domain.rules.orders import end_term
from payments.domain.values.ids import CommandKey, GuildId, MemberId
from payments.domain.values.roles import RoleKey
from payments.domain.values.time import Instant


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

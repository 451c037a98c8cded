"""What every command is: what is to happen, under an idempotency key."""

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import Any, ClassVar, Final, Generic, NewType, TypeVar

from payments.domain.books import Books, Needs
from payments.domain.errors import CannotUndo
from payments.domain.values.ids import CommandKey, GuildId, MemberId
from payments.domain.values.time import Instant

ResultT = TypeVar("ResultT")

Actor = NewType("Actor", str)
"""Who gave a command: `member:123`, `provider:stripe`, `system`."""

SYSTEM = Actor("system")

UNDONE_ALREADY: Final = "That was undone already."
"""Why nothing is left to undo."""


def by_member(member: MemberId) -> Actor:
    """A command given by a person."""
    return Actor(f"member:{member}")


def by_provider(name: str) -> Actor:
    """A command that follows from what a provider told."""
    return Actor(f"provider:{name}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Command(ABC, Generic[ResultT]):
    """One thing that is to happen to the books of one guild.

    It has no database, network, clock or randomness: time and ids come with it. Fields that may
    differ when the same command is given again (times, fresh ids) are marked `compare=False`; all
    others must be the same under the same key.

    Attributes:
        kind: Short name, as in the database and the audit log.
        result: Type of what `execute` returns, for keeping it.
        key: Under which it has its effect once.
        at: When it was given.
        actor: Who gave it.
        guild: In whose books; none where that is found out on the way.
    """

    kind: ClassVar[str]
    result: ClassVar[Any] = type(None)

    key: CommandKey = field(compare=False)
    at: Instant = field(compare=False)
    actor: Actor
    guild: GuildId | None

    @abstractmethod
    def needs(self) -> Needs:
        """What it must see to decide, as far as it can tell beforehand."""

    def validate(self, books: Books) -> None:
        """Refuse what cannot be done, before anything is changed.

        Raises:
            Refused: With a sentence for the person who asked.
            NeedsMore: It must see more.
        """

    @abstractmethod
    def execute(self, books: Books) -> ResultT:
        """Do it, on the books alone. Raises as `validate`."""

    def undo(self, books: Books, result: ResultT) -> None:
        """Take back what `execute` did, as far as the books still allow it.

        Raises:
            CannotUndo: Says why not.
        """
        del books, result
        raise CannotUndo("This cannot be undone.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Undo(Command[None]):
    """Take back an earlier command.

    Attributes:
        undone: The key of the command that is taken back.
        command: That command.
        outcome: What it returned.
    """

    kind = "undo"

    undone: CommandKey
    command: Command[Any] = field(compare=False)
    outcome: Any = field(compare=False)

    @classmethod
    def of(
        cls,
        command: Command[ResultT],
        outcome: ResultT,
        *,
        at: Instant,
        actor: Actor = SYSTEM,
        key: CommandKey | None = None,
    ) -> "Undo":
        """The undoing of a command that returned `outcome`; a person's has a key of its own."""
        return cls(
            key=key or CommandKey(f"{command.key}:undo"),
            at=at,
            actor=actor,
            guild=command.guild,
            undone=command.key,
            command=command,
            outcome=outcome,
        )

    def needs(self) -> Needs:
        """What the undone command needed."""
        return self.command.needs()

    def execute(self, books: Books) -> None:
        """Undo the command."""
        self.command.undo(books, self.outcome)

"""Another program answers with our bot's token: it is noted once a day."""

from dataclasses import dataclass
from typing import Self

from payments.commands.base import SYSTEM, Command
from payments.domain.books import Books, Needs
from payments.domain.values.ids import CommandKey
from payments.domain.values.time import DAY, Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportSecondCopy(Command[None]):
    """Note that a second copy of the bot runs; once a day is enough."""

    kind = "bot.second_copy"

    guild: None = None

    @staticmethod
    def key_of(at: Instant) -> CommandKey:
        """The key of a day."""
        return CommandKey(f"bot.second_copy:{at // DAY}")

    @classmethod
    def of(cls, at: Instant) -> Self:
        """A report with a key of its day."""
        return cls(key=cls.key_of(at), at=at, actor=SYSTEM)

    def needs(self) -> Needs:
        """Nothing."""
        return Needs()

    def execute(self, books: Books) -> None:
        """Nothing changes: the command itself is the note."""
        del books

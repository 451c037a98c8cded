"""What people are told of a provider or service that does not do well: once an hour at most."""

from dataclasses import dataclass, field
from typing import Self

from payments.commands.base import SYSTEM, Command
from payments.domain.books import Books, Needs
from payments.domain.values.events import IntegrationRecovered, IntegrationTroubled
from payments.domain.values.ids import CommandKey, GuildId
from payments.domain.values.integration_trouble import IntegrationTrouble
from payments.domain.values.time import HOUR, Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class CallFigures:
    """Calls to an integration in the last quarter of an hour (see `IntegrationTroubled`)."""

    made: int
    failed: int
    timed_out: int
    fallbacks: int
    milliseconds: int
    usual_milliseconds: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportIntegration(Command[None]):
    """Tell a guild's moderators that an integration does not do well, or does again.

    Attributes:
        integration: Its name.
        trouble: What is wrong.
        is_over: Whether that is over.
        figures: Its calls.
    """

    kind = "integration.report"

    guild: GuildId
    integration: str
    trouble: IntegrationTrouble
    is_over: bool
    figures: CallFigures = field(compare=False)

    @classmethod
    def of(
        cls,
        guild: GuildId,
        integration: str,
        trouble: IntegrationTrouble,
        figures: CallFigures,
        *,
        is_over: bool,
        at: Instant,
    ) -> Self:
        """A report with a key of its hour: told once, by whatever process and however often."""
        end = "over" if is_over else "begun"
        return cls(
            key=CommandKey(f"integration:{guild}:{integration}:{trouble}:{end}:{at // HOUR}"),
            at=at,
            actor=SYSTEM,
            guild=guild,
            integration=integration,
            trouble=trouble,
            is_over=is_over,
            figures=figures,
        )

    def needs(self) -> Needs:
        """Nothing."""
        return Needs()

    def execute(self, books: Books) -> None:
        """Tell."""
        if self.is_over:
            books.emit(
                IntegrationRecovered(
                    guild=self.guild,
                    at=self.at,
                    integration=self.integration,
                    trouble=self.trouble,
                )
            )
            return
        seen = self.figures
        books.emit(
            IntegrationTroubled(
                guild=self.guild,
                at=self.at,
                integration=self.integration,
                trouble=self.trouble,
                made=seen.made,
                failed=seen.failed,
                timed_out=seen.timed_out,
                fallbacks=seen.fallbacks,
                milliseconds=seen.milliseconds,
                usual_milliseconds=seen.usual_milliseconds,
            )
        )

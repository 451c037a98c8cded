"""Problems of the set-up: each is reported once a day at most."""

from dataclasses import dataclass, field
from hashlib import sha256
from typing import Self

from payments.commands.base import SYSTEM, Command
from payments.domain.books import Books, Needs
from payments.domain.values.events import ChannelUnusable, ProviderAccessRefused
from payments.domain.values.ids import CommandKey, GuildId
from payments.domain.values.time import DAY, Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportChannel(Command[None]):
    """Tell a guild's owner that a channel of the settings cannot be used.

    Attributes:
        setting: Which one, such as `mod_channel`.
        channel: Discord's id of it; None if none is set.
        reason: What is wrong, in a sentence without its full stop.
    """

    kind = "channel.report"

    guild: GuildId
    setting: str
    channel: int | None
    reason: str = field(compare=False)

    @classmethod
    def of(
        cls, guild: GuildId, setting: str, channel: int | None, reason: str, *, at: Instant
    ) -> Self:
        """A report with a key of its day: the owner is notified once, whatever fails that day."""
        return cls(
            key=CommandKey(f"channel.report:{guild}:{setting}:{channel}:{at // DAY}"),
            at=at,
            actor=SYSTEM,
            guild=guild,
            setting=setting,
            channel=channel,
            reason=reason,
        )

    def needs(self) -> Needs:
        """Nothing."""
        return Needs()

    def execute(self, books: Books) -> None:
        """Tell."""
        books.emit(
            ChannelUnusable(
                guild=self.guild,
                at=self.at,
                setting=self.setting,
                channel=self.channel,
                reason=self.reason,
            )
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportAccess(Command[None]):
    """Tell a guild that a payment provider refuses us.

    Attributes:
        provider: Which one.
        reason: What it refuses, in sentences.
    """

    kind = "provider.report_access"

    guild: GuildId
    provider: str
    reason: str

    @classmethod
    def of(cls, guild: GuildId, provider: str, reason: str, *, at: Instant) -> Self:
        """A report with a key of its day and reason: emitted once, however much fails by it."""
        digest = sha256(reason.encode()).hexdigest()[:16]
        return cls(
            key=CommandKey(f"provider.access:{guild}:{provider}:{digest}:{at // DAY}"),
            at=at,
            actor=SYSTEM,
            guild=guild,
            provider=provider,
            reason=reason,
        )

    def needs(self) -> Needs:
        """Nothing."""
        return Needs()

    def execute(self, books: Books) -> None:
        """Tell."""
        books.emit(
            ProviderAccessRefused(
                guild=self.guild, at=self.at, provider=self.provider, reason=self.reason
            )
        )

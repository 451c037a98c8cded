"""Owners decide how their guild wants things done."""

from dataclasses import dataclass, fields, replace

from payments.commands.base import Command
from payments.domain.books import Books, Needs
from payments.domain.errors import Refused
from payments.domain.guilds import GuildSettings
from payments.domain.ids import GuildId
from payments.domain.money import check_currency
from payments.domain.naming import check_names
from payments.domain.time import DAY

MAX_MATURITY = 365 * DAY


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeSettings(Command[GuildSettings]):
    """Change a guild's settings.

    Attributes:
        settings: What they are to be, whole.
        before: As the owner saw them: only what differs from that is changed, so that two owners
            do not undo each other's work. None if all is to be as it says.
    """

    kind = "settings.change"
    result = GuildSettings

    guild: GuildId
    settings: GuildSettings
    before: GuildSettings | None = None

    def needs(self) -> Needs:
        """The guild."""
        return Needs(guilds=frozenset({self.guild}))

    def validate(self, books: Books) -> None:
        """Refuse what makes no sense."""
        del books
        if not 0 <= self.settings.maturity <= MAX_MATURITY:
            raise Refused("Points mature within 0 to 365 days.")
        limit = self.settings.approval_limit
        if limit is not None and limit < 0:
            raise Refused("The approval limit is an amount of money.")
        check_names(self.settings.points)
        if self.settings.currency is not None:
            check_currency(self.settings.currency)

    def execute(self, books: Books) -> GuildSettings:
        """Change them."""
        guild = books.guild(self.guild)
        wanted = replace(self.settings, guild=self.guild)
        if self.before is not None:
            changes = {
                field.name: getattr(wanted, field.name)
                for field in fields(wanted)
                if getattr(wanted, field.name) != getattr(self.before, field.name)
            }
            wanted = replace(guild.settings, **changes)
        _keep_limit_true(guild.settings, wanted)
        books.put_guild(replace(guild, settings=wanted))
        return wanted


def _keep_limit_true(before: GuildSettings, wanted: GuildSettings) -> None:
    """Refuse a new currency under a limit that was meant in the old one: 50 € are not 50 ¥."""
    if before.currency is None or wanted.currency == before.currency:
        return
    if before.approval_limit and wanted.approval_limit == before.approval_limit:
        raise Refused(
            f"The limit for refunds is in {before.currency}. Clear it first, and set it again "
            "in the new currency."
        )

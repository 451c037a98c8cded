"""Owners decide how their guild wants things done."""

from dataclasses import dataclass, fields, replace

from payments.commands.base import Command
from payments.domain.books import GUILDS, Books, Needs
from payments.domain.errors import Refused
from payments.domain.values.flags import parse_flags
from payments.domain.values.guilds import (
    MAX_OPEN_CHECKOUTS,
    MAX_POINTS,
    MAX_PURCHASES_PER_HOUR,
    GuildSettings,
)
from payments.domain.values.ids import GuildId
from payments.domain.values.money import check_currency
from payments.domain.values.points_names import check_names
from payments.domain.values.time import DAY, HOUR
from payments.domain.values.time_zones import check_zone

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
        return GUILDS.of(self.guild)

    def validate(self, books: Books) -> None:
        """Refuse what makes no sense."""
        del books
        if not 0 <= self.settings.maturity <= MAX_MATURITY:
            raise Refused(
                "Bought points can be transferred after 0 to {most} hours.",
                most=MAX_MATURITY // HOUR,
            )
        if not 1 <= self.settings.open_checkouts <= MAX_OPEN_CHECKOUTS:
            raise Refused(
                "A member may leave 1 to {most} purchases unpaid.", most=MAX_OPEN_CHECKOUTS
            )
        if not 1 <= self.settings.purchases_per_hour <= MAX_PURCHASES_PER_HOUR:
            raise Refused(
                "A member may begin 1 to {most} purchases an hour.", most=MAX_PURCHASES_PER_HOUR
            )
        check_names(self.settings.points)
        parse_flags(self.settings.flags)
        if self.settings.grant_limit is not None and not (
            0 <= self.settings.grant_limit <= MAX_POINTS
        ):
            raise Refused(
                "The limit for grants is a number of points up to {most}.", most=MAX_POINTS
            )
        if check_zone(self.settings.time_zone) != self.settings.time_zone:
            raise Refused("The time zone is not written as its name is.")
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
        books.put_guild(replace(guild, settings=wanted))
        return wanted

"""Owners decide how their guild wants things done."""

from dataclasses import dataclass, fields, replace

from payments.commands.base import Command
from payments.domain.books import GUILDS, Books, Needs
from payments.domain.errors import Refused
from payments.domain.values.flags import parse_flags
from payments.domain.values.guilds import (
    MAX_CHECK_AMOUNTS,
    MAX_CHECK_LIFE,
    MAX_CHECKED_AGE,
    MAX_OPEN_CHECKOUTS,
    MAX_POINTS,
    MAX_PURCHASES_PER_HOUR,
    MIN_CHECK_LIFE,
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
        _check_checks(self.settings)
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


def _check_checks(settings: GuildSettings) -> None:
    """Refuse what makes no sense of checks of purchases."""
    currencies = [each.currency for each in settings.check_above]
    if len(set(currencies)) < len(currencies):
        raise Refused("There is one amount for checks in each currency.")
    if len(currencies) > MAX_CHECK_AMOUNTS:
        raise Refused(
            "There can be amounts for checks in {most} currencies.", most=MAX_CHECK_AMOUNTS
        )
    for each in currencies:
        check_currency(each)
    younger = settings.check_younger
    if younger is not None and not DAY <= younger <= MAX_CHECKED_AGE:
        raise Refused(
            "Accounts are checked that are younger than 1 to {most} days.",
            most=MAX_CHECKED_AGE // DAY,
        )
    if not MIN_CHECK_LIFE <= settings.check_life <= MAX_CHECK_LIFE:
        raise Refused(
            "A purchase can wait for a moderator for {least} to {most} hours.",
            least=MIN_CHECK_LIFE // HOUR,
            most=MAX_CHECK_LIFE // HOUR,
        )

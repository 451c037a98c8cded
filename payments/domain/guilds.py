"""What a guild sells, and how it wants things done."""

from dataclasses import dataclass

from payments.domain.errors import Refused
from payments.domain.ids import GuildId, PackageId
from payments.domain.money import Money
from payments.domain.time import HOUR

MAX_POINTS = 10**12
"""The most points that one transfer moves."""

MAX_PACKAGES = 25
"""The most packages that one guild sells: as many as Discord's autocomplete shows."""

NAME_LENGTH = 80
"""The most characters of a package's name: it must fit Discord's autocomplete beside its price."""


def check_points(points: int) -> None:
    """Refuse a number of points that no transfer can move."""
    if not 0 < points <= MAX_POINTS:
        raise Refused(f"Points are whole numbers from 1 to {MAX_POINTS:,}.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """Points for sale at a price."""

    id: PackageId
    guild: GuildId
    name: str
    points: int
    price: Money
    active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class GuildSettings:
    """How one guild wants things done.

    Attributes:
        mod_channel: Discord channel where moderators are told and act, if set.
        moderator_role: Discord role of the moderators, if set.
        announcement_channel: Discord channel for announcements, if wanted.
        maturity: Microseconds for which bought points cannot be passed on.
        approval_limit: Refunds above this many minor units need a second moderator, if set.
    """

    guild: GuildId
    mod_channel: int | None = None
    moderator_role: int | None = None
    announcement_channel: int | None = None
    maturity: int = 72 * HOUR
    approval_limit: int | None = None

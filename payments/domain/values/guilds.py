"""What a guild sells, and how it wants things done."""

from dataclasses import dataclass, field

from payments.domain.errors import Refused
from payments.domain.values.ids import GuildId, PackageId, SubscriberId
from payments.domain.values.money import Money
from payments.domain.values.panels import PanelKind
from payments.domain.values.points_names import POINTS, PointsNames
from payments.domain.values.tax import TaxRule
from payments.domain.values.time import DAY, HOUR, UTC_NAME, Instant
from payments.domain.values.written_text import SPARE

MAX_POINTS = 10**12
"""The most points that one transfer moves."""

MAX_OPEN_CHECKOUTS = 25
"""The most purchases that an owner may let a member leave unpaid at a time."""

MAX_PURCHASES_PER_HOUR = 1_000
"""The most purchases that an owner may let a member begin within an hour."""

MIN_CHECK_LIFE = HOUR
MAX_CHECK_LIFE = 2 * DAY
"""How long a purchase may wait for a moderator. PayPal keeps money ready for three days (Payments:
Authorization), cards for five to seven (Stripe: Place a hold on a payment method)."""

MAX_CHECKED_AGE = 365 * DAY
"""The oldest that an owner may want an account to be before its purchases go unchecked."""

MAX_CHECK_AMOUNTS = 12
"""In how many currencies an owner may set an amount for checks."""

MAX_PACKAGES = 25
"""The most packages that one guild sells: as many as Discord's autocomplete shows."""

NAME_LENGTH = 80
"""The most characters of a package's name, as people count them."""

NAME_PARTS = NAME_LENGTH * SPARE
"""The most code points of a package's name: what can be typed at all."""


def check_points(points: int) -> None:
    """Refuse a number of points that no transfer can move."""
    if not 0 < points <= MAX_POINTS:
        raise Refused("Write a whole number of points, from 1 to {most}.", most=MAX_POINTS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sku:
    """As what a package is sold in a provider's own shop.

    Attributes:
        id: The provider's id of it.
        price: What it costs there, as the owner says; None if they have not said it.
        since: When it was connected to the package.
    """

    id: str
    price: Money | None = None
    since: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """Points for sale at a price.

    Attributes:
        active: Whether it is for sale.
        tax: How it is taxed; None if no tax is taken.
        sku: As what it is sold in a provider's own shop, if it is.
    """

    id: PackageId
    guild: GuildId
    name: str
    points: int
    price: Money
    active: bool = True
    tax: TaxRule | None = None
    sku: Sku | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GuildSettings:
    """How one guild wants things done.

    Attributes:
        mod_channel: Discord channel where moderators are notified and act, if set.
        moderator_role: Discord role of the moderators, if set.
        announcement_channel: Discord channel for announcements, if wanted.
        announced: Names of the events that are announced there.
        notice_channel: Discord channel in which members who take no direct messages get a private
            thread, if wanted.
        maturity: Microseconds for which bought points cannot be passed on.
        approval_limit: Refunds above this amount need a second moderator, if set; those in another
            currency need one always.
        points: What points are called.
        currency: ISO 4217 code in capitals, for what is put up for sale without one; if none, that
            of what is for sale.
        grant_limit: More points than these are given only with a second moderator, if set.
        time_zone: Whose days and months its reports count: a name of the IANA time zone database,
            such as `Europe/Vienna`.
        open_checkouts: How many purchases a member may leave unpaid at a time.
        purchases_per_hour: How many purchases a member may begin within an hour.
        fulfilment_channel: Discord channel in which orders wait for a person; the moderators' if
            none.
        fulfilment_role: Discord role of those who fulfil orders, besides the moderators, if set.
        check_above: Purchases above these amounts are checked by a moderator before anybody is
            charged, one for each currency; those in any other currency are then checked always.
            None if empty.
        check_younger: Purchases of Discord accounts younger than these microseconds are checked,
            if set.
        check_life: How long a purchase waits for a moderator, in microseconds.
        flags: What its owner has switched on or off, or chosen, each as `name=value`.
    """

    guild: GuildId
    mod_channel: int | None = None
    moderator_role: int | None = None
    announcement_channel: int | None = None
    announced: tuple[str, ...] = ()
    notice_channel: int | None = None
    maturity: int = 72 * HOUR
    approval_limit: Money | None = None
    points: PointsNames = POINTS
    currency: str | None = None
    time_zone: str = UTC_NAME
    open_checkouts: int = 5
    purchases_per_hour: int = 20
    grant_limit: int | None = None
    fulfilment_channel: int | None = None
    fulfilment_role: int | None = None
    check_above: tuple[Money, ...] = ()
    check_younger: int | None = None
    check_life: int = DAY
    flags: tuple[str, ...] = ()


EVERYTHING = "*"
"""In place of the names of events: all of them, also those that come with later versions."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscriber:
    """Another program that gets a guild's events.

    Attributes:
        host: The host of its address, for people to read; the rest of it may be secret.
        kinds: Names of the events that it gets.
        encrypted: Its address and the secret that signs what it gets, encrypted.
        active: Whether it still gets events.
    """

    id: SubscriberId
    guild: GuildId
    host: str
    kinds: tuple[str, ...]
    encrypted: str = field(repr=False)
    active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Audience:
    """Who wants a guild's events, beyond those whom they concern.

    Attributes:
        announced: Names of the events that are announced to all.
        subscribers: Names of the events by subscriber.
        panels: Which panels stand in its channels; only looked at for what a panel shows.
    """

    announced: tuple[str, ...] = ()
    subscribers: tuple[tuple[SubscriberId, tuple[str, ...]], ...] = ()
    panels: tuple[PanelKind, ...] = ()

"""A purchase that a moderator checks before anybody is charged, and when one is needed.

Its money is only authorised by the provider: set aside on the buyer's card or account, not taken.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from payments.domain.values.guilds import GuildSettings
from payments.domain.values.ids import MemberId
from payments.domain.values.money import Money
from payments.domain.values.provider_updates import CheckoutUpdate
from payments.domain.values.time import HOUR, Instant, later

CHECK_LIFE: Final = 24 * HOUR
"""How long a purchase waits for a moderator, unless the owner says otherwise. Microseconds."""

SPARE: Final = 6 * HOUR
"""How long before the provider lets go of the money it is released by us. Microseconds."""

_DISCORD_EPOCH: Final = 1_420_070_400_000
"""The first millisecond of 2015, from which Discord's ids count (Discord: Reference, Snowflakes)"""

_TIME_BITS: Final = 22
"""How many bits of an id stand behind its milliseconds."""


class CheckReason(StrEnum):
    """Why a purchase is checked."""

    AMOUNT = "amount"
    """It costs more than the owner's amount."""
    CURRENCY = "currency"
    """The owner has set amounts, and none in its currency."""
    AGE = "age"
    """The buyer's Discord account is younger than the owner wants."""


class CheckStatus(StrEnum):
    """What became of a check; it is decided once."""

    WAITING = "waiting"
    APPROVED = "approved"
    REFUSED = "refused"
    LAPSED = "lapsed"
    """Nobody decided in time: the same as refused."""


class ReleaseReason(StrEnum):
    """Why money that was authorised is not taken."""

    REFUSED = "refused"
    """A moderator has refused the purchase."""
    LAPSED = "lapsed"
    """No moderator has decided in time."""
    ENDED = "ended"
    """The provider let go of it before anybody has decided."""
    NOT_TAKEN = "not_taken"
    """It was approved, and the provider could not take it."""
    SURPLUS = "surplus"
    """The purchase was paid by another way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PurchaseCheck:
    """How the check of one purchase stands.

    Attributes:
        reasons: Why it is checked, as its server's settings were when it began.
        life: How long it may wait for a moderator. Microseconds.
        authorization: The provider's id of the money that is set aside, once it is.
        authorized_at: When that became known; None before.
        held_until: When the provider lets go of it by itself, if it says.
        ends_at: Until when a moderator can decide, once it is set aside.
        decided_by: Which moderator has decided, if one has.
        decided_at: When.
    """

    reasons: tuple[CheckReason, ...] = ()
    life: int = CHECK_LIFE
    status: CheckStatus = CheckStatus.WAITING
    authorization: str | None = None
    authorized_at: Instant | None = None
    held_until: Instant | None = None
    ends_at: Instant | None = None
    decided_by: MemberId | None = None
    decided_at: Instant | None = None

    def end_if_known_at(self, at: Instant) -> Instant:
        """Until when a moderator can decide, of what becomes known now: well before its end."""
        end = later(at, self.life)
        return end if self.held_until is None else min(end, later(self.held_until, -SPARE))


def created_at(member: MemberId) -> Instant:
    """When a member's Discord account was made, as its id tells."""
    return Instant(((member >> _TIME_BITS) + _DISCORD_EPOCH) * 1_000)


def why_checked(
    settings: GuildSettings, price: Money, member: MemberId, at: Instant
) -> tuple[CheckReason, ...]:
    """Why a server wants a purchase to be checked; empty if it does not.

    Args:
        settings: Of the server.
        price: What it costs, before tax.
        member: Who buys.
        at: The time.
    """
    reasons = []
    if settings.check_above:
        same = [each for each in settings.check_above if each.currency == price.currency]
        if not same:
            reasons.append(CheckReason.CURRENCY)
        elif not all(each.covers(price) for each in same):
            reasons.append(CheckReason.AMOUNT)
    if settings.check_younger is not None and at - created_at(member) < settings.check_younger:
        reasons.append(CheckReason.AGE)
    return tuple(reasons)


def check_of(
    settings: GuildSettings, price: Money, member: MemberId, at: Instant
) -> PurchaseCheck | None:
    """The check that a purchase begins with; None if it needs none. Arguments as `why_checked`."""
    reasons = why_checked(settings, price, member, at)
    return PurchaseCheck(reasons=reasons, life=settings.check_life) if reasons else None


def with_authorization(check: PurchaseCheck | None, update: CheckoutUpdate) -> PurchaseCheck | None:
    """The check after an update; one begins if money was set aside that nobody wanted checked."""
    if update.authorization is None:
        return check
    known = check or PurchaseCheck()
    return replace(
        known,
        authorization=update.authorization,
        held_until=update.held_until or known.held_until,
    )

"""Roles on Discord that members have because of their orders."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import NamedTuple

from payments.domain.values.ids import GuildId, MemberId, OrderId
from payments.domain.values.time import Instant, later


class RoleKey(NamedTuple):
    """A member's role."""

    guild: GuildId
    member: MemberId
    role: int


class RoleStanding(StrEnum):
    """What Discord has of a role because of us."""

    NONE = "none"
    """Nothing."""
    GIVING = "giving"
    """It may have arrived, or not."""
    GIVEN = "given"
    """It has arrived."""
    REMOVED = "removed"
    """It had arrived, and a person took it away: it is not given again."""


class RoleTrouble(StrEnum):
    """Why a role cannot be given or taken."""

    FORBIDDEN = "forbidden"
    """The bot may not: it lacks the permission, or the role stands above its own."""
    GONE = "gone"
    """There is no such role any more."""
    DANGEROUS = "dangerous"
    """It has permissions that the owner has not agreed to give."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleGrant:
    """What one order gives of a role.

    Attributes:
        order: Which.
        at: When it was fulfilled.
        lasts: For how long, in microseconds; for good if None.
    """

    order: OrderId
    at: Instant
    lasts: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleTerm:
    """Until when a member is to have a role.

    Attributes:
        grants: What the orders that stand give, in the order in which they were fulfilled.
        held_before: Whether they had it before any order: it is never taken then.
        standing: What Discord has of it because of us.
        given_at: When it arrived there last, if it did.
    """

    grants: tuple[RoleGrant, ...] = ()
    held_before: bool = False
    standing: RoleStanding = RoleStanding.NONE
    given_at: Instant | None = None

    @property
    def is_wanted(self) -> bool:
        """Whether any order gives it still."""
        return bool(self.grants)

    @property
    def ends_at(self) -> Instant | None:
        """When the last of its time is over; None if it never is, or is over already.

        Each order begins where the time of those before ends, or at its own fulfilment if that is
        later: ordered again, a role is extended, never shortened.
        """
        if any(grant.lasts is None for grant in self.grants):
            return None
        end: Instant | None = None
        for grant in self.grants:
            begin = grant.at if end is None else max(end, grant.at)
            end = later(begin, grant.lasts or 0)
        return end

    def with_grant(self, grant: RoleGrant) -> "RoleTerm":
        """The term with what one more order gives."""
        return replace(self, grants=(*self.without(grant.order).grants, grant))

    def without(self, order: OrderId) -> "RoleTerm":
        """The term without what an order gives."""
        return replace(self, grants=tuple(each for each in self.grants if each.order != order))

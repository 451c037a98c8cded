"""Roles on Discord that members have because of their orders."""

from dataclasses import dataclass, replace
from typing import NamedTuple

from payments.domain.values.ids import GuildId, MemberId, OrderId
from payments.domain.values.time import Instant, later


class RoleKey(NamedTuple):
    """A member's role."""

    guild: GuildId
    member: MemberId
    role: int


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
    """

    grants: tuple[RoleGrant, ...] = ()
    held_before: bool = False

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

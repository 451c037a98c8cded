"""Events of what a member may do."""

from dataclasses import dataclass

from payments.domain.values.events.base import Event, Priority
from payments.domain.values.ids import MemberId


@dataclass(frozen=True, slots=True, kw_only=True)
class PurchaseBanned(Event):
    """A member may not buy any more: a payment was charged back or refunded for fraud.

    Attributes:
        member: Who.
    """

    name = "purchase_ban.begun"
    priority = Priority.MEDIUM

    member: MemberId


@dataclass(frozen=True, slots=True, kw_only=True)
class PurchaseBanLifted(Event):
    """A member may buy again.

    Attributes:
        member: Who.
    """

    name = "purchase_ban.lifted"
    priority = Priority.MEDIUM

    member: MemberId

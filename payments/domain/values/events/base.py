"""What all events have in common."""

from dataclasses import dataclass
from enum import IntEnum
from typing import ClassVar

from payments.domain.values.ids import GuildId, MemberId, PaymentId
from payments.domain.values.money import Money
from payments.domain.values.panels import PanelKind
from payments.domain.values.time import Instant


class Priority(IntEnum):
    """How urgent an event is; a smaller number goes first."""

    HIGH = 0
    MEDIUM = 1
    LOW = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What every event tells.

    Attributes:
        guild: In whose books it happened.
        at: When the command that caused it was given.
    """

    name: ClassVar[str]
    priority: ClassVar[Priority]
    panel: ClassVar[PanelKind | None] = None
    """Which panels show what has changed."""

    guild: GuildId
    at: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentEvent(Event):
    """An event about one payment, with what was bought as it was at the time of buying.

    Attributes:
        member: The buyer.
    """

    member: MemberId
    payment: PaymentId
    package: str
    points: int
    price: Money

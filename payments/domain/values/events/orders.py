"""Events of items and orders."""

from dataclasses import dataclass

from payments.domain.values.events.base import Event, Priority
from payments.domain.values.ids import ItemId, MemberId, OrderId, PackageId
from payments.domain.values.panels import PanelKind
from payments.domain.values.time import Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemChanged(Event):
    """What is for sale has changed: an item, its price, or how many are left.

    Attributes:
        item: Which.
    """

    name = "item.changed"
    priority = Priority.LOW
    panel = PanelKind.ITEMS

    item: ItemId


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageChanged(Event):
    """A package was added, changed or retired, or is for sale again.

    Attributes:
        package: Which.
    """

    name = "package.changed"
    priority = Priority.LOW
    panel = PanelKind.PACKAGES

    package: PackageId


@dataclass(frozen=True, slots=True, kw_only=True)
class CodesRunningOut(Event):
    """Few codes of an item are left.

    Attributes:
        item: Which.
        item_name: Its name.
        left: How many.
    """

    name = "item.codes_low"
    priority = Priority.LOW

    item: ItemId
    item_name: str
    left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderEvent(Event):
    """An event about one order.

    Attributes:
        member: Who ordered.
        order: Which order.
        item: What was ordered.
        item_name: Its name when it was ordered.
        kind: What the buyer gets: `role`, `code`, `person` or `program`.
        quantity: Number of pieces.
        points: What it costs in all.
        by_person: Whether a person must agree to it.
    """

    member: MemberId
    order: OrderId
    item: ItemId
    item_name: str
    kind: str
    quantity: int
    points: int
    by_person: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderPlaced(OrderEvent):
    """A member ordered an item: its points are reserved.

    Attributes:
        answer: What they wrote to it, unescaped.
        due_at: When the order ends by itself if nobody fulfils it.
    """

    name = "order.placed"
    priority = Priority.MEDIUM

    answer: str
    due_at: Instant | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderReminded(OrderEvent):
    """Half of the time of an order that waits for somebody is over.

    Attributes:
        due_at: When it ends by itself if nobody fulfils it.
    """

    name = "order.reminded"
    priority = Priority.MEDIUM

    due_at: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFulfilled(OrderEvent):
    """A member got what they ordered.

    Attributes:
        by: Who fulfilled it, as an actor.
        note: What was written to it, unescaped.
        again: Whether it was returned before, and a dispute was won since.
    """

    name = "order.fulfilled"
    priority = Priority.MEDIUM

    by: str
    note: str = ""
    again: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderDenied(OrderEvent):
    """Somebody said no to an order: its points went back.

    Attributes:
        by: Who, as an actor.
        reason: Why, unescaped.
    """

    name = "order.denied"
    priority = Priority.MEDIUM

    by: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderCancelled(OrderEvent):
    """An order was taken back before anything had left.

    Attributes:
        claimed: Whether its points were needed for a dispute, a refund for fraud, or because they
            had been bought in test mode; its buyer took it back if not.
    """

    name = "order.cancelled"
    priority = Priority.MEDIUM

    claimed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderLapsed(OrderEvent):
    """Nobody began to fulfil an order in time: its points went back."""

    name = "order.lapsed"
    priority = Priority.MEDIUM


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFailed(OrderEvent):
    """An order could not be fulfilled: its points went back.

    Attributes:
        reason: Why, for those who can mend it.
    """

    name = "order.failed"
    priority = Priority.HIGH

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderReturned(OrderEvent):
    """A fulfilled order was taken back: its points went back.

    Attributes:
        by: Who did it, as an actor.
        reason: Why, unescaped.
        claimed: Whether the money behind its points went back.
    """

    name = "order.returned"
    priority = Priority.MEDIUM

    by: str
    reason: str
    claimed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeReplaced(OrderEvent):
    """A moderator gave an order another code for one that does not work."""

    name = "order.code_replaced"
    priority = Priority.MEDIUM


@dataclass(frozen=True, slots=True, kw_only=True)
class FulfilmentRequested(OrderEvent):
    """An order that needs no person is to be fulfilled."""

    name = "order.fulfilment_requested"
    priority = Priority.MEDIUM


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleChanged(Event):
    """What roles a member is to have because of their orders has changed.

    Attributes:
        member: Who.
        role: The role's id on Discord.
        wanted: Whether they are to have it now.
        ends_at: Until when; for good if None.
        order: The order that has changed it; none if its time is over.
    """

    name = "role.changed"
    priority = Priority.MEDIUM

    member: MemberId
    role: int
    wanted: bool
    ends_at: Instant | None
    order: OrderId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleTakenAway(Event):
    """A person has taken a role from a member who had ordered it.

    Attributes:
        member: Who.
        role: The role's id on Discord.
        ends_at: Until when it was theirs; for good if None.
    """

    name = "role.taken_away"
    priority = Priority.MEDIUM

    member: MemberId
    role: int
    ends_at: Instant | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleUnusable(Event):
    """A role that members order cannot be given or taken until somebody mends it.

    Attributes:
        role: The role's id on Discord.
        trouble: What is wrong: `forbidden`, `gone` or `dangerous`.
    """

    name = "role.unusable"
    priority = Priority.HIGH

    role: int
    trouble: str

"""What a guild gives for points."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, NamedTuple

from payments.domain.values.ids import AccountKey, GuildId, ItemId
from payments.domain.values.ledger import PointsKind
from payments.domain.values.time import DAY, MINUTE, Instant

MAX_ITEMS: Final = 500
"""The most items that one guild has for sale at a time."""

DESCRIPTION_LENGTH: Final = 500
"""The most characters of what an item is said to be."""

QUESTION_LENGTH: Final = 45
"""The most characters of what the buyer is asked: as many as a label of a Discord form takes."""

MAX_STOCK: Final = 1_000_000_000
"""The most pieces of an item that can be in stock."""

FEW_LEFT: Final = 10
"""Up to there members read how many pieces are left."""

MAX_QUANTITY: Final = 100
"""The most pieces that one order has."""

AUTOMATIC_WAIT: Final = 15 * MINUTE
"""How long an order that needs no person waits to be begun, in microseconds."""

PERSON_WAIT: Final = 14 * DAY
"""How long an order waits for a person, unless the owner says otherwise, in microseconds."""

PROGRAM_WAIT: Final = DAY
"""How long an order waits for another program, unless the owner says otherwise, in microseconds.

Once the program was told of it, its buyer cannot cancel."""

LONGEST_WAIT: Final = 90 * DAY
"""The longest that an owner can let an order wait, in microseconds."""


class ItemKey(NamedTuple):
    """One item of one guild."""

    guild: GuildId
    item: ItemId


class BuyerKey(NamedTuple):
    """Who orders which item."""

    account: AccountKey
    item: ItemId


class ItemKind(StrEnum):
    """What a buyer gets."""

    ROLE = "role"
    """A role on Discord, for a time or for good."""
    CODE = "code"
    """A code that nobody else gets."""
    PERSON = "person"
    """Something that a person does."""
    PROGRAM = "program"
    """Something that another program gives."""


class ReturnRule(StrEnum):
    """When a fulfilled order is returned because the money behind its points goes back."""

    NEVER = "never"
    LOST = "lost"
    """Once a dispute is lost, or a refund for fraud is made."""
    OPENED = "opened"
    """As soon as a dispute is opened."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleOffer:
    """A role that an item gives.

    Attributes:
        id: The role's id on Discord.
        lasts: For how long one piece gives it, in microseconds; for good if None.
        dangerous: Whether the owner has said that it may have dangerous permissions.
    """

    id: int
    lasts: int | None = None
    dangerous: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much of an item a member may order, and when.

    Attributes:
        per_order: The most pieces of one order.
        per_member: The most pieces of one member, within `period`; as many as they like if None.
        period: Within how many microseconds `per_member` counts; for ever if None.
        cooldown: Microseconds between two orders of one member; none if 0.
        opens_at: From when it is for sale.
        closes_at: Until when it is for sale.
        role: The role on Discord that a buyer must have, if any.
    """

    per_order: int = 1
    per_member: int | None = None
    period: int | None = None
    cooldown: int = 0
    opens_at: Instant | None = None
    closes_at: Instant | None = None
    role: int | None = None

    @property
    def looks_back(self) -> bool:
        """Whether earlier orders of the member count."""
        return self.per_member is not None or self.cooldown > 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Stock:
    """How many pieces of an item there are.

    Attributes:
        available: Those that can be ordered; no end of them if None.
        reserved: Those of orders that are not fulfilled yet.
        sold: Those of orders that are fulfilled.
    """

    available: int | None = None
    reserved: int = 0
    sold: int = 0

    @property
    def few_left(self) -> int | None:
        """How many can be ordered, if these are few; members read it."""
        few = self.available is not None and self.available <= FEW_LEFT
        return self.available if few else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What an item is; an order keeps it as it was.

    Attributes:
        name: What members read, unique among the guild's items for sale.
        description: What members read of it; may be empty.
        picture: The address of a picture, or empty.
        price: Points for one piece.
        kind: What a buyer gets.
        by_person: Whether an order waits for a person's word.
        role: The role that it gives, for the kind `role`.
        question: What the buyer is asked to write; nothing if empty.
        paid_with: Only points of this kind pay for it; any if None.
        limits: How much of it, and when.
        wait: How long an order waits for a person or program, in microseconds.
        returned: When a fulfilled order is returned because money goes back.
    """

    name: str
    price: int
    kind: ItemKind
    description: str = ""
    picture: str = ""
    by_person: bool = False
    role: RoleOffer | None = None
    question: str = ""
    paid_with: PointsKind | None = None
    limits: Limits = field(default_factory=Limits)
    wait: int = PERSON_WAIT
    returned: ReturnRule = ReturnRule.LOST

    @property
    def as_bought(self) -> tuple[object, ...]:
        """All that a buyer agrees to: an order of something else needs another yes."""
        role = None if self.role is None else (self.role.id, self.role.lasts)
        words = (self.name, self.description, self.question)
        return (*words, self.price, self.kind, self.by_person, role, self.paid_with, self.wait)

    @property
    def is_for_good(self) -> bool:
        """Whether it gives a role that does not end: one piece is enough."""
        return self.role is not None and self.role.lasts is None

    @property
    def most_at_once(self) -> int:
        """The most pieces of one order."""
        return 1 if self.is_for_good else min(self.limits.per_order, MAX_QUANTITY)

    @property
    def is_automatic(self) -> bool:
        """Whether it is fulfilled without a person."""
        return not self.by_person and self.kind is not ItemKind.PERSON

    @property
    def is_ours(self) -> bool:
        """Whether we give it ourselves, at once: it waits for no person and no other program."""
        return self.is_automatic and self.kind is not ItemKind.PROGRAM


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """Something that members can have for points.

    Attributes:
        id: Unique in the guild.
        guild: Whose it is.
        offer: What it is.
        stock: How many there are.
        active: Whether it is for sale.
    """

    id: ItemId
    guild: GuildId
    offer: Offer
    stock: Stock = field(default_factory=Stock)
    active: bool = True

    @property
    def key(self) -> ItemKey:
        """Guild and id."""
        return ItemKey(self.guild, self.id)

    @property
    def is_sold_out(self) -> bool:
        """Whether there is none left."""
        return self.stock.available == 0

    def is_open(self, now: Instant) -> bool:
        """Whether `now` is within its window of sale."""
        limits = self.offer.limits
        begun = limits.opens_at is None or limits.opens_at <= now
        return begun and (limits.closes_at is None or now < limits.closes_at)

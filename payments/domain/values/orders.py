"""Orders: points that a member gives for an item, known to the last one."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple

from payments.domain.values.ids import AccountKey, GuildId, ItemId, MemberId, OrderId, PaymentId
from payments.domain.values.items import ItemKey, Offer
from payments.domain.values.ledger import Lot
from payments.domain.values.time import DAY, Instant

ANSWER_LENGTH: Final = 200
"""The most characters of what a buyer writes to an order."""

REASON_LENGTH: Final = 200
"""The most characters of why an order was denied or returned."""

FULFILMENT_LIFE: Final = DAY
"""How long the fulfilment of an order is tried before its points go back, in microseconds."""


class OrderState(StrEnum):
    """How far an order is."""

    PLACED = "placed"
    """Points and stock are reserved; nothing has left."""
    FULFILLING = "fulfilling"
    """Something may have left: it neither lapses nor is cancelled."""
    FULFILLED = "fulfilled"
    DENIED = "denied"
    """A person or program said no: points and stock went back."""
    CANCELLED = "cancelled"
    """Its buyer, or a claim on its points, took it back: points and stock went back."""
    LAPSED = "lapsed"
    """Nobody began to fulfil it in time: points and stock went back."""
    FAILED = "failed"
    """It could not be fulfilled: points and stock went back."""
    RETURNED = "returned"
    """It was fulfilled, and its points went back nevertheless."""

    @property
    def is_open(self) -> bool:
        """Whether its points are reserved."""
        return self in {OrderState.PLACED, OrderState.FULFILLING}

    @property
    def counts(self) -> bool:
        """Whether it counts for how much a member may order."""
        return self.is_open or self is OrderState.FULFILLED


class Piece(NamedTuple):
    """Points of an order that came from one lot.

    Attributes:
        lot: The lot, empty.
        points: How many.
    """

    lot: Lot
    points: int


class PastOrder(NamedTuple):
    """What counts of a member's earlier order of an item."""

    id: OrderId
    placed_at: Instant
    quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A member's order of an item.

    Attributes:
        id: Unique.
        guild: In whose books.
        member: Who ordered it.
        item: Which item.
        offer: What it was when it was ordered.
        quantity: Number of pieces.
        pieces: The points that were taken for it, by lot.
        state: How far it is.
        placed_at: When it was ordered.
        answer: What the buyer wrote, unescaped.
        due_at: When it comes to its end by itself; None once it has ended.
        remind_at: When those who fulfil it are reminded, if they still are to be.
        fulfilled_at: When it was fulfilled, if it was.
        ended_at: When it ended otherwise, if it did.
        reason: Why it ended so, or what the answer of a program was, unescaped.
        by: Who decided it: an actor, or empty while nobody has.
        claimed: The payment for whose claim it is to be returned, or was.
    """

    id: OrderId
    guild: GuildId
    member: MemberId
    item: ItemId
    offer: Offer
    quantity: int
    pieces: tuple[Piece, ...]
    state: OrderState = OrderState.PLACED
    placed_at: Instant
    answer: str = ""
    due_at: Instant | None = None
    remind_at: Instant | None = None
    fulfilled_at: Instant | None = None
    ended_at: Instant | None = None
    reason: str = ""
    by: str = ""
    claimed: PaymentId | None = None

    @property
    def account(self) -> AccountKey:
        """Whose points."""
        return AccountKey(self.guild, self.member)

    @property
    def item_key(self) -> ItemKey:
        """Guild and item."""
        return ItemKey(self.guild, self.item)

    @property
    def points(self) -> int:
        """All that it costs."""
        return sum(piece.points for piece in self.pieces)

    @property
    def payments(self) -> frozenset[PaymentId]:
        """The payments whose points paid for it."""
        origins = (piece.lot.terms.payment for piece in self.pieces)
        return frozenset(each for each in origins if each is not None)

    def points_of(self, payment: PaymentId) -> int:
        """How many of its points came from a payment."""
        own = (each for each in self.pieces if each.lot.terms.payment == payment)
        return sum(piece.points for piece in own)

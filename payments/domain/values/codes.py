"""Codes that an item gives, each to one order."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, NamedTuple

from payments.domain.values.ids import CodeId, OrderId
from payments.domain.values.items import ItemKey

MAX_CODES: Final = 5_000
"""The most codes that are added at a time."""

CODE_LENGTH: Final = 200
"""The most characters of one code."""


class CodeKey(NamedTuple):
    """One code of one item."""

    item: ItemKey
    code: CodeId


class CodesOfOrder(NamedTuple):
    """The codes that an order has."""

    item: ItemKey
    order: OrderId


class CodeDraw(NamedTuple):
    """Codes that an order is to get."""

    item: ItemKey
    order: OrderId
    quantity: int


class Sight(StrEnum):
    """Whether the owner of a code has seen it; noted before it is shown."""

    UNSEEN = "unseen"
    """Nobody has seen it: it can be given to somebody else."""
    SENT = "sent"
    """A direct message with it is under way, or has arrived."""
    SEEN = "seen"

    @property
    def is_unseen(self) -> bool:
        """Whether it was shown nowhere."""
        return self is Sight.UNSEEN


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """A code of an item.

    Attributes:
        id: Sorts by the time at which it was added; the oldest is given first.
        item: Whose.
        encrypted: The code itself, encrypted.
        order: Which order got it; none yet if None.
        bad: Whether it was replaced by another, because it did not work.
        sight: Whether whoever ordered it has seen it.
    """

    id: CodeId
    item: ItemKey
    encrypted: str = field(repr=False)
    order: OrderId | None = None
    bad: bool = False
    sight: Sight = Sight.UNSEEN

    @property
    def key(self) -> CodeKey:
        """Item and id."""
        return CodeKey(self.item, self.id)

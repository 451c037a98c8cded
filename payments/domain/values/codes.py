"""Codes that an item gives, each to one order."""

from dataclasses import dataclass, field
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


class CodeDraw(NamedTuple):
    """Codes that an order is to get."""

    item: ItemKey
    order: OrderId
    quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """A code of an item.

    Attributes:
        id: Sorts by the time at which it was added; the oldest is given first.
        item: Whose.
        encrypted: The code itself, encrypted.
        order: Which order got it; none yet if None.
        bad: Whether it was replaced by another, because it did not work.
    """

    id: CodeId
    item: ItemKey
    encrypted: str = field(repr=False)
    order: OrderId | None = None
    bad: bool = False

    @property
    def key(self) -> CodeKey:
        """Item and id."""
        return CodeKey(self.item, self.id)

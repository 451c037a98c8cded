"""Owners decide what is given for points."""

from dataclasses import dataclass, field, replace
from typing import Final

from payments.commands.base import UNDONE_ALREADY, Command
from payments.domain.books import GUILDS, ITEMS, SHELVES, Books, Needs
from payments.domain.errors import CannotUndo, Refused
from payments.domain.rules.item_checks import check_offer
from payments.domain.sentences.parts import SlashCommand
from payments.domain.values.events import ItemChanged
from payments.domain.values.ids import GuildId, ItemId
from payments.domain.values.items import (
    MAX_ITEMS,
    MAX_STOCK,
    Item,
    ItemKey,
    ItemKind,
    Offer,
    Stock,
)
from payments.domain.values.written_text import same_to_readers

_FULL: Final = "A server has at most {most} items for sale. Retire one first."


@dataclass(frozen=True, slots=True, kw_only=True)
class _OfItem(Command[Item]):
    """A command about one item; returns it as it is then.

    Attributes:
        item: Which one.
    """

    result = Item

    guild: GuildId
    item: ItemId

    @property
    def key_of_item(self) -> ItemKey:
        """Guild and item."""
        return ItemKey(self.guild, self.item)

    def needs(self) -> Needs:
        """The item, and all that are for sale beside it."""
        return GUILDS.of(self.guild) | SHELVES.of(self.guild) | ITEMS.of(self.key_of_item)

    def find(self, books: Books) -> Item:
        """The item, for sale.

        Raises:
            Refused: It was retired.
        """
        item = books.item(self.key_of_item)
        if not item.active:
            raise Refused("This item is retired. Add a new one instead.")
        return item


@dataclass(frozen=True, slots=True, kw_only=True)
class AddItem(Command[Item]):
    """Put an item up for sale.

    Attributes:
        offer: What it is.
        available: How many pieces there are; no end of them if None. Codes are counted themselves.
        item: A fresh id.
    """

    kind = "item.add"
    result = Item

    guild: GuildId
    offer: Offer
    available: int | None = None
    item: ItemId = field(compare=False)

    def needs(self) -> Needs:
        """All that is for sale."""
        key = ItemKey(self.guild, self.item)
        return GUILDS.of(self.guild) | SHELVES.of(self.guild) | ITEMS.of(key)

    def validate(self, books: Books) -> None:
        """Refuse what cannot be sold."""
        if len(books.see(SHELVES, self.guild)) >= MAX_ITEMS:
            raise Refused(_FULL, most=MAX_ITEMS)
        check_offer(self.offer, self.at)
        _check_name(books, self.guild, self.offer.name)
        _check_stock(self.available)

    def execute(self, books: Books) -> Item:
        """Add it."""
        available = 0 if self.offer.kind is ItemKind.CODE else self.available
        item = Item(
            id=self.item, guild=self.guild, offer=self.offer, stock=Stock(available=available)
        )
        _put(books, item)
        return item

    def undo(self, books: Books, result: Item) -> None:
        """Take it off sale again, unless an order of it stands."""
        item = books.item(result.key)
        if not item.active:
            raise CannotUndo(UNDONE_ALREADY)
        if item.stock.reserved or item.stock.sold:
            raise CannotUndo(
                "Members have ordered it. {command} takes it off sale.",
                command=SlashCommand("item retire"),
            )
        _put(books, replace(item, active=False))


@dataclass(frozen=True, slots=True, kw_only=True)
class EditItem(_OfItem):
    """Change what an item is. Orders that were placed keep what they were.

    Attributes:
        offer: What it is from now on; of the same kind.
    """

    kind = "item.edit"

    offer: Offer

    def validate(self, books: Books) -> None:
        """Refuse what could not be added either."""
        item = self.find(books)
        if self.offer.kind is not item.offer.kind:
            raise Refused("An item stays of its kind. Add a new one instead.")
        check_offer(self.offer, self.at)
        _check_name(books, self.guild, self.offer.name, except_for=self.item)

    def execute(self, books: Books) -> Item:
        """Change it."""
        changed = replace(self.find(books), offer=self.offer)
        _put(books, changed)
        return changed


@dataclass(frozen=True, slots=True, kw_only=True)
class RestockItem(_OfItem):
    """Say how many pieces of an item can be ordered from now on.

    Attributes:
        available: How many; no end of them if None.
    """

    kind = "item.restock"

    available: int | None

    def validate(self, books: Books) -> None:
        """Refuse a number that cannot be, and an item whose stock is counted."""
        item = self.find(books)
        if item.offer.kind is ItemKind.CODE:
            raise Refused("The stock of this item is the number of its codes. Add codes instead.")
        _check_stock(self.available)

    def execute(self, books: Books) -> Item:
        """Note it."""
        item = self.find(books)
        changed = replace(item, stock=replace(item.stock, available=self.available))
        _put(books, changed)
        return changed


@dataclass(frozen=True, slots=True, kw_only=True)
class RetireItem(_OfItem):
    """Take an item off sale. Orders that were placed go on."""

    kind = "item.retire"

    def execute(self, books: Books) -> Item:
        """Retire it."""
        item = books.item(self.key_of_item)
        if not item.active:
            raise Refused("This item is retired already.")
        retired = replace(item, active=False)
        _put(books, retired)
        return retired

    def undo(self, books: Books, result: Item) -> None:
        """Put it up for sale again."""
        item = books.item(result.key)
        if item.active:
            raise CannotUndo(UNDONE_ALREADY)
        if len(books.see(SHELVES, self.guild)) >= MAX_ITEMS:
            raise CannotUndo(_FULL, most=MAX_ITEMS)
        if _namesake(books, self.guild, item.offer.name, except_for=item.id) is not None:
            raise CannotUndo("Another item has its name by now.")
        _put(books, replace(item, active=True))


def _put(books: Books, item: Item) -> None:
    """Note an item as it is now, also among those for sale, and tell those who show it."""
    books[ITEMS][item.key] = item
    others = tuple(each for each in books.see(SHELVES, item.guild) if each.id != item.id)
    books[SHELVES][item.guild] = (*others, item) if item.active else others
    books.emit(ItemChanged(guild=item.guild, at=books.at, item=item.id))


def _check_stock(available: int | None) -> None:
    if available is not None and not 0 <= available <= MAX_STOCK:
        raise Refused("Write a number of pieces from 0 to {most}.", most=MAX_STOCK)


def _check_name(
    books: Books, guild: GuildId, name: str, *, except_for: ItemId | None = None
) -> None:
    other = _namesake(books, guild, name, except_for=except_for)
    if other is not None:
        raise Refused("There is already an item named {name}.", name=other.offer.name)


def _namesake(books: Books, guild: GuildId, name: str, *, except_for: ItemId | None) -> Item | None:
    """The item for sale that members could not tell from one of this name."""
    for other in books.see(SHELVES, guild):
        same = same_to_readers(other.offer.name) == same_to_readers(name)
        if other.id != except_for and same:
            return other
    return None

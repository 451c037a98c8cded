"""Codes of items: added by owners, replaced by moderators where one does not work."""

from dataclasses import dataclass, field, replace

from payments.commands.base import Command
from payments.domain.books import CODES, DRAWS, ITEMS, ORDERS, Books, Needs
from payments.domain.errors import Refused
from payments.domain.rules.fulfilment import tell_of_few_codes
from payments.domain.rules.given_codes import give_codes
from payments.domain.rules.orders import about_order
from payments.domain.rules.stock import add_stock
from payments.domain.values.codes import MAX_CODES, Code, CodeDraw, CodeKey
from payments.domain.values.events import CodeReplaced, ItemChanged
from payments.domain.values.ids import CodeId, GuildId, ItemId, OrderId
from payments.domain.values.items import ItemKey, ItemKind
from payments.domain.values.orders import OrderState


@dataclass(frozen=True, slots=True, kw_only=True)
class AddCodes(Command[int]):
    """Add codes to an item; returns how many can be ordered then.

    Attributes:
        item: Which item.
        number: How many codes, for the audit log: the codes are not kept with the command.
        codes: They, encrypted, each with a fresh id.
    """

    kind = "item.add_codes"
    result = int

    guild: GuildId
    item: ItemId
    number: int | None = None
    codes: tuple[tuple[CodeId, str], ...] = field(compare=False, repr=False)

    @property
    def key_of_item(self) -> ItemKey:
        """Guild and item."""
        return ItemKey(self.guild, self.item)

    def needs(self) -> Needs:
        """The item."""
        return ITEMS.of(self.key_of_item)

    def validate(self, books: Books) -> None:
        """Refuse an item that gives no codes."""
        item = books.item(self.key_of_item)
        if item.offer.kind is not ItemKind.CODE:
            raise Refused("{item} gives no codes.", item=item.offer.name)
        if not 1 <= len(self.codes) <= MAX_CODES:
            raise Refused("Add 1 to {most} codes at a time.", most=MAX_CODES)

    def execute(self, books: Books) -> int:
        """Add them."""
        item = books.item(self.key_of_item)
        for name, encrypted in self.codes:
            code = Code(id=name, item=item.key, encrypted=encrypted)
            books[CODES][code.key] = code
        add_stock(books, item.key, len(self.codes))
        books.emit(ItemChanged(guild=self.guild, at=self.at, item=item.id))
        return books.item(item.key).stock.available or 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplaceCode(Command[bool]):
    """A moderator gives an order another code for one that does not work; returns true.

    Attributes:
        order: Which order.
        code: The one that does not work.
    """

    kind = "order.replace_code"
    result = bool

    guild: GuildId
    order: OrderId
    code: CodeId

    def needs(self) -> Needs:
        """The order; its item comes along."""
        return ORDERS.of(self.order)

    def validate(self, books: Books) -> None:
        """Refuse a code that the order does not have, or that was replaced before."""
        order = books.order(self.order)
        if order.guild != self.guild or order.state is not OrderState.FULFILLED:
            raise Refused("There is no such order.")
        code = books.see(CODES, CodeKey(order.item_key, self.code))
        if code is None or code.order != order.id:
            raise Refused("This order has no such code.")
        if code.bad:
            raise Refused("This code was replaced already.")
        if not books.item(order.item_key).stock.available:
            raise Refused("No other code of {item} is left.", item=order.offer.name)
        books.see(DRAWS, CodeDraw(order.item_key, order.id, 1))

    def execute(self, books: Books) -> bool:
        """Give another one."""
        order = books.order(self.order)
        bad = books.see(CODES, CodeKey(order.item_key, self.code))
        if bad is None:
            raise Refused("This order has no such code.")
        add_stock(books, order.item_key, -1)
        give_codes(books, order, 1)
        books[CODES][bad.key] = replace(bad, bad=True)
        tell_of_few_codes(books, order, 1)
        books.emit(CodeReplaced(**about_order(order, self.at)))
        return True

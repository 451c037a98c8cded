"""A member orders an item."""

from dataclasses import dataclass, field

from payments.commands.base import Command
from payments.domain.books import ACCOUNTS, DRAWS, ITEMS, ORDERS, Books, Needs
from payments.domain.errors import Refused
from payments.domain.rules.fulfilment import fulfil
from payments.domain.rules.order_limits import check_limits, note_past_order
from payments.domain.rules.orders import about_order, put, reserve
from payments.domain.rules.role_orders import check_role_is_new
from payments.domain.rules.stock import reserve_stock
from payments.domain.sentences.sentence import Sentence
from payments.domain.values.codes import CodeDraw
from payments.domain.values.events import FulfilmentRequested, OrderPlaced
from payments.domain.values.guilds import check_points
from payments.domain.values.ids import AccountKey, GuildId, ItemId, MemberId, OrderId
from payments.domain.values.items import AUTOMATIC_WAIT, Item, ItemKey, ItemKind, Offer
from payments.domain.values.orders import ANSWER_LENGTH, Order
from payments.domain.values.time import later
from payments.domain.values.written_text import check_words, tidy


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceOrder(Command[OrderId]):
    """Order an item: its points and pieces are set aside, or spent at once where it is a code.

    Attributes:
        member: Who orders.
        item: Which item.
        quantity: Number of pieces.
        price: What one piece costs, as the member saw it.
        answer: What the member wrote, where the item asks for something.
        has_role: Whether they have the role that the item asks for.
        seen: The item as the member saw it; how it is now if None.
        order: A fresh id.
    """

    kind = "order.place"
    result = OrderId

    guild: GuildId
    member: MemberId
    item: ItemId
    quantity: int
    price: int
    answer: str = ""
    has_role: bool = field(compare=False, default=False)
    seen: Offer | None = field(compare=False, default=None)
    order: OrderId = field(compare=False)

    @property
    def account(self) -> AccountKey:
        """The member's account."""
        return AccountKey(self.guild, self.member)

    @property
    def key_of_item(self) -> ItemKey:
        """Guild and item."""
        return ItemKey(self.guild, self.item)

    def needs(self) -> Needs:
        """The account, the item, and the order, to be sure that it is new."""
        return ACCOUNTS.of(self.account) | ITEMS.of(self.key_of_item) | ORDERS.of(self.order)

    def validate(self, books: Books) -> None:
        """Refuse what is not for sale, or not to this member, or not so much of it."""
        if books.see(ORDERS, self.order) is not None:
            raise Refused("This order was already placed.")
        item = books.item(self.key_of_item)
        self._check_item(item)
        check_limits(books, item, self.account, self.quantity)
        check_role_is_new(books, item.offer, self.account, self.member)
        check_points(item.offer.price * self.quantity)
        asked = bool(item.offer.question)
        check_words(tidy(self.answer), Sentence("Answer"), ANSWER_LENGTH, least=1 if asked else 0)
        if item.offer.is_automatic and item.offer.kind is ItemKind.CODE:
            books.see(DRAWS, CodeDraw(item.key, self.order, self.quantity))

    def _check_item(self, item: Item) -> None:
        if not item.active:
            raise Refused("{item} is no longer for sale.", item=item.offer.name)
        if not item.is_open(self.at):
            raise Refused("{item} is not for sale right now.", item=item.offer.name)
        if item.offer.price != self.price:
            raise Refused(
                "The price of {item} has just changed. Please look at it again.",
                item=item.offer.name,
            )
        if self.seen is not None and item.offer.as_bought != self.seen.as_bought:
            raise Refused("{item} has just changed. Please look at it again.", item=self.seen.name)
        if item.offer.limits.role is not None and not self.has_role:
            raise Refused("{item} needs a role that you don't have.", item=item.offer.name)

    def execute(self, books: Books) -> OrderId:
        """Set points and pieces aside; a code is given at once."""
        item = books.item(self.key_of_item)
        offer = item.offer
        reserve_stock(books, item.key, self.quantity)
        pieces = reserve(
            books, self.account, self.order, offer.price * self.quantity, offer.paid_with
        )
        due = later(self.at, AUTOMATIC_WAIT if offer.is_ours else offer.wait)
        order = Order(
            id=self.order,
            guild=self.guild,
            member=self.member,
            item=item.id,
            offer=offer,
            quantity=self.quantity,
            pieces=pieces,
            placed_at=self.at,
            answer=tidy(self.answer),
            due_at=due,
            remind_at=None if offer.is_automatic else later(self.at, offer.wait // 2),
        )
        put(books, order)
        note_past_order(books, order)
        facts = about_order(order, self.at)
        books.emit(OrderPlaced(**facts, answer=order.answer, due_at=due))
        if offer.is_automatic and offer.kind is ItemKind.CODE:
            fulfil(books, order, by=str(self.actor))
        elif offer.is_ours:
            books.emit(FulfilmentRequested(**facts))
        return order.id

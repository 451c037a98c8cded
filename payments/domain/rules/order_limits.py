"""How much of an item a member may order, and how soon again."""

from payments.domain.books import PAST_ORDERS, Books
from payments.domain.errors import Refused
from payments.domain.sentences.parts import Role, Wait
from payments.domain.sentences.sentence import plural
from payments.domain.values.ids import AccountKey
from payments.domain.values.items import BuyerKey, Item
from payments.domain.values.orders import Order, PastOrder


def check_limits(books: Books, item: Item, account: AccountKey, quantity: int) -> None:
    """Refuse an order of more pieces than one order, or one member, may have, or too soon.

    Raises:
        Refused: Says what the limit is.
        NeedsMore: The member's earlier orders must be seen.
    """
    limits = item.offer.limits
    most = item.offer.most_at_once
    if quantity > most and item.offer.role is not None and item.offer.is_for_good:
        role = Role(item.offer.role.id)
        raise Refused("You get {role} for good: one piece is enough.", role=role)
    if not 1 <= quantity <= most:
        raise Refused(
            plural(
                "You can order {n} piece at a time.",
                "You can order 1 to {n} pieces at a time.",
                most,
            )
        )
    if not limits.looks_back:
        return
    past = books.see(PAST_ORDERS, BuyerKey(account, item.id))
    if past and limits.cooldown and past[-1].placed_at + limits.cooldown > books.at:
        wait = Wait(past[-1].placed_at + limits.cooldown - books.at)
        raise Refused("You can order {item} again in {wait}.", item=item.offer.name, wait=wait)
    if limits.per_member is None:
        return
    counted = sum(
        each.quantity
        for each in past
        if limits.period is None or each.placed_at + limits.period > books.at
    )
    left = max(0, limits.per_member - counted)
    if quantity > left:
        raise Refused(
            plural(
                "A member can have {n} of {item}, and you can order {left} more now.",
                "A member can have {n} of {item}, and you can order {left} more now.",
                limits.per_member,
                item=item.offer.name,
                left=left,
            )
        )


def note_past_order(books: Books, order: Order) -> None:
    """An order was placed: it counts for others of the same batch."""
    key = BuyerKey(order.account, order.item)
    if key in books[PAST_ORDERS]:
        past = PastOrder(order.id, order.placed_at, order.quantity)
        books[PAST_ORDERS][key] = (*books[PAST_ORDERS][key], past)


def forget_past_order(books: Books, order: Order) -> None:
    """An order counts no more: it has ended without being fulfilled, or was returned."""
    key = BuyerKey(order.account, order.item)
    if key in books[PAST_ORDERS]:
        rest = tuple(each for each in books[PAST_ORDERS][key] if each.id != order.id)
        books[PAST_ORDERS][key] = rest

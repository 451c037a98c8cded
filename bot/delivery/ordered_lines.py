"""What moderators read of orders that the points of a claimed payment paid for."""

from typing import Final

from bot.delivery.seen import Seen
from payments.domain.sentences.parts import FromNow, Person, Verbatim
from payments.domain.sentences.sentence import Sentence, Value, plural
from payments.domain.values.items import ItemKind, ReturnRule
from payments.domain.values.orders import Order, OrderState

ORDERS_SHOWN: Final = 3
"""Highest number of orders that one card names."""


def ordered_lines(seen: Seen) -> list[Sentence]:
    """What its points are or were given for: open orders, then what was delivered."""
    return [*_open_lines(seen), *_delivered_lines(seen)]


def _open_lines(seen: Seen) -> list[Sentence]:
    """Open orders, the newest first: how far they are, and what becomes of them."""
    open_now = [order for order in reversed(seen.orders) if order.state.is_open]
    lines = [_open(order) for order in open_now[:ORDERS_SHOWN]]
    if (more := len(open_now) - ORDERS_SHOWN) > 0:
        lines.append(
            plural(
                "{n} more order for its points is open.",
                "{n} more orders for its points are open.",
                more,
            )
        )
    return lines


def _open(order: Order) -> Sentence:
    facts: dict[str, Value] = {
        "item": Verbatim(order.offer.name),
        "member": Person(order.member),
        "when": FromNow(order.placed_at),
    }
    if order.state is OrderState.PLACED:
        return Sentence(
            "{item} for {member}, ordered {when}, waits. If its points are owed, it is cancelled.",
            **facts,
        )
    if _can_be_taken(order):
        return Sentence(
            "{item} for {member}, ordered {when}, is being fulfilled. It is taken back afterwards "
            "if the money is lost and its points are owed.",
            **facts,
        )
    return Sentence(
        "⚠️ {item} for {member}, ordered {when}, is being fulfilled, and can't be taken back then.",
        **facts,
    )


def _delivered_lines(seen: Seen) -> list[Sentence]:
    """What was delivered: first what can't be taken back, the newest first."""
    delivered = [order for order in reversed(seen.orders) if order.state is OrderState.FULFILLED]
    delivered.sort(key=_can_be_taken)
    lines = [_delivered(order) for order in delivered[:ORDERS_SHOWN]]
    if (more := len(delivered) - ORDERS_SHOWN) > 0:
        lines.append(
            plural(
                "{n} more order was delivered for its points.",
                "{n} more orders were delivered for its points.",
                more,
            )
        )
    return lines


def _can_be_taken(order: Order) -> bool:
    """Whether a lost dispute takes what was delivered from whoever has it."""
    return order.offer.kind is ItemKind.ROLE and order.offer.returned is not ReturnRule.NEVER


def _delivered(order: Order) -> Sentence:
    item, member = Verbatim(order.offer.name), Person(order.member)
    when = FromNow(order.placed_at if order.fulfilled_at is None else order.fulfilled_at)
    if _can_be_taken(order):
        return Sentence(
            "{item} for {member}, fulfilled {when}, is taken back if the money is lost and its "
            "points are owed.",
            item=item,
            member=member,
            when=when,
        )
    return Sentence(
        "⚠️ {item} for {member}, fulfilled {when}, can't be taken back.",
        item=item,
        member=member,
        when=when,
    )

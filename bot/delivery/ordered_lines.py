"""What moderators read of orders that the points of a claimed payment paid for."""

from typing import Final

from bot.delivery.seen import Seen
from payments.domain.sentences.parts import FromNow, Person, Verbatim
from payments.domain.sentences.sentence import Sentence, plural
from payments.domain.values.items import ItemKind, ReturnRule
from payments.domain.values.orders import Order, OrderState

ORDERS_SHOWN: Final = 3
"""Highest number of orders that one card names."""


def ordered_lines(seen: Seen) -> list[Sentence]:
    """What was delivered for its points: first what can't be taken back, the newest first."""
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

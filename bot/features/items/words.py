"""What is said of items: in a line, and in full."""

from collections.abc import Sequence
from typing import Final

from payments.domain.sentences.parts import Moment, Points, Role, Span, Verbatim
from payments.domain.sentences.sentence import Sentence, plural
from payments.domain.values.items import Item, ItemKind, Limits, Offer, ReturnRule, RoleOffer, Stock
from payments.domain.values.ledger import PointsKind

_NAME_LENGTH: Final = 100
_TEXT_LENGTH: Final = 600

KINDS: Final = {
    ItemKind.ROLE: Sentence("Gives a role"),
    ItemKind.CODE: Sentence("Gives a code"),
    ItemKind.PERSON: Sentence("A person does it"),
    ItemKind.PROGRAM: Sentence("Another program does it"),
}
"""What a buyer gets, by kind."""

_RETURNS: Final = {
    ReturnRule.NEVER: Sentence(
        "Orders stay as they are if the money behind their points goes back."
    ),
    ReturnRule.LOST: Sentence(
        "Orders are taken back if the money behind their points is lost in a dispute, or refunded "
        "for fraud."
    ),
    ReturnRule.OPENED: Sentence(
        "Orders are taken back as soon as the money behind their points is disputed, or refunded "
        "for fraud."
    ),
}


def in_a_line(item: Item) -> Sentence:
    """Name, price, and how many are left."""
    return Sentence(
        "**{name}** · {points} · {stock}",
        name=Verbatim(item.offer.name, _NAME_LENGTH),
        points=Points(item.offer.price),
        stock=stock_of(item),
    )


def stock_of(item: Item) -> Sentence:
    """How many can be ordered, and how many are in open orders."""
    stock = item.stock
    if stock.available is None:
        left = Sentence("no limit")
    elif item.offer.kind is ItemKind.CODE and stock == Stock(available=0):
        left = Sentence("no codes yet")
    elif not stock.available:
        left = Sentence("sold out")
    else:
        left = plural("{n} left", "{n} left", stock.available)
    if not stock.reserved:
        return left
    return Sentence("{left}, {n} in open orders", left=left, n=stock.reserved)


def in_full(item: Item) -> Sequence[Sentence]:
    """All that an owner has decided about an item."""
    offer = item.offer
    lines = [in_a_line(item), _way(offer)]
    if offer.description:
        lines.append(
            Sentence("{description}", description=Verbatim(offer.description, _TEXT_LENGTH))
        )
    if offer.picture:
        lines.append(Sentence("Picture: {address}", address=Verbatim(offer.picture)))
    if offer.question:
        lines.append(Sentence("Buyers are asked: {question}", question=offer.question))
    if offer.paid_with is PointsKind.PAID:
        lines.append(Sentence("Only bought points pay for it."))
    if offer.paid_with is PointsKind.PROMOTIONAL:
        lines.append(Sentence("Only given points pay for it."))
    lines += _limits(offer.limits)
    lines.append(_RETURNS[offer.returned])
    return lines


def _way(offer: Offer) -> Sentence:
    """What a buyer gets, and whether it waits for somebody."""
    what = KINDS[offer.kind] if offer.role is None else _gives(offer.role)
    if offer.kind is ItemKind.PROGRAM or not offer.is_automatic:
        return Sentence(
            "{what}. An order waits for up to {time}.", what=what, time=Span(offer.wait)
        )
    return Sentence("{what}, at once.", what=what)


def _gives(role: RoleOffer) -> Sentence:
    if role.lasts is None:
        return Sentence("Gives {role} for good", role=Role(role.id))
    return Sentence("Gives {role} for {time}", role=Role(role.id), time=Span(role.lasts))


def _limits(limits: Limits) -> list[Sentence]:
    lines = [
        plural("{n} piece an order at most.", "{n} pieces an order at most.", limits.per_order)
    ]
    if limits.per_member is not None and limits.period is None:
        lines.append(
            plural("{n} piece a member at most.", "{n} pieces a member at most.", limits.per_member)
        )
    elif limits.per_member is not None:
        lines.append(
            plural(
                "{n} piece a member within {time} at most.",
                "{n} pieces a member within {time} at most.",
                limits.per_member,
                time=Span(limits.period or 0),
            )
        )
    if limits.cooldown:
        lines.append(
            Sentence("A member waits {time} between two orders.", time=Span(limits.cooldown))
        )
    if limits.opens_at is not None:
        lines.append(Sentence("For sale from {at}.", at=Moment(limits.opens_at)))
    if limits.closes_at is not None:
        lines.append(Sentence("For sale until {at}.", at=Moment(limits.closes_at)))
    if limits.role is not None:
        lines.append(Sentence("Only those with {role} can buy it.", role=Role(limits.role)))
    return lines

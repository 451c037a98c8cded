"""What members read of their orders in direct messages."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, NamedTuple

from bot.client import GuildbankBot
from bot.features.shop.codes import as_written, codes_of
from bot.features.shop.words import decider
from bot.wording.balance import your_balance
from bot.wording.quoted import quoted
from payments.domain.errors import Refused
from payments.domain.sentences.parts import Moment, Points, Several, SlashCommand, Verbatim
from payments.domain.sentences.sentence import Sentence
from payments.domain.values.codes import Sight
from payments.domain.values.events import (
    CodeReplaced,
    OrderCancelled,
    OrderDenied,
    OrderEvent,
    OrderFailed,
    OrderFulfilled,
    OrderLapsed,
    OrderReturned,
)
from payments.domain.values.ids import CodeId
from payments.domain.values.items import ItemKind
from payments.domain.values.orders import Order, OrderState
from payments.domain.values.roles import RoleKey
from payments.domain.values.time import Instant
from payments.notifications.errors import GiveUp

_ORDERS: Final = SlashCommand("orders")


class OrderMessage(NamedTuple):
    """What a member reads.

    Attributes:
        words: In a direct message.
        kept: Where moderators or a stored row may show it: without codes.
        new: The codes in it that nobody had seen.
    """

    words: Sequence[Sentence]
    kept: Sequence[Sentence]
    new: tuple[CodeId, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Standing:
    """How things stand when the message is written.

    Attributes:
        order: The order.
        balance: The member's points.
        server: The guild's name, unescaped; None if it is not known.
        codes: What it got; none where they are not shown here.
        until: When the time of its role ends, with that of other orders; for good if None.
    """

    order: Order
    balance: int
    server: str | None
    codes: Sequence[str] = ()
    until: Instant | None = None

    @property
    def item(self) -> Sentence:
        """What was ordered, and where: in messages, those of all servers stand together."""
        name = Verbatim(self.order.offer.name, 200)
        if self.server is None:
            return Sentence("**{item}**", item=name)
        return Sentence("**{item}** on {server}", item=name, server=Verbatim(self.server))

    @property
    def came_back(self) -> list[Sentence]:
        """That its points did."""
        return [
            Sentence("{points} came back.", points=Points(self.order.points)),
            your_balance(self.balance),
        ]


async def message_about_order(
    bot: GuildbankBot, event: OrderEvent, now: Instant
) -> OrderMessage | None:
    """What its buyer reads of an event, as things stand now; None if it is not true any more.

    Raises:
        GiveUp: There is no message about such an event, or the order is not in the books.
    """
    word = _WORDS.get(type(event))
    if word is None:
        raise GiveUp(f"there is no direct message about {event.name}")
    order = await bot.queries.order(event.order)
    if order is None:
        raise GiveUp(f"order {event.order} is not in the books")
    balance = (await bot.queries.balance(event.guild, event.member, now)).points
    guild = bot.get_guild(event.guild)
    standing = _Standing(
        order=order,
        balance=balance,
        server=None if guild is None else guild.name,
        until=await _role_until(bot, order),
    )
    kept = word(event, standing)
    if not kept:
        return None
    codes = await codes_of(bot, order) if order.offer.kind is ItemKind.CODE else None
    if codes is None or not codes.fit:
        return OrderMessage(kept, kept)
    words = word(event, replace(standing, codes=codes.codes))
    if words == kept:  # it shows none
        return OrderMessage(kept, kept)
    try:
        new = await codes.note_shown(bot, Sight.SENT)
    except Refused:  # it was returned in this moment
        return None
    return OrderMessage(words, kept, new)


async def _role_until(bot: GuildbankBot, order: Order) -> Instant | None:
    """When the role that an order gives ends; None if never, or if it gives none."""
    if order.offer.role is None:
        return None
    term = await bot.queries.role_term(RoleKey(order.guild, order.member, order.offer.role.id))
    return term.ends_at


def _fulfilled(event: OrderFulfilled, now: _Standing) -> list[Sentence]:
    order, item = now.order, now.item
    if order.state is not OrderState.FULFILLED:
        return []
    if event.again:
        return [
            Sentence("Your order of {item} stands again: the dispute was won.", item=item),
            *_role_again(now),
            your_balance(now.balance),
        ]
    if order.offer.kind is ItemKind.CODE:
        return [*_note(event), *_codes(now)]
    if order.offer.kind is ItemKind.ROLE:
        return [_has_role(now), *_note(event)]
    return [Sentence("Your order of {item} is fulfilled.", item=item), *_note(event)]


def _has_role(now: _Standing) -> Sentence:
    if now.until is None:
        return Sentence("{item} is yours: you have the role now.", item=now.item)
    return Sentence(
        "{item} is yours: you have the role until {at}.", item=now.item, at=Moment(now.until)
    )


def _role_again(now: _Standing) -> list[Sentence]:
    """A role for a time gets its whole time once more, whatever was over of it before."""
    if now.order.offer.role is None or now.until is None:
        return []
    return [
        Sentence("You have the role until {at}: its time has started over.", at=Moment(now.until))
    ]


def _note(event: OrderFulfilled) -> list[Sentence]:
    return [Sentence("They wrote: “{note}”.", note=quoted(event.note))] if event.note else []


def _codes(now: _Standing) -> list[Sentence]:
    if not now.codes:
        return [
            Sentence("{item} is yours. {orders} shows what you got.", item=now.item, orders=_ORDERS)
        ]
    got = Several(tuple(as_written(code) for code in now.codes))
    return [Sentence("{item} is yours: {codes}", item=now.item, codes=got)]


def _denied(event: OrderDenied, now: _Standing) -> list[Sentence]:
    who = decider(event.by)
    head = (
        Sentence("Your order of {item} was denied.", item=now.item)
        if who is None
        else Sentence("Your order of {item} was denied by {who}.", item=now.item, who=who)
    )
    return [head, *_reason(event.reason), *now.came_back]


def _reason(reason: str) -> list[Sentence]:
    return [Sentence("Reason: “{reason}”.", reason=quoted(reason))] if reason else []


def _cancelled(event: OrderCancelled, now: _Standing) -> list[Sentence]:
    """Nothing if the buyer did it."""
    if not event.claimed:
        return []
    return [
        Sentence(
            "Your order of {item} was cancelled: a payment for its points is disputed or was "
            "refunded as fraud.",
            item=now.item,
        ),
        your_balance(now.balance),
    ]


def _lapsed(event: OrderLapsed, now: _Standing) -> list[Sentence]:
    del event
    head = Sentence("Nobody fulfilled your order of {item} in time.", item=now.item)
    return [head, *now.came_back]


def _failed(event: OrderFailed, now: _Standing) -> list[Sentence]:
    """Why is for those who can mend it."""
    del event
    head = Sentence("Your order of {item} could not be fulfilled.", item=now.item)
    return [head, *now.came_back]


def _returned(event: OrderReturned, now: _Standing) -> list[Sentence]:
    """Nothing if it stands again."""
    if now.order.state is not OrderState.RETURNED:
        return []
    if event.claimed:
        return [
            Sentence(
                "Your order of {item} was taken back: a payment for its points was disputed "
                "or refunded as fraud.",
                item=now.item,
            ),
            your_balance(now.balance),
        ]
    who = decider(event.by)
    head = (
        Sentence("Your order of {item} was taken back.", item=now.item)
        if who is None
        else Sentence("Your order of {item} was taken back by {who}.", item=now.item, who=who)
    )
    return [head, *_reason(event.reason), *now.came_back]


def _code_replaced(event: CodeReplaced, now: _Standing) -> list[Sentence]:
    del event
    if now.order.state is not OrderState.FULFILLED:
        return []
    head = Sentence("A moderator replaced a code that did not work.")
    return [head, *_codes(now)]


_WORDS: Final[Mapping[type[OrderEvent], Callable[[Any, _Standing], list[Sentence]]]] = {
    OrderFulfilled: _fulfilled,
    OrderDenied: _denied,
    OrderCancelled: _cancelled,
    OrderLapsed: _lapsed,
    OrderFailed: _failed,
    OrderReturned: _returned,
    CodeReplaced: _code_replaced,
}

"""The payment that an event is about, as it is when a card is written."""

from dataclasses import replace

from bot.client import GuildbankBot
from bot.delivery.seen import Seen
from payments.commands.base import SYSTEM
from payments.commands.payments.inspect import InspectPayment
from payments.domain.values.events import (
    DisputeEvent,
    Event,
    FraudWarned,
    PaymentEvent,
    PaymentHeld,
)
from payments.domain.values.ids import CommandKey
from payments.domain.values.orders import Order
from payments.notifications.errors import Postpone
from payments.runner.errors import BooksUnavailable
from payments.store.queries import Queries


async def see(bot: GuildbankBot, queries: Queries, event: Event) -> Seen:
    """What moderators may have to know of the payment, if the event is about one.

    Raises:
        Postpone: The books cannot be read now.
    """
    if not isinstance(event, PaymentEvent):
        return Seen(guide=bot.guide)
    look = InspectPayment(
        key=CommandKey(f"inspect:{event.payment}"),
        at=bot.clock(),
        actor=SYSTEM,
        guild=event.guild,
        payment=event.payment,
    )
    try:
        seen = await bot.runner.rehearse(look)
    except BooksUnavailable as error:
        raise Postpone(str(error)) from error
    now = await queries.told_apart(seen.payment, seen.now)
    orders: tuple[Order, ...] = ()
    if isinstance(event, DisputeEvent | FraudWarned):
        orders = tuple(await queries.orders_paid_by(seen.payment))
    earlier = await queries.earlier(seen.payment) if isinstance(event, PaymentHeld) else None
    inspection = replace(seen, now=now)
    return Seen(guide=bot.guide, inspection=inspection, orders=orders, earlier=earlier)

"""The announcement channel: good news that an owner wants all to see."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from discord import ui

from bot import text
from bot.client import GuildbankBot
from bot.deliveries.lost import report_lost
from bot.deliveries.outcome import LostChannel, understood
from bot.views.card import Mood, card
from payments.domain.events import Event, PaymentEvent, PaymentSucceeded, PointsTransferred
from payments.domain.payment import PaymentState
from payments.queue.channel import Delivery, GiveUp
from payments.store.queries import Queries


def _bought(event: PaymentSucceeded, voice: text.Voice) -> ui.LayoutView:
    line = f"<@{event.member}> bought {text.quoted(event.package)}: {voice.points(event.points)}."
    return card("Thank you!", line, mood=Mood.GOOD)


def _passed_on(event: PointsTransferred, voice: text.Voice) -> ui.LayoutView:
    line = f"<@{event.member}> gave <@{event.recipient}> {voice.points(event.points)}."
    return card("A gift", line, mood=Mood.GOOD)


NEWS: Final[Mapping[type[Event], Callable[[Any, text.Voice], ui.LayoutView]]] = {
    PaymentSucceeded: _bought,
    PointsTransferred: _passed_on,
}
"""What all read; nothing of what one member wrote to another."""


class Announcements:
    """The channel `announce`: a card for everybody, about the kinds that the owner chose.

    Args:
        bot: Logged in.
        queries: Reads settings, and how things stand now.
    """

    name = "announce"

    def __init__(self, bot: GuildbankBot, *, queries: Queries) -> None:
        self._bot = bot
        self._queries = queries

    async def deliver(self, delivery: Delivery) -> None:
        """Post it, unless the owner has changed their mind or it is not true any more.

        Raises:
            Postpone: Not now.
            GiveUp: The channel cannot be used (its owner is told), or there is no such card.
            discord.HTTPException: Anything else that Discord refuses.
        """
        event = delivery.event
        settings = await self._queries.settings(event.guild)
        place = settings.announcement_channel
        if place is None or event.name not in settings.announced:
            return
        card_of = NEWS.get(type(event))
        if card_of is None:
            raise GiveUp(f"there is no announcement of {event.name}")
        if not await self._still_true(event):
            return
        view = card_of(event, text.Voice(names=settings.points))
        channel = self._bot.get_partial_messageable(place, guild_id=event.guild)
        try:
            with understood():
                await channel.send(view=view, nonce=delivery.nonce)
        except LostChannel as error:
            await report_lost(self._bot, event.guild, "announcement_channel", place, error.wrong)
            raise

    async def _still_true(self, event: Event) -> bool:
        if not isinstance(event, PaymentEvent):
            return True
        payment = await self._queries.payment(event.payment)
        return payment is not None and payment.state is PaymentState.COMPLETED

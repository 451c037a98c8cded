"""Moderators' cards about a payment, kept true: a button that does nothing any more goes away."""

import discord

from bot.client import GuildbankBot
from bot.delivery.cards import CARDS
from bot.delivery.outcome import LostChannel, understood
from bot.delivery.readers import reader_in
from bot.delivery.seeing import see
from payments.domain.values.events import PaymentEvent
from payments.notifications.channel import Delivery
from payments.notifications.errors import GiveUp
from payments.store.queries import Queries
from payments.store.records.mod_cards import ModCard, ModCards


class KeptCards:
    """The channel `card`: the cards that were posted about a payment say how it stands now.

    What they show is read from the payment as it is, not from the event that leads here: so a late
    or repeated event never brings an old state back.

    Args:
        bot: Logged in.
        queries: Reads payments.
        cards: Knows where they stand.
    """

    name = "card"

    def __init__(self, bot: GuildbankBot, *, queries: Queries, cards: ModCards) -> None:
        self._bot = bot
        self._queries = queries
        self._cards = cards

    async def deliver(self, delivery: Delivery) -> None:
        """Change all cards about the payment; the same change again does no harm.

        A card that somebody deleted is forgotten, and one in a channel that cannot be used is left.

        Raises:
            Postpone: Not now.
            GiveUp: It is about no payment.
            discord.HTTPException: Anything else that Discord refuses.
        """
        event = delivery.event
        if not isinstance(event, PaymentEvent):
            raise GiveUp(f"there are no cards about {event.name}")
        cards = await self._cards.of_payment(event.guild, event.payment)
        if not cards:
            return
        seen = await see(self._bot, self._queries, event)
        reader = await reader_in(self._bot, event.guild)
        for each in cards:
            view = CARDS[type(each.event)](each.event, seen, reader)
            if view is not None:
                await self._change(each, view)

    async def _change(self, card: ModCard, view: discord.ui.LayoutView) -> None:
        channel = self._bot.get_partial_messageable(card.channel, guild_id=card.event.guild)
        try:
            with understood():
                await channel.get_partial_message(card.message).edit(view=view)
        except LostChannel:
            return  # it may be there again; what the card says is said by the next one as well
        except GiveUp:
            await self._cards.forget(card)

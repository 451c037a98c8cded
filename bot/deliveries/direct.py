"""Direct messages: only about what the member did themselves.

They are plain text, because that is what a phone shows of them in its notifications.
"""

import discord

from bot.client import GuildbankBot
from bot.deliveries.messages import DIRECT, Standing
from bot.deliveries.outcome import understood
from payments.domain.events import PaymentEvent
from payments.domain.time import Clock
from payments.queue.channel import Delivery, GiveUp
from payments.store.queries import Queries


class DirectMessages:
    """The channel `dm`: one message to the member whom an event is about.

    Args:
        bot: Logged in.
        queries: Reads how things stand now.
        clock: Tells the time.
    """

    name = "dm"

    def __init__(self, bot: GuildbankBot, *, queries: Queries, clock: Clock) -> None:
        self._bot = bot
        self._queries = queries
        self._clock = clock

    async def deliver(self, delivery: Delivery) -> None:
        """Send it; Discord drops a repeat of the same delivery within a few minutes.

        What is not true any more is left out, and counts as delivered.

        Raises:
            Postpone: Not now.
            GiveUp: The member cannot be reached, or there are no words for such an event.
            discord.HTTPException: Anything else that Discord refuses.
        """
        event = delivery.event
        word = DIRECT.get(type(event))
        if word is None or not isinstance(event, PaymentEvent):
            raise GiveUp(f"there is no direct message about {event.name}")
        words = word(event, await self._standing(event))
        if words is None:
            return
        with understood():
            channel = await self._bot.create_dm(discord.Object(event.member))
            await channel.send(words, nonce=delivery.id)

    async def _standing(self, event: PaymentEvent) -> Standing:
        payment = await self._queries.payment(event.payment)
        if payment is None:
            raise GiveUp(f"payment {event.payment} is not in the books")
        balance = await self._queries.balance(event.guild, event.member, self._clock())
        guild = self._bot.get_guild(event.guild)
        return Standing(
            payment=payment,
            balance=balance.points,
            server=None if guild is None else guild.name,
        )

"""Direct messages to those who were given points by another member."""

import discord

from bot.client import GuildbankBot
from bot.deliveries.outcome import understood
from bot.views.transfer import received
from payments.domain.events import PointsTransferred
from payments.domain.time import Clock
from payments.queue.channel import Delivery, GiveUp
from payments.store.queries import Queries


class Recipients:
    """The channel `recipient`: one message to the member who got points; the sender knows.

    Args:
        bot: Logged in.
        queries: Reads how things stand now.
        clock: Tells the time.
    """

    name = "recipient"

    def __init__(self, bot: GuildbankBot, *, queries: Queries, clock: Clock) -> None:
        self._bot = bot
        self._queries = queries
        self._clock = clock

    async def deliver(self, delivery: Delivery) -> None:
        """Send it; Discord drops a repeat of the same delivery within a few minutes.

        Nothing that the sender's words link to is shown in it.

        Raises:
            Postpone: Not now.
            GiveUp: The member cannot be reached, or nobody was given anything.
            discord.HTTPException: Anything else that Discord refuses.
        """
        event = delivery.event
        if not isinstance(event, PointsTransferred):
            raise GiveUp(f"nobody was given anything by {event.name}")
        balance = await self._queries.balance(event.guild, event.recipient, self._clock())
        guild = self._bot.get_guild(event.guild)
        words = received(event, balance.points, None if guild is None else guild.name)
        with understood():
            channel = await self._bot.create_dm(discord.Object(event.recipient))
            await channel.send(words, nonce=delivery.id, suppress_embeds=True)

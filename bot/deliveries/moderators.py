"""The moderators' channel: what needs a person."""

from bot.client import GuildbankBot
from bot.deliveries.messages import MODERATORS
from bot.deliveries.outcome import understood
from payments.queue.channel import Delivery, GiveUp
from payments.store.queries import Queries


class ModChannel:
    """The channel `mod`: a card in the channel that the guild's owner has set.

    Args:
        bot: Logged in.
        queries: Reads the guild's settings.
    """

    name = "mod"

    def __init__(self, bot: GuildbankBot, *, queries: Queries) -> None:
        self._bot = bot
        self._queries = queries

    async def deliver(self, delivery: Delivery) -> None:
        """Post it; Discord drops a repeat of the same delivery within a few minutes.

        Raises:
            Postpone: Not now.
            GiveUp: There is no such channel, or there is no card for such an event.
            discord.HTTPException: Anything else that Discord refuses.
        """
        event = delivery.event
        card_of = MODERATORS.get(type(event))
        if card_of is None:
            raise GiveUp(f"there is no card about {event.name}")
        settings = await self._queries.settings(event.guild)
        if settings.mod_channel is None:
            raise GiveUp("no moderators' channel is set: /setup set mod_channel")
        channel = self._bot.get_partial_messageable(settings.mod_channel, guild_id=event.guild)
        with understood():
            await channel.send(view=card_of(event), nonce=delivery.id)

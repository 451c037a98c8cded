"""The moderators' channel: what needs a person."""

from bot.client import GuildbankBot
from bot.deliveries.cards import CARDS, Seen
from bot.deliveries.outcome import understood
from payments.commands.base import SYSTEM
from payments.commands.inspect import InspectPayment
from payments.domain.events import Event, PaymentEvent
from payments.domain.ids import CommandKey
from payments.queue.channel import Delivery, GiveUp, Postpone
from payments.runner import BooksUnavailable
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

        Where there is nothing to say any more, nothing is posted, and it counts as delivered.

        Raises:
            Postpone: Not now.
            GiveUp: There is no such channel, or there is no card for such an event.
            discord.HTTPException: Anything else that Discord refuses.
        """
        event = delivery.event
        card_of = CARDS.get(type(event))
        if card_of is None:
            raise GiveUp(f"there is no card about {event.name}")
        settings = await self._queries.settings(event.guild)
        if settings.mod_channel is None:
            raise GiveUp("no moderators' channel is set: /setup set mod_channel")
        view = card_of(event, await self._see(event))
        if view is None:
            return
        channel = self._bot.get_partial_messageable(settings.mod_channel, guild_id=event.guild)
        with understood():
            await channel.send(view=view, nonce=delivery.id)

    async def _see(self, event: Event) -> Seen:
        """The payment that an event is about, as it is now."""
        if not isinstance(event, PaymentEvent):
            return None
        look = InspectPayment(
            key=CommandKey(f"inspect:{event.payment}"),
            at=self._bot.clock(),
            actor=SYSTEM,
            guild=event.guild,
            payment=event.payment,
        )
        try:
            return await self._bot.runner.rehearse(look)
        except BooksUnavailable as error:
            raise Postpone(str(error)) from error

"""Direct messages to those who were given points, by another member or a moderator."""

from bot import text
from bot.client import GuildbankBot
from bot.deliveries.dms import send_dm
from bot.views.transfer import granted, received
from payments.domain.events import PointsGranted, PointsTransferred
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
        """Send it, or keep it for the member's next command if they take no direct messages.

        Nothing that the sender's words link to is shown in it.

        Raises:
            Postpone: Not now.
            GiveUp: The member cannot be reached, or nobody was given anything.
            discord.HTTPException: Anything else that Discord refuses.
        """
        event = delivery.event
        if isinstance(event, PointsTransferred):
            whose = event.recipient
        elif isinstance(event, PointsGranted):
            whose = event.member
        else:
            raise GiveUp(f"nobody was given anything by {event.name}")
        now = self._clock()
        balance = (await self._queries.balance(event.guild, whose, now)).points
        guild = self._bot.get_guild(event.guild)
        server = None if guild is None else guild.name
        voice = text.Voice(names=(await self._queries.settings(event.guild)).points)
        words = (
            received(event, balance, server, voice)
            if isinstance(event, PointsTransferred)
            else granted(event, balance, server, voice, now)
        )
        await send_dm(
            self._bot,
            delivery,
            guild=event.guild,
            member=whose,
            words=words,
            suppress_embeds=True,
        )

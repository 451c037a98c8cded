"""The moderators' channel: what needs a person."""

from dataclasses import replace
from typing import NoReturn

from bot.client import GuildbankBot
from bot.delivery.cards import CARDS
from bot.delivery.lost_channel import report_lost
from bot.delivery.outcome import LostChannel, understood
from bot.delivery.readers import reader_in
from bot.delivery.trouble_cards import Seen
from payments.commands.base import SYSTEM
from payments.commands.payments.inspect import InspectPayment
from payments.domain.values.events import Event, PaymentEvent
from payments.domain.values.ids import CommandKey
from payments.notifications.channel import Delivery
from payments.notifications.errors import GiveUp, Postpone
from payments.runner.errors import BooksUnavailable
from payments.store.queries import Queries

MENDED_WITHIN_SECONDS = 600.0
"""How often to look whether a channel that could not be used can be used again."""


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
            Postpone: Not now, or there is no channel that can be used: the owner is notified,
                and the card comes when they have fixed it.
            GiveUp: There is no card for such an event.
            discord.HTTPException: Anything else that Discord refuses.
        """
        event = delivery.event
        card_of = CARDS.get(type(event))
        if card_of is None:
            raise GiveUp(f"there is no card about {event.name}")
        settings = await self._queries.settings(event.guild)
        view = card_of(event, await self._see(event), await reader_in(self._bot, event.guild))
        if view is None:
            return
        place = settings.mod_channel
        if place is None:
            why = "no channel is set"  # no sentence - for the log
            await self._wait_for_owner(event, None, why)
        channel = self._bot.get_partial_messageable(place, guild_id=event.guild)
        try:
            with understood():
                await channel.send(view=view, nonce=delivery.nonce)
        except LostChannel as error:
            await self._wait_for_owner(event, place, error.wrong)

    async def _wait_for_owner(self, event: Event, channel: int | None, wrong: str) -> NoReturn:
        await report_lost(self._bot, event.guild, "mod_channel", channel, wrong)
        raise Postpone(f"moderators' channel: {wrong}", seconds=MENDED_WITHIN_SECONDS)

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
            seen = await self._bot.runner.rehearse(look)
        except BooksUnavailable as error:
            raise Postpone(str(error)) from error
        revoked = await self._queries.revoked(seen.payment)
        return replace(seen, now=seen.now.with_revoked(revoked))

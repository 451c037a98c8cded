"""The moderators' channel: what needs a person."""

from typing import Final, NoReturn

from bot.client import GuildbankBot
from bot.delivery.cards import CARDS
from bot.delivery.kept_cards import KeptCards, shows
from bot.delivery.lost_channel import report_lost
from bot.delivery.outcome import LostChannel, understood
from bot.delivery.readers import reader_in
from bot.delivery.seeing import see
from payments.domain.values.events import (
    Event,
    FraudWarned,
    PaymentDisputed,
    PaymentHeld,
    PaymentInquired,
    RefundFailed,
)
from payments.notifications.channel import Delivery
from payments.notifications.errors import GiveUp, Postpone
from payments.store.queries import Queries
from payments.store.records.mod_cards import ModCard

MENDED_WITHIN_SECONDS = 600.0
"""How often to look whether a channel that could not be used can be used again."""


KEPT_TRUE: Final = (PaymentHeld, PaymentInquired, PaymentDisputed, FraudWarned, RefundFailed)
"""Events whose cards have a deadline or a button that comes to its end."""


class ModChannel:
    """The channel `mod`: a card in the channel that the guild's owner has set.

    Args:
        bot: Logged in.
        queries: Reads the guild's settings.
        kept: Remembers where cards stand, and changes them later.
    """

    name = "mod"

    def __init__(self, bot: GuildbankBot, *, queries: Queries, kept: KeptCards) -> None:
        self._bot = bot
        self._queries = queries
        self._kept = kept

    async def deliver(self, delivery: Delivery) -> None:
        """Post it, once: Discord drops a repeat of the same delivery within a few minutes.

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
        if isinstance(event, KEPT_TRUE):
            posted = await self._kept.posted(delivery.nonce, event)
            if posted is not None:
                await self._kept.make_true(posted)
                return
        seen = await see(self._bot, self._queries, event)
        view = card_of(event, seen, await reader_in(self._bot, event.guild))
        if view is None:
            return
        place = settings.mod_channel
        if place is None:
            why = "no channel is set"  # no sentence - for the log
            await self._wait_for_owner(event, None, why)
        channel = self._bot.get_partial_messageable(place, guild_id=event.guild)
        try:
            with understood():
                sent = await channel.send(view=view, nonce=delivery.nonce)
        except LostChannel as error:
            await self._wait_for_owner(event, place, error.wrong)
        if isinstance(event, KEPT_TRUE):
            card = ModCard(nonce=delivery.nonce, channel=place, message=sent.id, event=event)
            await self._kept.keep(card, seen if shows(sent, view) else None)

    async def _wait_for_owner(self, event: Event, channel: int | None, wrong: str) -> NoReturn:
        await report_lost(self._bot, event.guild, "mod_channel", channel, wrong)
        raise Postpone(f"moderators' channel: {wrong}", seconds=MENDED_WITHIN_SECONDS)

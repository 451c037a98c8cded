"""The moderators' channel: what needs a person."""

from discord import ui

from bot import text
from bot.client import GuildbankBot
from bot.deliveries.outcome import understood
from bot.views.card import Mood, card
from payments.domain.events import (
    PaymentDisputed,
    PaymentDoubted,
    PaymentEvent,
    RefundFailed,
)
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
        """Post it; Discord drops a repeat of the same delivery within a few minutes."""
        event = delivery.event
        view = mod_card(event) if isinstance(event, PaymentEvent) else None
        if view is None:
            return
        settings = await self._queries.settings(event.guild)
        if settings.mod_channel is None:
            raise GiveUp("no moderators' channel is set")
        channel = self._bot.get_partial_messageable(settings.mod_channel, guild_id=event.guild)
        with understood():
            await channel.send(view=view, nonce=delivery.id)


def mod_card(event: PaymentEvent) -> ui.LayoutView | None:
    """What moderators read about an event; none where it is not theirs."""
    if isinstance(event, PaymentDoubted):
        return _about(event, "A payment needs a look", text.safe(event.reason), Mood.BAD)
    if isinstance(event, PaymentDisputed):
        words = "The buyer's bank took the money back for now. The points are on hold."
        return _about(event, "A payment is disputed", words, Mood.BAD)
    if isinstance(event, RefundFailed):
        words = "The money did not reach the buyer. The points were given back."
        return _about(event, "A refund has failed", words, Mood.WAIT)
    return None


def _about(event: PaymentEvent, title: str, words: str, mood: Mood) -> ui.LayoutView:
    what = f"{text.points(event.points)} for {text.money(event.price)}"
    return card(
        title,
        words,
        f"<@{event.member}> · {text.quoted(event.package)} · {what}",
        mood=mood,
        footer=f"Payment `{event.payment}` · {text.moment(event.at)}",
    )

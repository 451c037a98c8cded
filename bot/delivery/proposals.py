"""The card of a refund that a moderator asked for, kept true from proposal to end."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

import discord
from discord import ui

from bot.client import GuildbankBot
from bot.delivery.outcome import understood
from bot.delivery.readers import reader_in
from bot.features.refunds.views import proposal_card, result_card
from bot.wording.footers import action_key, payment_footer
from payments.domain.values.claims import Refund
from payments.domain.values.events import (
    PaymentRefunded,
    RefundFailed,
    RefundProposalChanged,
)
from payments.domain.values.ids import CommandKey
from payments.domain.values.payment import Payment
from payments.domain.values.provider_updates import RefundStatus
from payments.notifications.channel import Delivery
from payments.notifications.errors import GiveUp, Postpone
from payments.runner.errors import BooksUnavailable
from payments.store.queries import Queries

_CODE: Final = re.compile(r"`([^`]+)`")
"""An id, as a foot shows it."""


class Proposals:
    """The channel `proposal`: the card says whether the refund can still be made, and how it ended.

    What it shows is read from the payment as it stands now, not from the event: so a late or
    repeated event never brings an old state back.

    Args:
        bot: Logged in.
        queries: Reads payments.
    """

    name = "proposal"

    def __init__(self, bot: GuildbankBot, *, queries: Queries) -> None:
        self._bot = bot
        self._queries = queries

    async def deliver(self, delivery: Delivery) -> None:
        """Change the card; the same change again does no harm.

        Of one that was decided meanwhile, or whose card nobody knows, nothing is changed, and it
        counts as delivered.

        Raises:
            Postpone: Not now.
            GiveUp: The card is gone, or it is about no such refund.
            discord.HTTPException: Anything else that Discord refuses.
        """
        event = delivery.event
        if not isinstance(event, PaymentRefunded | RefundFailed | RefundProposalChanged):
            raise GiveUp(f"there is no card of a refund about {event.name}")
        payment = await self._queries.payment(event.payment)
        if isinstance(event, RefundFailed):
            await self._change_failed(payment)
            return
        refund = None if payment is None else payment.refund(event.refund)
        if payment is None or refund is None or refund.order is None:
            raise GiveUp(f"refund {event.refund} is not in the books")
        is_proposed = refund.status is RefundStatus.PROPOSED
        if is_proposed is isinstance(event, RefundProposalChanged):
            await self._change(payment, refund)

    async def _change_failed(self, payment: Payment | None) -> None:
        """What the provider refused at once has a card already that says why."""
        if payment is None:
            return
        for each in payment.refunds:
            if each.status is RefundStatus.FAILED:
                await self._change(payment, each)

    async def _change(self, payment: Payment, refund: Refund) -> None:
        """Let the card of a refund say how it stands now, if anybody knows where it is."""
        place = None if refund.order is None else refund.order.card
        if place is None:
            return
        channel = self._bot.get_partial_messageable(place.channel, guild_id=payment.guild)
        message = channel.get_partial_message(place.message)
        with understood():
            action = await _action_on(message)
            try:
                view = await self._view(payment, refund, action)
            except BooksUnavailable as error:
                raise Postpone(str(error)) from error
            if view is not None:
                await message.edit(view=view)

    async def _view(
        self, payment: Payment, refund: Refund, action: CommandKey | None
    ) -> ui.LayoutView | None:
        refunding = self._bot.refunding
        reader = await reader_in(self._bot, payment.guild)
        if refund.status is RefundStatus.PROPOSED:
            quote = await refunding.effect_of(payment, refund)
            footer = payment_footer(payment.id, action)
            return proposal_card(payment, refund, reader, quote=quote, footer=footer)
        done = await refunding.ended(payment, refund.id)
        return None if done is None else result_card(done, action, reader)


async def _action_on(message: discord.PartialMessage) -> CommandKey | None:
    """The command whose id stands at the foot of a card, which no book of ours connects with it.

    None if there is none yet, or the bot may not read it.
    """
    try:
        shown = await message.fetch()
    except discord.Forbidden:
        return None
    written = [each for line in _texts(shown.components) for each in line.splitlines()]
    foot = next((each for each in reversed(written) if each.startswith("-# ")), "")
    codes = _CODE.findall(foot)
    return action_key(codes[1]) if len(codes) > 1 else None


def _texts(components: Iterable[discord.Component]) -> Iterator[str]:
    for each in components:
        if isinstance(each, discord.TextDisplay):
            yield each.content
        yield from _texts(getattr(each, "children", ()))

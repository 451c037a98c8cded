"""The card of a refund that a moderator asked for, kept true from proposal to end."""

from discord import ui

from bot.client import GuildbankBot
from bot.delivery.outcome import understood
from bot.delivery.readers import reader_in
from bot.features.refunds.views import proposal_card, result_card
from payments.domain.values.claims import Refund
from payments.domain.values.events import (
    PaymentRefunded,
    RefundFailed,
    RefundProposalChanged,
)
from payments.domain.values.payment import Payment
from payments.domain.values.provider_updates import RefundStatus
from payments.notifications.channel import Delivery
from payments.notifications.errors import GiveUp, Postpone
from payments.runner.errors import BooksUnavailable
from payments.store.queries import Queries


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
        try:
            view = await self._view(payment, refund)
        except BooksUnavailable as error:
            raise Postpone(str(error)) from error
        if view is not None:
            with understood():
                await channel.get_partial_message(place.message).edit(view=view)

    async def _view(self, payment: Payment, refund: Refund) -> ui.LayoutView | None:
        refunding = self._bot.refunding
        reader = await reader_in(self._bot, payment.guild)
        if refund.status is RefundStatus.PROPOSED:
            quote = await refunding.effect_of(payment, refund)
            return proposal_card(payment, refund, reader, quote=quote)
        done = await refunding.ended(payment, refund.id)
        return None if done is None else result_card(done, None, reader)

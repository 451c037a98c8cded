"""The card of a refund that waits for a second moderator, kept true while it waits."""

from bot.client import GuildbankBot
from bot.delivery.outcome import understood
from bot.delivery.readers import reader_in
from bot.features.refunds.views import proposal_card
from payments.domain.values.events import RefundProposalChanged
from payments.domain.values.provider_updates import RefundStatus
from payments.notifications.channel import Delivery
from payments.notifications.errors import GiveUp, Postpone
from payments.runner.errors import BooksUnavailable
from payments.store.queries import Queries


class Proposals:
    """The channel `proposal`: the card says whether the refund can still be made.

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
            GiveUp: The card is gone, or it is about no proposal.
            discord.HTTPException: Anything else that Discord refuses.
        """
        event = delivery.event
        if not isinstance(event, RefundProposalChanged):
            raise GiveUp(f"there is no card of a proposal about {event.name}")
        payment = await self._queries.payment(event.payment)
        refund = None if payment is None else payment.refund(event.refund)
        if payment is None or refund is None or refund.order is None:
            raise GiveUp(f"refund {event.refund} is not in the books")
        place = refund.order.card
        if refund.status is not RefundStatus.PROPOSED or place is None:
            return
        channel = self._bot.get_partial_messageable(place.channel, guild_id=event.guild)
        try:
            quote = await self._bot.refunding.effect_of(payment, refund)
        except BooksUnavailable as error:
            raise Postpone(str(error)) from error
        reader = await reader_in(self._bot, event.guild)
        view = proposal_card(payment, refund, reader, quote=quote)
        with understood():
            await channel.get_partial_message(place.message).edit(view=view)

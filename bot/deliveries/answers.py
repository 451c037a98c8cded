"""The answer to the member's own command, changed while Discord still allows it.

Goes by the token alone, so it works in a process that has no gateway.
"""

import discord
from discord.http import Route

from bot.client import GuildbankBot
from bot.deliveries.outcome import understood
from bot.views.payment import outcome_card
from payments.domain.events import PaymentEvent
from payments.domain.payment import Payment, PaymentState
from payments.domain.time import Clock
from payments.queue.channel import Delivery, GiveUp
from payments.sealing import CannotUnseal, Sealer
from payments.store.answers import Answers
from payments.store.queries import Queries

_ORIGINAL = "/webhooks/{webhook_id}/{webhook_token}/messages/@original"
"""Discord, page "Receiving and Responding", section "Edit Original Interaction Response".

`discord.Webhook` cannot name the original answer: it takes ids of messages only.
"""


class OriginalAnswer:
    """The channel `answer`: the checkout's card becomes what has become of the payment.

    What it shows is read from the payment as it stands now, not from the event: so a late or
    repeated event never brings an old state back.

    Args:
        bot: Logged in.
        queries: Reads payments and kept tokens.
        answers: Forgets tokens that are of no more use.
        sealer: Decrypts them.
        clock: Tells the time.
    """

    name = "answer"

    def __init__(
        self,
        bot: GuildbankBot,
        *,
        queries: Queries,
        answers: Answers,
        sealer: Sealer,
        clock: Clock,
    ) -> None:
        self._bot = bot
        self._queries = queries
        self._answers = answers
        self._sealer = sealer
        self._clock = clock

    async def deliver(self, delivery: Delivery) -> None:
        """Change the answer; the same change again does no harm."""
        event = delivery.event
        if not isinstance(event, PaymentEvent):
            return
        payment = await self._queries.payment(event.payment)
        view = None if payment is None else outcome_card(payment)
        if payment is None or view is None:
            return
        route = await self._route(payment)
        shown = {
            "components": view.to_components(),  # type: ignore[no-untyped-call]  # discord.py's
            "flags": discord.MessageFlags(components_v2=True).value,
        }
        with understood():
            await self._bot.http.request(route, json=shown)
        if payment.state is not PaymentState.PROCESSING:
            await self._answers.forget(payment.id)

    async def _route(self, payment: Payment) -> Route:
        answer = await self._queries.answer(payment.id, self._clock())
        if answer is None:
            raise GiveUp("there is no answer that could still be changed")
        try:
            token = self._sealer.unseal(answer.sealed)
        except CannotUnseal as error:
            raise GiveUp(str(error)) from error
        if self._bot.application_id is None:
            raise RuntimeError("the bot must be logged in before anything is delivered")
        return Route("PATCH", _ORIGINAL, webhook_id=self._bot.application_id, webhook_token=token)

"""The answer to the member's own command, changed while Discord still allows it.

Goes by the token alone, so it works in a process that has no gateway.
"""

from http import HTTPStatus

import discord
from discord import ui
from discord.http import Route

from bot.client import GuildbankBot
from bot.delivery.outcome import understood
from bot.delivery.readers import reader_in
from bot.features.buying.cards import outcome_card
from payments.domain.rules.ways import the_one
from payments.domain.values.answers import PurchaseAnswer
from payments.domain.values.events import PaymentEvent
from payments.domain.values.payment_state import PaymentState
from payments.domain.values.time import Clock
from payments.infra.encryption import Encryptor
from payments.infra.errors import CannotDecrypt
from payments.notifications.channel import Delivery
from payments.notifications.errors import GiveUp
from payments.store.queries import Queries
from payments.store.records.answers import Answers

_ORIGINAL = "/webhooks/{webhook_id}/{webhook_token}/messages/@original"
"""Discord, page "Receiving and Responding", section "Edit Original Interaction Response".

`discord.Webhook` cannot name the original answer: it takes ids of messages only.
"""

_INVALID_TOKEN = 50027
"""Where the token is no more; where the answer is, Discord says 404, with several codes."""


_MORE_COMES = (PaymentState.PROCESSING, PaymentState.AUTHORIZED)
"""After these states the answer is changed once more."""


class OriginalAnswer:
    """The channel `answer`: the checkout's card becomes what has become of the payment.

    What it shows is read from the payment as it stands now, not from the event: so a late or
    repeated event never brings an old state back. Of a purchase with several ways to pay it is the
    payment that counts.

    Args:
        bot: Logged in.
        queries: Reads payments and kept tokens.
        answers: Forgets tokens that are no longer needed.
        encryptor: Decrypts them.
        clock: Tells the time.
    """

    name = "answer"

    def __init__(
        self,
        bot: GuildbankBot,
        *,
        queries: Queries,
        answers: Answers,
        encryptor: Encryptor,
        clock: Clock,
    ) -> None:
        self._bot = bot
        self._queries = queries
        self._answers = answers
        self._encryptor = encryptor
        self._clock = clock

    async def deliver(self, delivery: Delivery) -> None:
        """Change the answer; the same change again does no harm.

        An answer that cannot be changed any more counts as delivered: the direct message tells.

        Raises:
            Postpone: Not now.
            GiveUp: It is not about a payment in the books, or no key of ours opens the token.
            discord.HTTPException: Anything else that Discord refuses.
        """
        event = delivery.event
        if not isinstance(event, PaymentEvent):
            raise GiveUp(f"there is no answer about {event.name}")
        payment = await self._queries.payment(event.payment)
        if payment is None:
            raise GiveUp(f"payment {event.payment} is not in the books")
        began, payment = payment.began_as, the_one(await self._queries.ways(payment))
        view = outcome_card(
            payment,
            await self._queries.balance(payment.guild, payment.member, self._clock()),
            await self._queries.paid_back(payment),
            await reader_in(self._bot, payment.guild),
        )
        answer = await self._queries.answer(began, self._clock())
        if view is None or answer is None:
            return
        changed = await self._change(self._route(answer), view)
        if not changed or payment.state not in _MORE_COMES:
            await self._answers.forget(began)

    def _route(self, answer: PurchaseAnswer) -> Route:
        try:
            token = self._encryptor.decrypt(answer.encrypted)
        except CannotDecrypt as error:
            raise GiveUp(str(error)) from error
        if self._bot.application_id is None:
            raise RuntimeError("the bot must be logged in before anything is delivered")
        return Route("PATCH", _ORIGINAL, webhook_id=self._bot.application_id, webhook_token=token)

    async def _change(self, route: Route, view: ui.LayoutView) -> bool:
        """Show something else. Returns whether Discord still knew the answer."""
        shown = {
            "content": None,  # an answer that was plain text cannot become a card otherwise
            "embeds": [],
            "components": view.to_components(),  # type: ignore[no-untyped-call]  # discord.py's
            "flags": discord.MessageFlags(components_v2=True).value,
        }
        with understood():
            try:
                await self._bot.http.request(route, json=shown)
            except discord.HTTPException as error:
                if error.status != HTTPStatus.NOT_FOUND and error.code != _INVALID_TOKEN:
                    raise
                return False
        return True

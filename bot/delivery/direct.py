"""Direct messages: about a payment or an order of the member, or points that they had.

They are plain text, because that is what a phone shows of them in its notifications.
"""

from bot.client import GuildbankBot
from bot.delivery.dms import send_dm
from bot.delivery.messages import DIRECT
from bot.delivery.orders import message_about_order
from bot.delivery.readers import reader_in
from bot.delivery.standing import CardStanding
from payments.commands.base import SYSTEM
from payments.commands.shop.seen_codes import NoteCodesNotSent
from payments.domain.values.events import OrderEvent, PaymentEvent
from payments.domain.values.ids import CodeId, CommandKey
from payments.domain.values.time import Clock
from payments.notifications.channel import Delivery
from payments.notifications.errors import GiveUp
from payments.store.queries import Queries


class DirectMessages:
    """The channel `dm`: one message to the member whom an event is about.

    Args:
        bot: Logged in.
        queries: Reads how things stand now.
        clock: Tells the time.
    """

    name = "dm"

    def __init__(self, bot: GuildbankBot, *, queries: Queries, clock: Clock) -> None:
        self._bot = bot
        self._queries = queries
        self._clock = clock

    async def deliver(self, delivery: Delivery) -> None:
        """Send it, or keep it for the member's next command if they take no direct messages.

        What is not true any more is left out, and counts as delivered.

        Raises:
            Postpone: Not now.
            GiveUp: The member cannot be reached, or there are no words for such an event.
            discord.HTTPException: Anything else that Discord refuses.
        """
        event = delivery.event
        if isinstance(event, OrderEvent):
            await self._tell_of_order(delivery, event)
            return
        word = DIRECT.get(type(event))
        if word is None or not isinstance(event, PaymentEvent):
            raise GiveUp(f"there is no direct message about {event.name}")
        now = await self._standing(event)
        if said := word(event, now):
            words = now.reader.say_all(said)
            await send_dm(self._bot, delivery, guild=event.guild, member=event.member, words=words)

    async def _tell_of_order(self, delivery: Delivery, event: OrderEvent) -> None:
        said = await message_about_order(self._bot, event, self._clock())
        if said is None:
            return
        reader = await reader_in(self._bot, event.guild)
        try:
            sent = await send_dm(
                self._bot,
                delivery,
                guild=event.guild,
                member=event.member,
                words=reader.say_all(said.words),
                kept=reader.say_all(said.kept),
                suppress_embeds=True,
            )
        except GiveUp:
            await self._note_not_sent(event, said.new)
            raise
        if not sent:
            await self._note_not_sent(event, said.new)

    async def _note_not_sent(self, event: OrderEvent, codes: tuple[CodeId, ...]) -> None:
        """The codes in a message that went nowhere can be given to somebody else again."""
        if codes:
            await self._bot.runner.run(
                NoteCodesNotSent(
                    key=CommandKey(f"order.codes_not_sent:{self._bot.new_id()}"),
                    at=self._clock(),
                    actor=SYSTEM,
                    guild=event.guild,
                    order=event.order,
                    codes=codes,
                )
            )

    async def _standing(self, event: PaymentEvent) -> CardStanding:
        payment = await self._queries.payment(event.payment)
        if payment is None:
            raise GiveUp(f"payment {event.payment} is not in the books")
        guild = self._bot.get_guild(event.guild)
        kept, gone = await self._queries.kept_from(event.guild, event.payment, event.member)
        return CardStanding(
            kept=kept,
            gone=gone,
            payment=payment,
            guide=self._bot.guide,
            balance=await self._queries.balance(event.guild, event.member, self._clock()),
            paid_back=await self._queries.paid_back(payment),
            server=None if guild is None else guild.name,
            reader=await reader_in(self._bot, event.guild),
        )

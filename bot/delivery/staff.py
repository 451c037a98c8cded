"""The channel `staff`: orders that wait for a person, in the channel of those who fulfil them."""

from typing import Final, NoReturn

from bot.client import GuildbankBot
from bot.delivery.kept_cards import shows
from bot.delivery.lost_channel import report_lost
from bot.delivery.outcome import LostChannel, understood
from bot.delivery.readers import reader_in
from bot.features.staff.views import order_card
from bot.ui.card import LinkButton, Mood, card
from payments.domain.sentences.parts import Moment, Person, Verbatim
from payments.domain.sentences.sentence import Sentence
from payments.domain.values.events import OrderEvent, OrderPlaced, OrderReminded
from payments.domain.values.guilds import GuildSettings
from payments.domain.values.ids import GuildId
from payments.domain.values.orders import Order
from payments.notifications.channel import Delivery
from payments.notifications.errors import GiveUp, Postpone
from payments.store.queries import Queries
from payments.store.records.order_cards import OrderCard, OrderCards

MENDED_WITHIN_SECONDS: Final = 600.0
"""How often to look whether a channel that could not be used can be used again."""

_ROUNDS: Final = 5
"""How often a card is changed in a row while its order changes."""


class StaffChannel:
    """The channel `staff`.

    What a card shows is read from the order as it is, not from the event that leads here: so a late
    or repeated event never brings an old state back.

    Args:
        bot: Logged in.
        queries: Reads orders, and where they wait.
        cards: Knows where their cards stand.
    """

    name = "staff"

    def __init__(self, bot: GuildbankBot, *, queries: Queries, cards: OrderCards) -> None:
        self._bot = bot
        self._queries = queries
        self._cards = cards

    async def deliver(self, delivery: Delivery) -> None:
        """Post the card of a new order, remind of one that waits, or change its card.

        Raises:
            Postpone: Not now, or there is no channel that can be used: the owner is told.
            GiveUp: It is about no order.
            WrongForm: Discord refuses the form of a message.
            discord.HTTPException: Anything else that Discord refuses.
        """
        event = delivery.event
        if not isinstance(event, OrderEvent):
            raise GiveUp(f"there is no card of an order about {event.name}")
        order = await self._queries.order(event.order)
        if order is None:
            raise GiveUp(f"order {event.order} is not in the books")
        known = await self._cards.of_order(order.guild, order.id)
        if order.state.is_open and isinstance(event, OrderPlaced | OrderReminded):
            if not known:
                posted, shown = await self._post(delivery, order)
                await self._make_true(posted, shown)
            elif isinstance(event, OrderReminded):
                await self._remind(delivery, order, known[-1])
        for each in known:
            await self._make_true(each, None)

    async def _post(self, delivery: Delivery, order: Order) -> tuple[OrderCard, Order | None]:
        """Post its card. Returns where it stands, and what it shows, if that is known.

        An earlier form of it is there if an earlier answer of Discord's was lost.
        """
        settings = await self._queries.settings(order.guild)
        place = settings.fulfilment_channel or settings.mod_channel
        if place is None:
            await self._wait(settings, "no channel is set")  # no sentence - for the log
        channel = self._bot.get_partial_messageable(place, guild_id=order.guild)
        view = order_card(order, await reader_in(self._bot, order.guild))
        try:
            with understood():
                sent = await channel.send(view=view, nonce=delivery.nonce)
        except LostChannel as error:
            await self._wait(settings, error.wrong)
        kept = OrderCard(
            guild=order.guild,
            order=order.id,
            nonce=delivery.nonce,
            channel=place,
            message=sent.id,
        )
        await self._cards.keep(kept)
        return kept, order if shows(sent, view) else None

    async def _remind(self, delivery: Delivery, order: Order, known: OrderCard) -> None:
        """Say it again below everything else, with a link to the card."""
        address = f"https://discord.com/channels/{order.guild}/{known.channel}/{known.message}"
        view = card(
            Sentence("An order still waits"),
            Sentence(
                "**{item}** for {member}. Half of its time is over.",
                item=Verbatim(order.offer.name),
                member=Person(order.member),
            ),
            reader=await reader_in(self._bot, order.guild),
            mood=Mood.WAIT,
            footer=Sentence("{moment}", moment=Moment(delivery.event.at)),
            buttons=[LinkButton(Sentence("Show order"), address)],
        )
        channel = self._bot.get_partial_messageable(known.channel, guild_id=order.guild)
        try:
            with understood():
                await channel.send(view=view, nonce=delivery.nonce)
        except LostChannel as error:
            await self._wait(await self._queries.settings(order.guild), error.wrong)

    async def _make_true(self, kept: OrderCard, shown: Order | None) -> None:
        """Change a card until its order has not changed since it was read.

        Args:
            kept: Where it stands.
            shown: What it was written from, if that is known.
        """
        for _ in range(_ROUNDS):
            order = await self._queries.order(kept.order)
            if order is None or order == shown:
                return
            view = order_card(order, await reader_in(self._bot, kept.guild))
            channel = self._bot.get_partial_messageable(kept.channel, guild_id=kept.guild)
            try:
                with understood():
                    await channel.get_partial_message(kept.message).edit(view=view)
            except LostChannel:
                return  # it may be there again; what it would say is said by the next change
            except GiveUp:
                await self._cards.forget(kept)
                return
            shown = order
        raise Postpone("the order changes all the time")  # no sentence - for the log

    async def _wait(self, settings: GuildSettings, wrong: str) -> NoReturn:
        """Let the owner mend it.

        Raises:
            Postpone: Always.
        """
        own = settings.fulfilment_channel is not None
        setting = "fulfilment_channel" if own or settings.mod_channel is None else "mod_channel"
        place = settings.fulfilment_channel or settings.mod_channel
        await report_lost(self._bot, GuildId(settings.guild), setting, place, wrong)
        raise Postpone(f"channel of orders: {wrong}", seconds=MENDED_WITHIN_SECONDS)

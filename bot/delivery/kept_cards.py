"""Moderators' cards about a payment, kept true: a button that does nothing any more goes away."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

import discord

from bot.client import GuildbankBot
from bot.delivery.cards import CARDS
from bot.delivery.outcome import LostChannel, understood
from bot.delivery.readers import reader_in
from bot.delivery.seeing import see
from bot.delivery.seen import Seen
from payments.domain.values.events import PaymentEvent
from payments.notifications.channel import Delivery
from payments.notifications.errors import GiveUp, Postpone, WrongForm
from payments.store.queries import Queries
from payments.store.records.mod_cards import ModCard, ModCards

_ROUNDS: Final = 5
"""How often a card is changed in a row while its payment changes."""


def shows(message: discord.Message, view: discord.ui.LayoutView) -> bool:
    """Whether a message is what was to be posted.

    It is an earlier form of it if an earlier answer of Discord's was lost: under the same nonce it
    posts nothing, and tells of the message that is there.
    """
    wanted = view.to_components()  # type: ignore[no-untyped-call]  # discord.py's
    return _written(wanted) == _written([each.to_dict() for each in message.components])


def _written(components: Iterable[Mapping[str, Any]]) -> list[str]:
    """The words, buttons and links of a message, in turn."""
    found = list[str]()
    for each in components:
        found += [str(each[part]) for part in ("content", "custom_id", "url") if each.get(part)]
        found += _written(each.get("components") or ())
    return found


class KeptCards:
    """The channel `card`: the cards that were posted about a payment say how it stands now.

    What they show is read from the payment as it is, not from the event that leads here: so a late
    or repeated event never brings an old state back.

    Args:
        bot: Logged in.
        queries: Reads payments.
        cards: Knows where they stand.
    """

    name = "card"

    def __init__(self, bot: GuildbankBot, *, queries: Queries, cards: ModCards) -> None:
        self._bot = bot
        self._queries = queries
        self._cards = cards

    async def deliver(self, delivery: Delivery) -> None:
        """Change all cards about the payment; the same change again does no harm.

        A card that somebody deleted is forgotten, and one in a channel that cannot be used is left.
        One that Discord refuses stops no other.

        Raises:
            Postpone: Not now.
            GiveUp: It is about no payment.
            WrongForm: Discord refuses the form of one of them.
            discord.HTTPException: Anything else that Discord refuses.
        """
        event = delivery.event
        if not isinstance(event, PaymentEvent):
            raise GiveUp(f"there are no cards about {event.name}")
        wrong: WrongForm | None = None
        refused: discord.HTTPException | None = None
        for each in await self._cards.of_payment(event.guild, event.payment):
            try:
                await self.make_true(each)
            except WrongForm as error:
                wrong = error
            except discord.HTTPException as error:
                refused = error
        if error_of_all := refused or wrong:  # another try may mend a refusal, never a wrong form
            raise error_of_all

    async def keep(self, card: ModCard, shown: Seen | None) -> None:
        """Remember a card that was just posted; what changed meanwhile is on it then.

        Args:
            card: Where it stands.
            shown: What it was written from, if that is known.

        Raises:
            Postpone: Not now.
            discord.HTTPException: Anything else that Discord refuses.
        """
        await self._cards.keep(card)
        await self.make_true(card, shown)

    async def posted(self, nonce: str, event: PaymentEvent) -> ModCard | None:
        """The card that a delivery has posted before it had to wait, if it has."""
        known = await self._cards.of_payment(event.guild, event.payment)
        return next((each for each in known if (each.nonce, each.event) == (nonce, event)), None)

    async def make_true(self, card: ModCard, shown: Seen | None = None) -> None:
        """Change a card until nothing has changed since what it was written from was read.

        So the last of several who change it at the same time leaves it as the payment is.

        Args:
            card: Where it stands.
            shown: What it was written from, if that is known.

        Raises:
            Postpone: Not now.
            discord.HTTPException: Anything else that Discord refuses.
        """
        for _ in range(_ROUNDS):
            seen = await see(self._bot, self._queries, card.event)
            if seen == shown:
                return
            reader = await reader_in(self._bot, card.event.guild)
            view = CARDS[type(card.event)](card.event, seen, reader)
            if view is None or not await self._change(card, view):
                return
            shown = seen
        raise Postpone("the payment changes all the time")

    async def _change(self, card: ModCard, view: discord.ui.LayoutView) -> bool:
        """Change a card once; whether it could be changed."""
        channel = self._bot.get_partial_messageable(card.channel, guild_id=card.event.guild)
        try:
            with understood():
                await channel.get_partial_message(card.message).edit(view=view)
        except LostChannel:
            return False  # it may be there again; what the card says is said by the next one, too
        except GiveUp:
            await self._cards.forget(card)
            return False
        return True

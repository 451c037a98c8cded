"""Buttons of a member's orders; their ids say all they need, so they outlive a restart."""

import re
from typing import Any, Final, Self

import discord
from discord import ui

from bot.features.shop import codes
from bot.interaction.caller import Interaction, caller_of
from bot.interaction.reader import reader_format_of
from bot.ui.buttons import MemberButton
from bot.ui.card import card
from payments.domain.errors import Refused
from payments.domain.sentences.parts import Verbatim
from payments.domain.sentences.sentence import Sentence, plural
from payments.domain.values.ids import OrderId
from payments.domain.values.orders import Order, OrderState

ORDER: Final = "(?P<order>[0-9A-Za-z-]{1,40})"
"""An order's id within a button's id."""

NO_SUCH_ORDER: Final = Sentence("There is no such order of yours.")


async def own_order(interaction: Interaction, name: OrderId) -> Order:
    """An order of the person who pressed.

    Raises:
        Refused: It is somebody else's, or of another server, or there is none.
    """
    caller = caller_of(interaction)
    order = await interaction.client.queries.order(name)
    if order is None or (order.guild, order.member) != (caller.guild, caller.member):
        raise Refused(NO_SUCH_ORDER)
    return order


class CodesButton(MemberButton, template=f"order:codes:{ORDER}"):
    """Shows the codes of an order again, to its buyer alone."""

    def __init__(self, order: OrderId, quantity: int = 1) -> None:
        super().__init__(plural("Show code", "Show codes", quantity), f"order:codes:{order}")
        self.order = order

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """The button as it was before a restart."""
        del interaction, item
        return cls(OrderId(match["order"]))

    async def press(self, interaction: Interaction) -> None:
        """Show them in a card, or in a file where they are many."""
        order = await own_order(interaction, self.order)
        if order.state is not OrderState.FULFILLED:
            raise Refused("This order has no codes any more.")
        await interaction.response.defer(ephemeral=True, thinking=True)
        found = await codes.codes_of(interaction.client, order)
        if found is None:
            raise Refused(codes.UNREADABLE)
        await found.note_shown(interaction.client)
        reader = await reader_format_of(interaction)
        if found.fit:
            title = Sentence("{item}", item=Verbatim(order.offer.name))
            view = card(title, *codes.shown(found.codes), reader=reader)
            await interaction.followup.send(view=view, ephemeral=True)
            return
        words = reader.say(Sentence("Your {n} codes are in this file.", n=len(found.codes)))
        await interaction.followup.send(words, file=codes.as_file(found.codes), ephemeral=True)

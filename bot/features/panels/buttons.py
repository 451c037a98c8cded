"""Buttons of panels; their ids say all they need, so they outlive a restart."""

import re
from typing import Any, Final, Self

import discord
from discord import ui

from bot.features.buying.purchase import begin_purchase
from bot.features.shop.ordering import begin_order
from bot.interaction.caller import Interaction, caller_of
from bot.ui.buttons import MemberButton
from payments.domain.errors import Refused
from payments.domain.sentences.sentence import Sentence
from payments.domain.values.ids import ItemId, PackageId

ID: Final = "[0-9A-Za-z-]{1,64}"
"""An id of an item or package within a button's id."""

NOT_FOR_SALE: Final = Sentence("This is no longer for sale.")


class OrderButton(MemberButton, template=rf"panel:item:(?P<item>{ID})"):
    """Orders one piece of an item.

    Args:
        item: Which one.
        sold_out: Whether there is none left.
    """

    def __init__(self, item: ItemId, *, sold_out: bool = False) -> None:
        label = Sentence("Sold out") if sold_out else Sentence("Order")
        style = discord.ButtonStyle.secondary if sold_out else discord.ButtonStyle.primary
        super().__init__(label, f"panel:item:{item}", style)
        self.item.disabled = sold_out
        self._what = item

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """The button as it was before a restart."""
        del interaction, item
        return cls(ItemId(match["item"]))

    async def press(self, interaction: Interaction) -> None:
        """Ask what the item asks for, then whether to order it."""
        item = await interaction.client.queries.item(caller_of(interaction).guild, self._what)
        if item is None or not item.active:
            raise Refused(NOT_FOR_SALE)
        await begin_order(interaction, item)


class BuyButton(MemberButton, template=rf"panel:package:(?P<package>{ID})"):
    """Begins to buy a package.

    Args:
        package: Which one.
    """

    def __init__(self, package: PackageId) -> None:
        style = discord.ButtonStyle.primary
        super().__init__(Sentence("Buy"), f"panel:package:{package}", style)
        self._package = package

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """The button as it was before a restart."""
        del interaction, item
        return cls(PackageId(match["package"]))

    async def press(self, interaction: Interaction) -> None:
        """Lead to the page where it is paid."""
        packages = await interaction.client.queries.packages(caller_of(interaction).guild)
        found = next((each for each in packages if each.id == self._package), None)
        if found is None:
            raise Refused(NOT_FOR_SALE)
        await begin_purchase(interaction, found)

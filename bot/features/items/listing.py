"""Pages of what a server has for sale for points, for its owners; they work after a restart."""

import re
from typing import Any, Final, Self

import discord
from discord import ui

from bot.features.items.words import in_a_line
from bot.interaction.caller import Interaction, caller_of, owners_only
from bot.interaction.errors import answer_error, deny, refusal_of_place
from bot.interaction.reader import reader_format_of
from bot.ui.card import SentenceLabel, card
from payments.domain.sentences.parts import SlashCommand
from payments.domain.sentences.sentence import Sentence

LINES: Final = 15
"""Items on one page: the longest of them fit a card."""


async def items_page(interaction: Interaction, first: int) -> ui.LayoutView:
    """Some of the items, from one on.

    Args:
        interaction: Of somebody who may manage the server.
        first: The place of the first one, from 0 on; if there is none, the page before.
    """
    items = await interaction.client.queries.items(caller_of(interaction).guild)
    last_page = max(len(items) - 1, 0) // LINES * LINES
    first = min(first // LINES * LINES, last_page)
    shown = items[first : first + LINES]
    lines = [in_a_line(each) for each in shown] or [
        Sentence("Nothing yet. {command} puts something up.", command=SlashCommand("item add"))
    ]
    buttons: list[ui.Item[Any]] = []
    if first > 0:
        buttons.append(ItemsPageButton(first - LINES, forward=False))
    if first < last_page:
        buttons.append(ItemsPageButton(first + LINES, forward=True))
    footer = Sentence(
        "{first}-{last} of {count}", first=first + 1, last=first + len(shown), count=len(items)
    )
    return card(
        Sentence("For sale for points"),
        *lines,
        reader=await reader_format_of(interaction),
        footer=footer if buttons else None,
        buttons=buttons,
    )


class ItemsPageButton(
    SentenceLabel,
    ui.DynamicItem[ui.Button[Any]],
    template=r"items:(?P<way>next|previous):(?P<first>[0-9]{1,6})",
):
    """Turns the page.

    Args:
        first: The place of the first item on the page to which it leads.
        forward: Whether that is the next one.
    """

    def __init__(self, first: int, *, forward: bool) -> None:
        way = "next" if forward else "previous"
        super().__init__(ui.Button(custom_id=f"items:{way}:{first}"))
        self.sentence = Sentence("Next") if forward else Sentence("Previous")
        self.first = first

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """The button as it was."""
        del interaction, item
        return cls(int(match["first"]), forward=match["way"] == "next")

    async def interaction_check(self, interaction: discord.Interaction[Any], /) -> bool:
        """Refuse everything outside of the guilds that may sell."""
        refusal = refusal_of_place(interaction)
        if refusal is not None:
            await deny(interaction, refusal)
        return refusal is None

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Turn it, for somebody who may still manage the server."""
        try:
            owners_only(interaction)
            await interaction.response.edit_message(view=await items_page(interaction, self.first))
        except Exception as error:  # noqa: BLE001 - told to the person and logged there
            await answer_error(interaction, error)

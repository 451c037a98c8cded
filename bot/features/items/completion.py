"""Items in Discord's lists: what is offered for completion, and what was meant by it."""

from collections.abc import Sequence
from typing import Final

from bot.interaction.caller import Interaction, caller_of, owners_only
from bot.ui.completion import Completion, begins_with_name
from bot.wording import text
from payments.domain.errors import Refused
from payments.domain.sentences.parts import SlashCommand
from payments.domain.sentences.sentence import Sentence
from payments.domain.values.items import Item, ItemKind


class OwnItems(Completion[Item]):
    """The items that a server has for sale, for those who decide about them.

    Args:
        kind: Only items of this kind; all of them if None.
    """

    none = Sentence("There is no such item. Choose one from the list.")
    by_part = True

    def __init__(self, kind: ItemKind | None = None) -> None:
        self._kind = kind

    async def check(self, interaction: Interaction) -> None:
        """They are offered to those who may manage the server."""
        owners_only(interaction)

    async def things(self, interaction: Interaction) -> Sequence[Item]:
        """All of them, the cheapest first."""
        items = await interaction.client.queries.items(caller_of(interaction).guild)
        return [each for each in items if self._kind in (None, each.offer.kind)]

    def value(self, thing: Item) -> str:
        """Its id."""
        return thing.id

    def label(self, thing: Item, reader: text.ReaderFormat) -> str:
        """Name and price."""
        return text.item(thing, reader)

    def names(self, thing: Item) -> Sequence[str]:
        """Its name."""
        return (thing.offer.name,)

    def may_be_labelled(self, thing: Item, typed: str) -> bool:
        """Its label begins with its name in every language."""
        return begins_with_name(typed, thing.offer.name)

    def found_by(self, thing: Item) -> str:
        """Its name, also where the label cuts it off."""
        return thing.offer.name

    def unknown(self, typed: str, things: Sequence[Item]) -> Refused:
        """Says what to do where there is none at all."""
        del typed
        if things:
            return Refused(self.none)
        if self._kind is ItemKind.CODE:
            return Refused(
                "No item of this server gives codes. {command} adds one.",
                command=SlashCommand("item add"),
            )
        return Refused(
            "Nothing is for sale for points yet. {command} puts something up.",
            command=SlashCommand("item add"),
        )


OWN_ITEMS: Final = OwnItems()
"""All that are for sale."""

CODE_ITEMS: Final = OwnItems(ItemKind.CODE)
"""Those that give codes."""

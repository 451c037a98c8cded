"""Items in Discord's lists: what is offered for completion, and what was meant by it."""

from collections.abc import Sequence
from typing import Final

from bot.features.shop.shelf import shelf_of
from bot.interaction.caller import Interaction, caller_of
from bot.ui.completion import Completion, begins_with_name
from bot.wording import text
from payments.domain.errors import Refused
from payments.domain.sentences.parts import Several
from payments.domain.sentences.sentence import Sentence, plural
from payments.domain.values.ids import ItemId
from payments.domain.values.items import Item

SOLD_OUT: Final = Sentence("sold out")


class ItemsForSale(Completion[Item]):
    """What members can have for points; what they can afford is offered first."""

    none = Sentence("Nothing can be had for points on this server yet.")

    async def check(self, interaction: Interaction) -> None:
        """Everybody on the server may."""
        caller_of(interaction)

    async def things(self, interaction: Interaction) -> Sequence[Item]:
        """All that is for sale: what can be ordered now and is affordable, then what else is."""
        return (await shelf_of(interaction)).items

    def value(self, thing: Item) -> str:
        """Its id."""
        return thing.id

    def label(self, thing: Item, reader: text.ReaderFormat) -> str:
        """Name and price, and how many there are."""
        tail = f" · {reader.points(thing.offer.price)}"
        if (left := left_of(thing)) is not None:
            tail += f" · {reader.say(left)}"
        name = text.shortened(thing.offer.name, max(text.CHOICE_LENGTH - len(tail), 1))
        return text.shortened(name + tail, text.CHOICE_LENGTH)

    def names(self, thing: Item) -> Sequence[str]:
        """Its name."""
        return (thing.offer.name,)

    def may_be_labelled(self, thing: Item, typed: str) -> bool:
        """Its label begins with its name in every language."""
        return begins_with_name(typed, thing.offer.name)

    def found_by(self, thing: Item) -> str:
        """Its name, also where the label cuts it off."""
        return thing.offer.name

    async def exact(self, interaction: Interaction, value: str) -> Item | None:
        """The item with an id, also one that was retired meanwhile: an order of it says so."""
        return await interaction.client.queries.item(caller_of(interaction).guild, ItemId(value))

    def unknown(self, typed: str, things: Sequence[Item]) -> Refused:
        """Says which there are."""
        if not things:
            return Refused(self.none)
        return Refused(
            "There is no item {typed}. Choose {names}.",
            typed=typed,
            names=Several(tuple(item.offer.name for item in things)),
        )


def left_of(item: Item) -> Sentence | None:
    """How many pieces of an item are left, where that is limited."""
    left = item.stock.available
    if left is None:
        return None
    return plural("{n} left", "{n} left", left) if left else SOLD_OUT


FOR_POINTS: Final = ItemsForSale()
"""For members."""

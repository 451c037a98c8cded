"""`/shop`: what can be had for points, page by page, with a button for each thing.

Pages and buttons outlive a restart: their ids say all they need.
"""

import re
from typing import Any, Final, Self

import discord
import structlog
from discord import ui

from bot.features.shop.completion import left_of
from bot.features.shop.ordering import begin_order
from bot.features.shop.shelf import Shelf, shelf_of
from bot.features.shop.words import what_comes
from bot.interaction.answer import acknowledge, answer
from bot.interaction.caller import Interaction, caller_of
from bot.interaction.reader import reader_format_of
from bot.ui.buttons import NUMBER, MemberButton
from bot.ui.card import Mood, card
from bot.wording import text
from payments.domain.errors import Refused
from payments.domain.sentences.parts import FromNow, Points, Role, Verbatim, Written
from payments.domain.sentences.sentence import Sentence
from payments.domain.values.ids import ItemId
from payments.domain.values.items import Item
from payments.domain.values.ledger import PointsKind

log = structlog.get_logger(__name__)

SHOWN: Final = 5
"""Items on a page: with a picture each is six of the 40 components that Discord takes."""

ITEM: Final = "(?P<item>[0-9A-Za-z-]{1,40})"
"""An item's id within a button's id."""

_TITLE: Final = Sentence("Shop")
_NAME_LENGTH: Final = 100
_DESCRIPTION_LENGTH: Final = 200
_ITEM_LENGTH: Final = 700
"""The most characters of one item: all of a page are within Discord's 4,000."""


async def shop_card(
    interaction: Interaction, above: int = 0, *, pictures: bool = True
) -> ui.LayoutView:
    """A page of what the caller can have.

    Args:
        interaction: Of the caller.
        above: How many items are left out before it.
        pictures: Whether pictures are shown.
    """
    reader, shelf = await reader_format_of(interaction), await shelf_of(interaction)
    if not shelf.items:
        nothing = Sentence("Nothing can be had for points on this server yet.")
        return card(_TITLE, nothing, reader=reader)
    total = len(shelf.items)
    above = max(0, min(above, total - 1)) // SHOWN * SHOWN
    shown = shelf.items[above : above + SHOWN]
    balance = Points(sum(shelf.points.values()))
    head = [f"### {reader.say(_TITLE)}", reader.say(_to_spend(balance))]
    box: ui.Container[ui.LayoutView] = ui.Container(
        ui.TextDisplay("\n".join(head)), accent_colour=discord.Colour(Mood.PLAIN.value)
    )
    for item in shown:
        _add(box, item, shelf, reader, picture=item.offer.picture if pictures else "")
    box.add_item(ui.TextDisplay(f"-# {reader.say(_place(above + 1, above + len(shown), total))}"))
    turning: list[ui.Item[Any]] = []
    if above:
        turning.append(ShopPageButton(Sentence("Back"), above - SHOWN))
    if above + SHOWN < total:
        turning.append(ShopPageButton(Sentence("More"), above + SHOWN))
    if turning:
        box.add_item(ui.ActionRow(*map(_labelled(reader), turning)))
    view = ui.LayoutView(timeout=None)
    view.add_item(box)
    return view


def _to_spend(points: Points) -> Sentence:
    return Sentence("You have **{points}** to spend.", points=points)


def _labelled(reader: text.ReaderFormat) -> Any:  # noqa: ANN401 - a function of a button
    def label(button: Any) -> Any:  # noqa: ANN401 - discord.py's items are generic
        button.say_label(reader)
        return button

    return label


def _add(
    box: ui.Container[ui.LayoutView],
    item: Item,
    shelf: Shelf,
    reader: text.ReaderFormat,
    *,
    picture: str,
) -> None:
    """An item's words, its picture beside them, and its button below."""
    words = text.cut("\n".join(map(reader.say, _lines(item, shelf))), _ITEM_LENGTH)
    button = _labelled(reader)(OrderItemButton(item.id))
    button.item.disabled = not shelf.is_there(item)
    if not picture:
        box.add_item(ui.Section(ui.TextDisplay(words), accessory=button))
        return
    shows = reader.say(Sentence("Picture of {item}", item=Written(item.offer.name)))
    thumbnail: ui.Thumbnail[Any] = ui.Thumbnail(picture, description=shows)
    box.add_item(ui.Section(ui.TextDisplay(words), accessory=thumbnail))
    box.add_item(ui.ActionRow(button))


def _lines(item: Item, shelf: Shelf) -> list[Sentence]:
    """What a member reads of an item before they order it."""
    offer = item.offer
    name, price = Verbatim(offer.name, _NAME_LENGTH), Points(offer.price)
    left = left_of(item)
    lines = [
        Sentence("**{item}** · {points}", item=name, points=price)
        if left is None
        else Sentence("**{item}** · {points} · {left}", item=name, points=price, left=left)
    ]
    if offer.description:
        words = Verbatim(offer.description, _DESCRIPTION_LENGTH)
        lines.append(Sentence("{description}", description=words))
    return [*lines, *what_comes(offer, 1), *_hints(item, shelf)]


def _hints(item: Item, shelf: Shelf) -> list[Sentence]:
    """Why it cannot be ordered now, or for which points."""
    offer, limits = item.offer, item.offer.limits
    hints = []
    if offer.paid_with is PointsKind.PAID:
        hints.append(Sentence("Only points that were bought with money pay for it."))
    elif offer.paid_with is PointsKind.PROMOTIONAL:
        hints.append(Sentence("Only points that were given to you pay for it."))
    if not shelf.lets(item) and limits.role is not None:
        hints.append(Sentence("Only for those who have {role}.", role=Role(limits.role)))
    if limits.opens_at is not None and limits.opens_at > shelf.now:
        hints.append(Sentence("For sale {when}.", when=FromNow(limits.opens_at)))
    elif limits.closes_at is not None and limits.closes_at <= shelf.now:
        hints.append(Sentence("No longer for sale."))
    elif limits.closes_at is not None:
        hints.append(Sentence("The sale ends {when}.", when=FromNow(limits.closes_at)))
    if shelf.is_there(item) and (lacking := shelf.lacking(item)):
        hints.append(Sentence("You need {points} more.", points=Points(lacking)))
    return hints


def _place(first: int, last: int, total: int) -> Sentence:
    if first == last:
        return Sentence("{last} of {total}", last=last, total=total)
    return Sentence("{first}-{last} of {total}", first=first, last=last, total=total)


async def show_shop(interaction: Interaction, above: int = 0, *, fresh: bool) -> None:
    """Show a page; without its pictures if Discord refuses the message with them.

    It is acknowledged before anything is read: hundreds of items may be for sale.

    Args:
        interaction: A command, or a press on another page.
        above: How many items are left out before it.
        fresh: Whether it is a message of its own, not in the place of another page.
    """
    if fresh:
        await acknowledge(interaction)
    else:
        await interaction.response.defer()
    try:
        await answer(interaction, await shop_card(interaction, above))
    except discord.HTTPException as error:
        if error.status != 400:  # noqa: PLR2004 - Discord's word for a form that it refuses
            raise
        log.warning("shop.picture_refused", guild=caller_of(interaction).guild, error=str(error))
        await answer(interaction, await shop_card(interaction, above, pictures=False))


class OrderItemButton(MemberButton, template=f"shop:order:{ITEM}"):
    """Orders one piece of an item, after the one question."""

    def __init__(self, item: ItemId) -> None:
        super().__init__(Sentence("Order"), f"shop:order:{item}", style=discord.ButtonStyle.primary)
        self.of = item

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """The button as it was before a restart."""
        del interaction, item
        return cls(ItemId(match["item"]))

    async def press(self, interaction: Interaction) -> None:
        """Ask, and order."""
        item = await interaction.client.queries.item(caller_of(interaction).guild, self.of)
        if item is None:
            raise Refused("This is no longer for sale.")
        await begin_order(interaction, item)


class ShopPageButton(MemberButton, template=f"shop:page:(?P<above>{NUMBER})"):
    """Leads to another page, as whoever presses it sees it."""

    def __init__(self, label: Sentence, above: int) -> None:
        super().__init__(label, f"shop:page:{above}")
        self.above = above

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """The button as it was before a restart."""
        del interaction, item
        return cls(Sentence("More"), int(match["above"]))

    async def press(self, interaction: Interaction) -> None:
        """Turn the page."""
        await show_shop(interaction, self.above, fresh=False)

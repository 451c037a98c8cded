"""What a panel shows, read from the books as they are now."""

import asyncio
import re
from collections.abc import Sequence
from typing import Any, Final, Self
from weakref import WeakValueDictionary

import discord
from discord import ui

from bot.client import GuildbankBot
from bot.features.panels.buttons import BuyButton, OrderButton
from bot.interaction.answer import acknowledge, answer
from bot.interaction.caller import Interaction, caller_of
from bot.interaction.reader import reader_format_of
from bot.ui.buttons import MemberButton
from bot.ui.rows import MOST_ROWS, Row, Shown, rows_card
from bot.wording import text
from payments.domain.sentences.parts import Moment, Points, Role, Verbatim
from payments.domain.sentences.sentence import Sentence, plural
from payments.domain.values.guilds import Package
from payments.domain.values.ids import GuildId
from payments.domain.values.items import Item
from payments.domain.values.panels import PanelKind
from payments.domain.values.time import Instant

_drawing: "WeakValueDictionary[tuple[GuildId, PanelKind], asyncio.Lock]" = WeakValueDictionary()

_NAME_LENGTH: Final = 100
_DESCRIPTION_LENGTH: Final = 150


def lock_of(guild: GuildId, kind: PanelKind) -> asyncio.Lock:
    """Held while a panel is drawn and shown: who shows it last has read the books last."""
    return _drawing.setdefault((guild, kind), asyncio.Lock())


async def draw(
    bot: GuildbankBot,
    guild: GuildId,
    kind: PanelKind,
    reader: text.ReaderFormat,
    first: int = 0,
    *,
    own: bool = False,
) -> ui.LayoutView:
    """A page of what is for sale.

    Args:
        bot: Knows the books.
        guild: Whose.
        kind: What it sells.
        reader: Who reads it.
        first: The place of the first thing on the page, from 0 on.
        own: Whether it is one member's own card, who may turn its pages; on the panel that all see
            stands the first page alone.
    """
    if kind is PanelKind.PACKAGES:
        packages = await bot.queries.packages(guild)
        first = _fitting(first, len(packages))
        rows = [_package_row(each) for each in packages[first : first + MOST_ROWS]]
        return _card(kind, rows, (), len(packages), first, reader=reader, own=own)
    now = bot.clock()
    items = [each for each in await bot.queries.items(guild) if not _is_over(each, now)]
    first = _fitting(first, len(items))
    shown = items[first : first + MOST_ROWS]
    rows = [_item_row(each, now) for each in shown]
    pictures = [
        Shown(each.offer.picture, Sentence("{name}", name=Verbatim(each.offer.name)))
        for each in shown
        if each.offer.picture
    ]
    return _card(kind, rows, pictures, len(items), first, reader=reader, own=own)


def _fitting(first: int, count: int) -> int:
    """The beginning of a page that there is."""
    return min(first, max(count - 1, 0)) // MOST_ROWS * MOST_ROWS


def _card(
    kind: PanelKind,
    rows: Sequence[Row],
    pictures: Sequence[Shown],
    count: int,
    first: int,
    *,
    reader: text.ReaderFormat,
    own: bool,
) -> ui.LayoutView:
    buttons: list[ui.Item[Any]] = []
    if own and first > 0:
        buttons.append(PageButton(kind, first - MOST_ROWS, Sentence("Previous"), own=True))
    if first + MOST_ROWS < count:
        label = Sentence("Next") if own else plural("{n} more", "{n} more", count - len(rows))
        buttons.append(PageButton(kind, first + MOST_ROWS, label, own=own))
    of_items = kind is PanelKind.ITEMS
    title = Sentence("What your points get you") if of_items else Sentence("Get points")
    empty = [] if rows else [Sentence("Nothing is for sale right now.")]
    return rows_card(
        title, above=empty, rows=rows, pictures=pictures, reader=reader, buttons=buttons
    )


def _item_row(item: Item, now: Instant) -> Row:
    offer, limits = item.offer, item.offer.limits
    lines = [_headline(item)]
    if offer.description:
        description = Verbatim(offer.description, _DESCRIPTION_LENGTH)
        lines.append(Sentence("{description}", description=description))
    if limits.opens_at is not None and limits.opens_at > now:
        lines.append(Sentence("For sale from {at}.", at=Moment(limits.opens_at)))
    if limits.closes_at is not None:
        lines.append(Sentence("For sale until {at}.", at=Moment(limits.closes_at)))
    if limits.role is not None:
        lines.append(Sentence("Only those with {role} can buy it.", role=Role(limits.role)))
    return Row(lines=lines, button=OrderButton(item.id, sold_out=item.is_sold_out))


def _headline(item: Item) -> Sentence:
    name, points = Verbatim(item.offer.name, _NAME_LENGTH), Points(item.offer.price)
    left = item.stock.few_left
    if not left:
        return Sentence("**{name}** · {points}", name=name, points=points)
    return plural(
        "**{name}** · {points} · {n} left",
        "**{name}** · {points} · {n} left",
        left,
        name=name,
        points=points,
    )


def _package_row(package: Package) -> Row:
    line = Sentence(
        "**{name}** · {points} · {price}",
        name=Verbatim(package.name, _NAME_LENGTH),
        points=Points(package.points),
        price=package.price,
    )
    return Row(lines=[line], button=BuyButton(package.id))


def _is_over(item: Item, now: Instant) -> bool:
    closes = item.offer.limits.closes_at
    return closes is not None and closes <= now


class PageButton(
    MemberButton,
    template=r"panel:(?P<way>more|turn):(?P<kind>items|packages):(?P<first>[0-9]{1,6})",
):
    """Shows another page, to the one who pressed alone.

    Args:
        kind: What the panel sells.
        first: The place of the first thing on the page to which it leads.
        label: What stands on it.
        own: Whether it stands on a card that one member alone sees: that turns its page.
    """

    def __init__(self, kind: PanelKind, first: int, label: Sentence, *, own: bool) -> None:
        super().__init__(label, f"panel:{'turn' if own else 'more'}:{kind}:{first}")
        self._kind, self._first, self._own = kind, first, own

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction[Any], item: ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        """The button as it was before a restart."""
        del interaction, item
        kind, first = PanelKind(match["kind"]), int(match["first"])
        return cls(kind, first, Sentence("Next"), own=match["way"] == "turn")

    async def press(self, interaction: Interaction) -> None:
        """Show it; hundreds of things may be for sale, so it is acknowledged first."""
        if self._own:
            await interaction.response.defer()
        else:
            await acknowledge(interaction)
        reader = await reader_format_of(interaction)
        guild = caller_of(interaction).guild
        view = await draw(interaction.client, guild, self._kind, reader, self._first, own=True)
        await answer(interaction, view)

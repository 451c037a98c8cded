"""A card of rows, each with a button of its own beside it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import discord
from discord import ui

from bot.ui.card import Mood, SentenceLabel
from bot.wording import text
from payments.domain.sentences.sentence import Sentence

MOST_ROWS: Final = 10
"""Discord takes 40 components on a card; a row with a button is three of them."""

_ROW_LENGTH: Final = 350
"""The most characters of a row: ten of them fit into Discord's 4,000."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A few lines, and perhaps a button beside them.

    Attributes:
        lines: One below the other.
        button: What can be done with it.
    """

    lines: Sequence[Sentence]
    button: ui.Item[Any] | None = None


class Shown(NamedTuple):
    """A picture on a card, by its address.

    Attributes:
        address: Where it is; begins with https://.
        description: What it shows, for those who do not see it.
    """

    address: str
    description: Sentence


def rows_card(
    title: Sentence,
    *,
    above: Sequence[Sentence] = (),
    rows: Sequence[Row],
    pictures: Sequence[Shown] = (),
    below: Sequence[Sentence] = (),
    footer: Sentence | None = None,
    reader: text.ReaderFormat,
    buttons: Sequence[ui.Item[Any]] = (),
) -> ui.LayoutView:
    """A card of rows.

    Args:
        title: One short line.
        above: Lines before the rows.
        rows: At most ten.
        pictures: At most ten, side by side above the rows.
        below: Lines after them.
        footer: A line in small letters, below all others.
        reader: Who reads it.
        buttons: At most five, in one row below.
    """
    head = "\n".join([f"### {reader.say(title)}", *map(reader.say, above)])
    box: ui.Container[ui.LayoutView] = ui.Container(
        ui.TextDisplay(head), accent_colour=discord.Colour(Mood.PLAIN.value)
    )
    if pictures:
        box.add_item(_gallery(pictures, reader))
    for row in rows:
        words = text.cut("\n".join(map(reader.say, row.lines)), _ROW_LENGTH)
        if row.button is None:
            box.add_item(ui.TextDisplay(words))
        else:
            _label(row.button, reader)
            box.add_item(ui.Section(ui.TextDisplay(words), accessory=row.button))
    end = [*map(reader.say, below), *(() if footer is None else (f"-# {reader.say(footer)}",))]
    if end:
        box.add_item(ui.TextDisplay("\n".join(end)))
    for each in buttons:
        _label(each, reader)
    if buttons:
        box.add_item(ui.ActionRow(*buttons))
    view = ui.LayoutView(timeout=None)
    view.add_item(box)
    return view


def _gallery(pictures: Sequence[Shown], reader: text.ReaderFormat) -> ui.MediaGallery[Any]:
    return ui.MediaGallery(
        *(
            discord.MediaGalleryItem(each.address, description=reader.say(each.description))
            for each in pictures
        )
    )


def _label(button: ui.Item[Any], reader: text.ReaderFormat) -> None:
    if isinstance(button, SentenceLabel):
        button.say_label(reader)

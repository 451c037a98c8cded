"""One look for all answers: a card with a coloured edge, a title, some lines, and buttons."""

from collections.abc import Sequence
from enum import Enum
from typing import Any, NamedTuple

import discord
from discord import ui


class Mood(Enum):
    """The colour of a card's edge."""

    PLAIN = 0x5865F2
    GOOD = 0x2D9D64
    WAIT = 0xE0A526
    BAD = 0xD0443E


class Picture(NamedTuple):
    """A picture that is sent with the card.

    Attributes:
        file: Its name among the files of the message.
        description: What it shows, for those who do not see it.
    """

    file: str
    description: str


def card(
    title: str,
    *lines: str,
    mood: Mood = Mood.PLAIN,
    picture: Picture | None = None,
    footer: str | None = None,
    buttons: Sequence[ui.Item[Any]] = (),
) -> ui.LayoutView:
    """A card.

    Args:
        title: One short line; marked up as a heading.
        lines: Paragraphs in Discord's markup; words of other people must be escaped before.
        mood: Its colour.
        picture: Below the lines, if given.
        footer: A line in small letters.
        buttons: At most five, in one row below.
    """
    small = [] if footer is None else [f"-# {footer}"]
    above, below = ([*lines, *small], []) if picture is None else (lines, small)
    box: ui.Container[ui.LayoutView] = ui.Container(
        ui.TextDisplay("\n".join([f"### {title}", *above])),
        accent_colour=discord.Colour(mood.value),
    )
    if picture is not None:
        shown = discord.MediaGalleryItem(
            f"attachment://{picture.file}", description=picture.description
        )
        box.add_item(ui.MediaGallery(shown))
    if below:
        box.add_item(ui.TextDisplay("\n".join(below)))
    if buttons:
        box.add_item(ui.ActionRow(*buttons))
    view = ui.LayoutView(timeout=None)
    view.add_item(box)
    return view


def link(label: str, url: str) -> ui.Button[Any]:
    """A button that leads somewhere; Discord takes addresses of at most 512 characters."""
    return ui.Button(style=discord.ButtonStyle.link, label=label, url=url)

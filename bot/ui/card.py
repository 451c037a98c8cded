"""One look for all answers: a card with a coloured edge, a title, some lines, and buttons."""

from collections.abc import Sequence
from enum import Enum
from typing import Any, Final, NamedTuple

import discord
from discord import ui

from bot.wording import text

TEXT_LENGTH: Final = 4000
"""Discord: the most characters of all texts of a message (page "Component Reference")."""

_TITLE_LENGTH: Final = 400
_FOOTER_LENGTH: Final = 600
_LINE_LENGTH: Final = 1500


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
    head = text.cut(f"### {title}", _TITLE_LENGTH)
    small = [] if footer is None else [text.cut(f"-# {footer}", _FOOTER_LENGTH)]
    lines = fitting(lines, TEXT_LENGTH - sum(len(each) + 1 for each in (head, *small)))
    above, below = ([*lines, *small], []) if picture is None else (lines, small)
    box: ui.Container[ui.LayoutView] = ui.Container(
        ui.TextDisplay("\n".join([head, *above])),
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


def fitting(lines: Sequence[str], room: int) -> tuple[str, ...]:
    """As many lines as there is room for, and how many more there are.

    Args:
        lines: In Discord's markup.
        room: How many characters they may take, with a line end behind each.
    """
    lines = [text.cut(each, _LINE_LENGTH) for each in lines]
    if sum(len(each) + 1 for each in lines) <= room:
        return tuple(lines)
    kept: list[str] = []
    room -= max(len(_more(1)), len(_more(len(lines)))) + 1
    for each in lines:
        if len(each) + 1 > room:
            break
        room -= len(each) + 1
        kept.append(each)
    return (*kept, _more(len(lines) - len(kept)))


def _more(count: int) -> str:
    what = "line that does" if count == 1 else "lines that do"
    return f"… {count:,} more {what} not fit here."


def link(label: str, url: str) -> ui.Button[Any]:
    """A button that leads somewhere; Discord takes addresses of at most 512 characters."""
    return ui.Button(style=discord.ButtonStyle.link, label=label, url=url)

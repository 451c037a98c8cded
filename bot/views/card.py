"""One look for all answers: a card with a coloured edge, a title, some lines, and buttons."""

from collections.abc import Sequence
from enum import Enum
from typing import Any

import discord
from discord import ui


class Mood(Enum):
    """The colour of a card's edge."""

    PLAIN = 0x5865F2
    GOOD = 0x2D9D64
    WAIT = 0xE0A526
    BAD = 0xD0443E


def card(
    title: str,
    *lines: str,
    mood: Mood = Mood.PLAIN,
    footer: str | None = None,
    buttons: Sequence[ui.Item[Any]] = (),
) -> ui.LayoutView:
    """A card.

    Args:
        title: One short line; marked up as a heading.
        lines: Paragraphs in Discord's markup; words of other people must be escaped before.
        mood: Its colour.
        footer: A line in small letters.
        buttons: At most five, in one row below.
    """
    parts = [f"### {title}", *lines]
    if footer is not None:
        parts.append(f"-# {footer}")
    box: ui.Container[ui.LayoutView] = ui.Container(
        ui.TextDisplay("\n".join(parts)), accent_colour=discord.Colour(mood.value)
    )
    if buttons:
        box.add_item(ui.ActionRow(*buttons))
    view = ui.LayoutView(timeout=None)
    view.add_item(box)
    return view


def link(label: str, url: str) -> ui.Button[Any]:
    """A button that leads somewhere; Discord takes addresses of at most 512 characters."""
    return ui.Button(style=discord.ButtonStyle.link, label=label, url=url)

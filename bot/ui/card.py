"""One look for all answers: a card with a coloured edge, a title, some lines, and buttons."""

from collections.abc import Sequence
from enum import Enum
from typing import Any, Final, NamedTuple

import discord
from discord import ui

from bot.wording import text
from payments.domain.sentences.sentence import Sentence, plural

TEXT_LENGTH: Final = 4000
"""Discord: the most characters of all texts of a message (page "Component Reference")."""

ADDRESS_LENGTH: Final = 512
"""Discord: the most characters of a link button's address (page "Component Reference")."""

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
    description: Sentence


class SentenceLabel:
    """A button whose label is a sentence, written when it is put on a card."""

    sentence: Sentence

    def say_label(self, reader: text.ReaderFormat) -> None:
        """Write the label for a reader."""
        button = self.item if isinstance(self, ui.DynamicItem) else self
        if isinstance(button, ui.Button):
            button.label = reader.say(self.sentence)


class LinkButton(SentenceLabel, ui.Button[Any]):
    """A button that leads somewhere.

    Args:
        label: What stands on it.
        url: Of at most `ADDRESS_LENGTH` characters.
    """

    def __init__(self, label: Sentence, url: str) -> None:
        super().__init__(style=discord.ButtonStyle.link, label=str(label), url=url)
        self.sentence = label


class PremiumButton(ui.Button[Any]):
    """A button with which a member buys in Discord's own shop; Discord writes what stands on it.

    Args:
        sku: Discord's id of what is bought.
    """

    def __init__(self, sku: str) -> None:
        super().__init__(style=discord.ButtonStyle.premium, sku_id=int(sku))


def card(
    title: Sentence,
    *lines: Sentence,
    reader: text.ReaderFormat = text.PLAIN,
    mood: Mood = Mood.PLAIN,
    picture: Picture | None = None,
    footer: Sentence | None = None,
    buttons: Sequence[ui.Item[Any]] = (),
) -> ui.LayoutView:
    """A card.

    Args:
        title: One short line; marked up as a heading.
        lines: Paragraphs in Discord's markup.
        reader: Who reads it.
        mood: Its colour.
        picture: Below the lines, if given.
        footer: A line in small letters.
        buttons: At most five, in one row below.
    """
    head = text.cut(f"### {reader.say(title)}", _TITLE_LENGTH)
    small = [] if footer is None else [text.cut(f"-# {reader.say(footer)}", _FOOTER_LENGTH)]
    room = TEXT_LENGTH - sum(len(each) + 1 for each in (head, *small))
    body = fitting([reader.say(each) for each in lines], room, reader)
    above, below = ([*body, *small], []) if picture is None else (body, small)
    box: ui.Container[ui.LayoutView] = ui.Container(
        ui.TextDisplay("\n".join([head, *above])),
        accent_colour=discord.Colour(mood.value),
    )
    if picture is not None:
        shown = discord.MediaGalleryItem(
            f"attachment://{picture.file}", description=reader.say(picture.description)
        )
        box.add_item(ui.MediaGallery(shown))
    if below:
        box.add_item(ui.TextDisplay("\n".join(below)))
    for each in buttons:
        if isinstance(each, SentenceLabel):
            each.say_label(reader)
    if buttons:
        box.add_item(ui.ActionRow(*buttons))
    view = ui.LayoutView(timeout=None)
    view.add_item(box)
    return view


def how_many_fit(lines: Sequence[str], room: int) -> int:
    """Number of the first lines that a card shows in a number of characters, with their ends."""
    for count, each in enumerate(lines):
        room -= min(len(each), _LINE_LENGTH) + 1
        if room < 0:
            return count
    return len(lines)


def fitting(
    lines: Sequence[str], room: int, reader: text.ReaderFormat = text.PLAIN
) -> tuple[str, ...]:
    """As many lines as there is room for, and how many more there are.

    Args:
        lines: In Discord's markup.
        room: How many characters they may take, with a line end behind each.
        reader: Who reads them.
    """
    lines = [text.cut(each, _LINE_LENGTH) for each in lines]
    if sum(len(each) + 1 for each in lines) <= room:
        return tuple(lines)
    kept: list[str] = []
    more = [reader.say(_more(count)) for count in range(len(lines) + 1)]
    room -= max(map(len, more)) + 1
    for each in lines:
        if len(each) + 1 > room:
            break
        room -= len(each) + 1
        kept.append(each)
    return (*kept, more[len(lines) - len(kept)])


def _more(count: int) -> Sentence:
    return plural(
        "… {n} more line that does not fit here.", "… {n} more lines that do not fit here.", count
    )

"""What a card looks like, without any Discord."""

from dataclasses import dataclass
from typing import Any

from discord import ui

from bot.ui.card import Mood


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """A card.

    Attributes:
        mood: The colour of its edge.
        words: All texts, one at a time.
        buttons: What stands on its buttons.
    """

    mood: Mood
    words: str
    buttons: tuple[str, ...] = ()


def look(view: ui.LayoutView) -> Look:
    """What a card looks like."""
    (box,) = view.children
    assert isinstance(box, ui.Container)
    assert box.accent_colour is not None
    rows = [each for each in box.children if isinstance(each, ui.ActionRow)]
    pressed: list[Any] = [item for row in rows for item in row.children]
    return Look(
        mood=Mood(int(box.accent_colour)),
        words="\n".join(each.content for each in box.children if isinstance(each, ui.TextDisplay)),
        buttons=tuple(str(getattr(each, "item", each).label) for each in pressed),
    )

"""A card: its colours, its order, and what is cut."""

import discord
import pytest
from discord import ui

from bot.ui.card import TEXT_LENGTH, LinkButton, Mood, Picture, card, fitting
from payments.domain.sentences.sentence import Sentence
from tests.support.looks import Look, look


@pytest.mark.parametrize(
    ("mood", "colour"),
    [
        (Mood.PLAIN, (0x58, 0x65, 0xF2)),
        (Mood.GOOD, (0x2D, 0x9D, 0x64)),
        (Mood.WAIT, (0xE0, 0xA5, 0x26)),
        (Mood.BAD, (0xD0, 0x44, 0x3E)),
    ],
)
def test_each_mood_has_its_colour(mood: Mood, colour: tuple[int, int, int]) -> None:
    """Discord's blue, green, yellow and red."""
    (box,) = card(Sentence("A card"), mood=mood).children
    assert isinstance(box, ui.Container)
    assert isinstance(box.accent_colour, discord.Colour)
    assert box.accent_colour.to_rgb() == colour


def test_title_lines_and_footer_are_one_text_and_buttons_are_below() -> None:
    buttons = [
        LinkButton(Sentence("Pay"), "https://a.example"),
        LinkButton(Sentence("Help"), "https://b.example"),
    ]
    assert look(
        card(
            Sentence("A card"),
            Sentence("one"),
            Sentence("two"),
            footer=Sentence("small"),
            buttons=buttons,
        )
    ) == Look(mood=Mood.PLAIN, words="### A card\none\ntwo\n-# small", buttons=("Pay", "Help"))
    assert look(card(Sentence("A card"))) == Look(mood=Mood.PLAIN, words="### A card")


def test_a_picture_stands_between_the_lines_and_the_footer() -> None:
    picture = Picture(file="stats.png", description=Sentence("Sales"))
    (box,) = card(
        Sentence("A card"), Sentence("one"), picture=picture, footer=Sentence("small"), buttons=[]
    ).children
    assert isinstance(box, ui.Container)
    above, gallery, below = box.children
    assert isinstance(above, ui.TextDisplay)
    assert isinstance(gallery, ui.MediaGallery)
    assert isinstance(below, ui.TextDisplay)
    assert (above.content, below.content) == ("### A card\none", "-# small")
    (shown,) = gallery.items
    assert (shown.media.url, shown.description) == ("attachment://stats.png", "Sales")
    (box,) = card(Sentence("A card"), Sentence("one"), picture=picture).children
    assert isinstance(box, ui.Container)
    assert len(box.children) == 2


def test_a_card_works_for_ever() -> None:
    assert card(Sentence("A card")).timeout is None
    assert card(Sentence("A card")).is_persistent()


def test_a_button_that_leads_somewhere_is_a_link() -> None:
    button = LinkButton(Sentence("Pay"), "https://a.example")
    assert (button.style, button.label, button.url) == (
        discord.ButtonStyle.link,
        "Pay",
        "https://a.example",
    )


@pytest.mark.parametrize(("part", "most"), [("title", 400), ("footer", 600), ("line", 1500)])
def test_each_part_is_cut_where_it_would_crowd_out_the_others(part: str, most: int) -> None:
    """A title's length is that with its mark; a cut one ends in an ellipsis."""

    def shown(length: int) -> str:
        words = "x" * length
        if part == "title":
            return look(card(Sentence(words))).words
        if part == "footer":
            return look(card(Sentence("A card"), footer=Sentence(words))).words.splitlines()[-1]
        return look(card(Sentence("A card"), Sentence(words))).words.splitlines()[-1]

    mark = {"title": "### ", "footer": "-# ", "line": ""}[part]
    full = most - len(mark)
    assert shown(full) == f"{mark}{'x' * full}"
    assert shown(full + 1) == f"{mark}{'x' * (full - 1)}…"


@pytest.mark.parametrize("footer", [None, Sentence("small")])
def test_a_card_that_is_exactly_full_keeps_all_its_lines(footer: Sentence | None) -> None:
    """Each part takes one character more, for the line end behind it."""
    rest = TEXT_LENGTH - len("### A card\n") - (0 if footer is None else len(f"-# {footer}\n"))
    lines = ["x" * 1399, "x" * 1399, "x" * (rest - 2801)]
    words = look(card(Sentence("A card"), *map(Sentence, lines), footer=footer)).words
    assert words.count("\n") == 3 + (footer is not None)
    assert "do not fit" not in words
    assert len(words) == TEXT_LENGTH - 1
    lines[-1] += "x"
    assert (
        "… 1 more line that does not fit here."
        in look(card(Sentence("A card"), *map(Sentence, lines), footer=footer)).words
    )


@pytest.mark.parametrize(
    ("lines", "room", "shown"),
    [
        ((), 0, ()),
        (("ab",), 3, ("ab",)),
        (("a" * 30, "b" * 30), 62, ("a" * 30, "b" * 30)),
        (("a" * 30, "b" * 30), 61, ("… 2 more lines that do not fit here.",)),
        (("a" * 10, "b" * 90), 60, ("a" * 10, "… 1 more line that does not fit here.")),
        (("a" * 10, "b" * 90), 49, ("a" * 10, "… 1 more line that does not fit here.")),
        (("a" * 10, "b" * 90), 48, ("… 2 more lines that do not fit here.",)),
        (("a" * 10, "b" * 90, "c"), 60, ("a" * 10, "… 2 more lines that do not fit here.")),
    ],
)
def test_lines_that_do_not_fit_are_counted(
    lines: tuple[str, ...], room: int, shown: tuple[str, ...]
) -> None:
    """The first that does not fit ends it: no later one is shown in its place."""
    assert fitting(lines, room) == shown

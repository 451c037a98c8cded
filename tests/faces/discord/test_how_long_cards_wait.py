"""For how long a card can be pressed: never longer than Discord lets its answer be changed."""

from types import SimpleNamespace
from typing import Any

import discord
import pytest
from discord import ui

from bot.features.refunds.commands import _Which
from bot.features.setup.form import FormModal
from bot.features.setup.panel import PANEL_SECONDS
from bot.features.setup.panel_parts import LIMITS_TITLE
from bot.ui.confirm import Confirm, Question
from bot.wording.text import PLAIN
from payments.domain.sentences.sentence import Sentence
from tests.support.make import ADA
from tests.support.paid import paid_payment

ANSWER_SECONDS = 15 * 60
"""Discord, "Receiving and Responding": a token of an interaction lasts for 15 minutes."""

ASKED: Any = SimpleNamespace(id=1, locale=discord.Locale.american_english, user=None)


def confirm() -> Confirm:
    async def act(_: Any) -> ui.LayoutView:
        raise AssertionError("nobody presses")

    question = Question(
        title=Sentence("?"),
        lines=[],
        footer=Sentence(""),
        label=Sentence("Paint"),
        of=ADA,
        not_yours=Sentence("not yours"),
        not_done=Sentence("not done"),
    )
    return Confirm(ASKED, question, act)


def form() -> FormModal:
    async def never(*_: Any) -> Any:
        raise AssertionError("nobody sends it")

    return FormModal(LIMITS_TITLE, (), {}, reader=PLAIN, check=never, submit=never)


async def test_what_asks_once_more_waits_for_two_minutes_and_a_form_for_ten() -> None:
    assert confirm().timeout == 120
    assert _Which([paid_payment()], PLAIN).timeout == 120
    assert form().timeout == 600


@pytest.mark.parametrize("seconds", [PANEL_SECONDS])
def test_the_panel_is_closed_a_minute_before_it_could_not_be_changed(seconds: float) -> None:
    assert seconds == ANSWER_SECONDS - 60


async def test_a_question_says_who_it_is_for_and_what_its_buttons_do() -> None:
    view = confirm()
    buttons = [each for each in view.walk_children() if isinstance(each, ui.Button)]
    assert [(each.label, each.style) for each in buttons] == [
        ("Paint", discord.ButtonStyle.success),
        ("Cancel", discord.ButtonStyle.secondary),
    ]


async def test_a_menu_names_whose_payments_and_how_much_of_each_can_go_back() -> None:
    view = _Which([paid_payment(), paid_payment(id="p2", paid=600)], PLAIN)
    head, row = view.children
    assert isinstance(head, ui.TextDisplay)
    assert head.content == f"Payments of <@{ADA}> to refund:"
    assert isinstance(row, ui.ActionRow)
    (menu,) = row.children
    assert isinstance(menu, ui.Select)
    assert [(each.value, each.description) for each in menu.options] == [
        ("p1", "€4.99 can go back"),
        ("p2", "€6.00 can go back"),
    ]

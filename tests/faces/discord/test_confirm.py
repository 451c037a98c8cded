"""The step that asks again, about whatever takes its time, in a simulated Discord."""

import asyncio

import discord
import pytest
from discord import app_commands, ui
from simcord.results import InteractionResult

from bot.features.evidence.button import EvidenceButton
from bot.interaction.caller import Interaction, caller_of
from bot.startup.command_sync import sync_commands
from bot.ui.card import Mood, card
from bot.ui.confirm import Act, Confirm, Question
from payments.domain.errors import Refused
from payments.domain.sentences.sentence import Sentence
from payments.domain.values.ids import PaymentId
from tests.faces.discord.conftest import World, said
from tests.support.make import GUILD
from tests.support.presses import press_at_once


class Stage:
    """Asks whether to paint the wall, and does what a test wants then.

    Attributes:
        view: The question that was asked last.
    """

    def __init__(self, world: World) -> None:
        self.world = world
        self.view: Confirm | None = None

    async def ask(self, act: Act) -> InteractionResult:
        @app_commands.command(description="Paint the wall.")
        async def paint(interaction: Interaction) -> None:
            question = Question(
                title=Sentence("Paint the wall?"),
                lines=[Sentence("All of it.")],
                footer=Sentence("It stays so."),
                label=Sentence("Paint"),
                style=discord.ButtonStyle.danger,
                of=caller_of(interaction).member,
                not_yours=Sentence("It is not your wall."),
                not_done=Sentence("Nothing was painted"),
            )
            self.view = Confirm(interaction, question, act)
            await interaction.response.send_message(view=self.view)

        self.world.bot.tree.add_command(paint)
        await sync_commands(self.world.bot, [GUILD])
        return await self.world.ada.slash(self.world.general, "paint")


@pytest.fixture
def stage(world: World) -> Stage:
    return Stage(world)


async def test_it_asks_with_the_words_that_it_was_given(stage: Stage) -> None:
    async def act(_press: Interaction) -> ui.LayoutView:
        return card(Sentence("Painted"))

    asked = await stage.ask(act)
    assert said(asked.response) == (
        "### Paint the wall?\nAll of it.\n-# It stays so.\nPaint\nCancel"
    )
    assert asked.response is not None
    ((other),) = await press_at_once(stage.world, asked.response, (stage.world.ben, "Paint"))
    assert said(other.response) == "It is not your wall."
    await stage.world.ada.click(asked.response, label="Paint")
    assert said(asked.response) == "### Painted"


@pytest.mark.parametrize("label", ["Paint", "Cancel"])
async def test_a_press_that_ends_it_is_answered_once(stage: Stage, label: str) -> None:
    """Also where it is over before anybody looks whether it belongs to something that is."""

    async def act(_press: Interaction) -> ui.LayoutView:
        return card(Sentence("Painted"))

    asked = await stage.ask(act)
    assert asked.response is not None
    pressed = await stage.world.ada.click(asked.response, label=label)
    assert pressed.followups == []


async def test_the_press_is_acknowledged_before_anything_is_done(stage: Stage) -> None:
    acknowledged = []

    async def act(press: Interaction) -> ui.LayoutView:
        acknowledged.append(press.response.type)
        return card(Sentence("Painted"))

    asked = await stage.ask(act)
    assert asked.response is not None
    await stage.world.ada.click(asked.response, label="Paint")
    assert acknowledged == [discord.InteractionResponseType.deferred_message_update]


async def test_the_time_that_runs_out_meanwhile_changes_nothing(stage: Stage) -> None:
    late: list[asyncio.Task[None]] = []

    async def act(_press: Interaction) -> ui.LayoutView:
        assert stage.view is not None
        late.append(asyncio.create_task(stage.view.on_timeout()))
        await asyncio.sleep(0)  # lets it come as far as it can
        assert not late[0].done()
        return card(Sentence("Painted"))

    asked = await stage.ask(act)
    assert asked.response is not None
    await stage.world.ada.click(asked.response, label="Paint")
    await late[0]
    assert said(asked.response) == "### Painted"


async def test_a_refusal_is_a_card_with_the_sentence(stage: Stage) -> None:
    async def act(_press: Interaction) -> ui.LayoutView:
        raise Refused("There is no paint.")

    asked = await stage.ask(act)
    assert asked.response is not None
    await stage.world.ada.click(asked.response, label="Paint")
    assert not stage.world.env.errors
    assert said(asked.response) == "### Nothing was painted\nThere is no paint."
    assert asked.response.components[0]["accent_color"] == Mood.BAD.value


async def test_what_was_done_can_have_buttons_that_stay(stage: Stage) -> None:
    async def act(_press: Interaction) -> ui.LayoutView:
        return card(Sentence("Painted"), buttons=[EvidenceButton(PaymentId("p1"))])

    asked = await stage.ask(act)
    assert asked.response is not None
    await stage.world.ada.click(asked.response, label="Paint")
    assert said(asked.response) == "### Painted\nEvidence"
    pressed = await stage.world.ada.click(asked.response, label="Evidence")
    assert said(pressed.response) == "Only moderators can do that."

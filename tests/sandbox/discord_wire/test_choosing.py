"""Selects, all fields of a modal, buttons that outlive a restart, and context menus."""

import asyncio
import re
from typing import Any, Self

import discord
import pytest
from discord import app_commands, ui

from sandbox.discord_wire import CannotAct, WireDiscord
from sandbox.discord_wire.form_values import Value
from sandbox.discord_wire.world import ADA, BEN, GENERAL, GUILD, MODERATORS, MODS, OWNER
from tests.sandbox.discord_wire.bot import Bot
from tests.sandbox.discord_wire.conftest import running

Interaction = discord.Interaction[discord.Client]


class Chooser(ui.View):
    """Selects of several kinds, and a button that opens the form."""

    def __init__(self) -> None:
        super().__init__(timeout=None)

    @ui.select(
        custom_id="sizes",
        min_values=1,
        max_values=2,
        options=[discord.SelectOption(label=each) for each in ("small", "medium", "large")],
    )
    async def sizes(self, interaction: Interaction, select: ui.Select[Self]) -> None:
        await interaction.response.send_message(" ".join(select.values))

    @ui.select(cls=ui.MentionableSelect, custom_id="who", max_values=2)
    async def who(self, interaction: Interaction, select: ui.MentionableSelect[Self]) -> None:
        names = [f"{type(each).__name__} {each.name}" for each in select.values]
        await interaction.response.send_message(", ".join(sorted(names)))

    @ui.select(cls=ui.ChannelSelect, custom_id="where")
    async def where(self, interaction: Interaction, select: ui.ChannelSelect[Self]) -> None:
        await interaction.response.send_message(select.values[0].name)

    @ui.button(label="Form", custom_id="open")
    async def form(self, interaction: Interaction, _: ui.Button[Self]) -> None:
        await interaction.response.send_modal(Form())

    @ui.button(label="Gone", custom_id="gone", disabled=True)
    async def gone(self, interaction: Interaction, _: ui.Button[Self]) -> None:
        raise AssertionError(interaction)


class Form(ui.Modal, title="Form"):
    """One field of each kind."""

    note = ui.Label["Form"](
        text="Note", component=ui.TextInput(custom_id="note", min_length=3, max_length=5)
    )
    size = ui.Label["Form"](
        text="Size",
        component=ui.Select(
            custom_id="size", options=[discord.SelectOption(label=each) for each in ("s", "m")]
        ),
    )
    whom = ui.Label["Form"](text="Whom", component=ui.UserSelect(custom_id="whom"))
    pace = ui.Label["Form"](
        text="Pace",
        component=ui.RadioGroup(
            custom_id="pace",
            options=[discord.RadioGroupOption(label=each) for each in ("slow", "fast")],
        ),
    )
    sure = ui.Label["Form"](text="Sure", component=ui.Checkbox(custom_id="sure"))

    async def on_submit(self, interaction: Interaction) -> None:
        found: list[Any] = [
            each.component for each in self.walk_children() if isinstance(each, ui.Label)
        ]
        note, size, whom, pace, sure = found
        said = f"{note.value} {size.values} {whom.values[0].name} {pace.value} {sure.value}"
        await interaction.response.send_message(said, ephemeral=True)


class Counter(ui.DynamicItem[ui.Button[ui.View]], template=r"count:(?P<number>[0-9]+)"):
    """A button that keeps its number in its id."""

    def __init__(self, number: int) -> None:
        super().__init__(ui.Button(label=str(number), custom_id=f"count:{number}"))
        self.number = number

    @classmethod
    async def from_custom_id(
        cls, _: Interaction, __: ui.Item[Any], match: re.Match[str], /
    ) -> "Counter":
        return cls(int(match["number"]))

    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        view = ui.View(timeout=None).add_item(Counter(self.number + 1))
        await interaction.response.edit_message(view=view)


@pytest.fixture
async def card(local: WireDiscord, bot: Bot) -> int:
    """A message with all of it."""
    sent = await bot.get_partial_messageable(GENERAL).send("choose", view=Chooser())
    assert len(local.messages(GENERAL)) == 1
    return sent.id


async def said(local: WireDiscord, interaction: int) -> str:
    answer = await local.wait_for_answer(interaction)
    assert answer.message is not None
    return str(answer.message["content"])


async def test_what_is_chosen_reaches_the_bot(local: WireDiscord, card: int) -> None:
    sizes = await local.click(ADA, card, "sizes", ["small", "large"])
    assert await said(local, sizes) == "small large"
    who = await local.click(ADA, card, "who", [str(BEN), str(MODERATORS)])
    assert await said(local, who) == "Member ben, Role Moderators"
    where = await local.click(ADA, card, "where", [str(GENERAL)])
    assert await said(local, where) == "general"


@pytest.mark.parametrize(
    ("name", "values", "why"),
    [
        ("sizes", ["huge"], "offers"),
        ("sizes", [], "takes 1 to 2"),
        ("sizes", ["small", "medium", "large"], "takes 1 to 2"),
        ("sizes", ["small", "small"], "different"),
        ("who", ["5"], "nothing to pick"),
        ("gone", None, "disabled"),
    ],
)
async def test_what_is_not_offered_cannot_be_chosen(
    local: WireDiscord, card: int, name: str, values: list[str] | None, why: str
) -> None:
    with pytest.raises(CannotAct, match=why):
        await local.click(ADA, card, name, values)
    assert not local.state.interactions


FORM: dict[str, Value] = {
    "note": "four",
    "size": ["m"],
    "whom": [str(BEN)],
    "pace": "fast",
    "sure": True,
}


async def test_a_form_is_filled_in(local: WireDiscord, card: int) -> None:
    opened = await local.click(ADA, card, "open")
    answer = await local.wait_for_answer(opened)
    assert answer.modal is not None
    assert answer.modal["title"] == "Form"
    assert await said(local, await local.submit(opened, FORM)) == "four ['m'] ben fast True"


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"note": ""}, "must be filled in"),
        ({"note": "ab"}, "3 to 5 characters"),
        ({"size": []}, "takes 1 to 1"),
        ({"size": "m"}, "does not take"),
        ({"pace": "brisk"}, "offers"),
        ({"sure": "yes"}, "does not take"),
        ({"other": "x"}, "has the fields"),
    ],
)
async def test_a_form_is_checked(
    local: WireDiscord, card: int, wrong: dict[str, Any], why: str
) -> None:
    opened = await local.click(ADA, card, "open")
    await local.wait_for_answer(opened)
    with pytest.raises(CannotAct, match=why):
        await local.submit(opened, FORM | wrong)


async def test_a_button_with_its_state_in_its_id_outlives_the_bot(
    local: WireDiscord,
    addresses: None,  # noqa: ARG001 - sets where the bot logs in
) -> None:
    async with running(Bot()) as first:
        view = ui.View(timeout=None).add_item(Counter(7))
        sent = await first.get_partial_messageable(GENERAL).send("count", view=view)
    async with running(Bot()) as second:
        second.add_dynamic_items(Counter)
        answer = await local.wait_for_answer(await local.click(ADA, sent.id, "count:7"))
        assert answer.message is not None
        assert answer.message["components"][0]["components"][0]["custom_id"] == "count:8"
        with pytest.raises(CannotAct, match="nothing called count:7"):
            await local.click(ADA, sent.id, "count:7")


async def test_many_press_at_once(local: WireDiscord, card: int) -> None:
    began = asyncio.get_running_loop().time()
    opened = await asyncio.gather(*(local.click(ADA, card, "open") for _ in range(20)))
    for each in opened:
        assert (await local.wait_for_answer(each)).modal
    assert asyncio.get_running_loop().time() - began < 3


async def test_commands_of_context_menus(local: WireDiscord, bot: Bot) -> None:
    async def greet(interaction: Interaction, member: discord.Member) -> None:
        await interaction.response.send_message(f"{member.name} is greeted")

    async def quote(interaction: Interaction, message: discord.Message) -> None:
        await interaction.response.send_message(f"> {message.content}")

    bot.tree.add_command(app_commands.ContextMenu(name="Greet", callback=greet))
    bot.tree.add_command(app_commands.ContextMenu(name="Quote this", callback=quote))
    await bot.sync()
    sent = await bot.get_partial_messageable(GENERAL).send("words")
    greeted = await local.menu(ADA, GENERAL, "Greet", BEN)
    assert await said(local, greeted) == "ben is greeted"
    quoted = await local.menu(ADA, GENERAL, "Quote this", sent.id)
    assert await said(local, quoted) == "> words"
    with pytest.raises(CannotAct, match="no command Other is synced"):
        await local.menu(ADA, GENERAL, "Other", BEN)
    with pytest.raises(CannotAct, match="no message 1"):
        await local.menu(ADA, GENERAL, "Quote this", 1)


async def test_an_interaction_tells_where_and_in_whose_name(local: WireDiscord, bot: Bot) -> None:
    await bot.tree.sync()
    home = await local.slash(OWNER, MODS, "card")
    sent = local.state.interactions[home].payload
    assert sent["authorizing_integration_owners"] == {"0": str(GUILD)}
    assert (sent["context"], sent["guild_locale"]) == (0, "en-US")
    assert int(sent["member"]["permissions"]) == (1 << 53) - 1
    alone = await local.slash(BEN, local.dm_channel(BEN), "card")
    sent = local.state.interactions[alone].payload
    assert sent["authorizing_integration_owners"] == {"0": "0"}
    for each in (home, alone):
        await local.wait_for_answer(each)


async def test_only_what_is_completed_completes(local: WireDiscord, bot: Bot) -> None:
    await bot.sync()
    with pytest.raises(CannotAct, match="amount is not completed"):
        await local.autocomplete(ADA, GENERAL, "give points", "amount")
    with pytest.raises(CannotAct, match="must lie between 1 and 6000"):
        await local.slash(ADA, GENERAL, "buy", {"package": ""})

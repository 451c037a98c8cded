"""Commands, buttons and modals, as members use them and a real discord.py bot answers them."""

import asyncio

import discord
import pytest

from payments.domain.values.time import MINUTE, SECOND
from sandbox.discord_wire import CannotAct, WireDiscord
from sandbox.discord_wire.world import ADA, BEN, GENERAL, GUILD, MIRA, MODERATORS, MODS, OWNER
from tests.conftest import Time
from tests.sandbox.discord_wire.bot import Bot


async def test_a_deferred_answer_is_filled_by_its_edit(local: WireDiscord, bot: Bot) -> None:
    await bot.sync()
    asked = await local.slash(ADA, GENERAL, "buy", {"package": "small"})
    answer = await local.wait_for_answer(asked, edited=1)
    assert answer.deferred
    assert answer.ephemeral
    assert not answer.loading
    assert answer.acknowledged == local.state.clock()
    assert answer.message is not None
    assert answer.message["content"] == "you get small"
    assert answer.history[0]["content"] == ""
    assert not local.messages(GENERAL)


async def test_what_is_not_synced_cannot_be_used(local: WireDiscord, bot: Bot) -> None:
    with pytest.raises(CannotAct, match="no command /buy"):
        await local.slash(ADA, GENERAL, "buy", {"package": "small"})
    await bot.sync()
    assert await local.wait_for_commands(GUILD) == ["buy", "card", "secret", "give"]
    with pytest.raises(CannotAct, match="needs"):
        await local.slash(ADA, GENERAL, "buy")
    with pytest.raises(CannotAct, match="hidden"):
        await local.slash(ADA, GENERAL, "secret")
    with pytest.raises(CannotAct, match="does not see"):
        await local.slash(ADA, MODS, "card")
    managed = await local.slash(OWNER, GENERAL, "secret")
    assert (await local.wait_for_answer(managed)).message


async def test_a_second_sync_keeps_the_ids(local: WireDiscord, bot: Bot) -> None:
    await bot.sync()
    before = [each["id"] for each in local.state.commands[GUILD]]
    await bot.tree.sync(guild=discord.Object(GUILD))
    assert [each["id"] for each in local.state.commands[GUILD]] == before
    fetched = await bot.tree.fetch_commands(guild=discord.Object(GUILD))
    assert [each.name for each in fetched] == ["buy", "card", "secret", "give"]


async def test_a_subcommand_gets_what_its_options_name(local: WireDiscord, bot: Bot) -> None:
    await bot.sync()
    options = {"member": ADA, "role": MODERATORS, "channel": GENERAL, "amount": 3}
    asked = await local.slash(MIRA, GENERAL, "give points", options)
    answer = await local.wait_for_answer(asked)
    assert answer.message is not None
    assert answer.message["content"] == "ada Moderators general 3 en-US True"
    assert [each["content"] for each in local.messages(GENERAL)] == [answer.message["content"]]
    with pytest.raises(CannotAct, match="between 1 and 10"):
        await local.slash(BEN, GENERAL, "give points", options | {"amount": 11})


async def test_an_option_completes(local: WireDiscord, bot: Bot) -> None:
    await bot.sync()
    choices = await local.autocomplete(ADA, GENERAL, "buy", "package", "me")
    assert choices == [{"name": "Medium", "value": "medium"}]


async def test_a_button_updates_its_message(local: WireDiscord, bot: Bot) -> None:
    await bot.sync()
    shown = await local.wait_for_answer(await local.slash(ADA, GENERAL, "card"))
    assert shown.message is not None
    pressed = await local.click(BEN, int(shown.message["id"]), "press")
    answer = await local.wait_for_answer(pressed)
    assert answer.message is not None
    assert answer.message["content"] == "pressed by ben"
    assert answer.edits == 1
    with pytest.raises(CannotAct, match="nothing called"):
        await local.click(BEN, int(shown.message["id"]), "other")


async def test_a_modal_is_filled_in(local: WireDiscord, bot: Bot) -> None:
    await bot.sync()
    shown = await local.wait_for_answer(await local.slash(ADA, GENERAL, "card"))
    assert shown.message is not None
    opened = await local.click(ADA, int(shown.message["id"]), "ask")
    await local.wait_for_answer(opened)
    sent = await local.submit(opened, {"why": "fun"})
    answer = await local.wait_for_answer(sent)
    assert answer.message is not None
    assert answer.message["content"] == "because fun"
    assert answer.ephemeral


class Held:
    """Holds the interactions that arrive, for a test to answer them by hand."""

    def __init__(self, bot: Bot) -> None:
        self.came: asyncio.Queue[discord.Interaction[Bot]] = asyncio.Queue()
        bot.add_listener(self.came.put, "on_interaction")
        bot.tree.interaction_check = self.refuse  # type: ignore[method-assign] # nothing else answers

    async def refuse(self, _: discord.Interaction) -> bool:
        return False


async def test_three_seconds_for_the_first_answer(
    local: WireDiscord, bot: Bot, clock: Time
) -> None:
    await bot.sync()
    held = Held(bot)
    await local.slash(ADA, GENERAL, "card")
    late = await held.came.get()
    clock.pass_(4 * SECOND)
    with pytest.raises(discord.NotFound) as unknown:
        await late.response.defer()
    assert unknown.value.code == 10062


async def test_one_first_answer_only(local: WireDiscord, bot: Bot) -> None:
    await bot.sync()
    held = Held(bot)
    await local.slash(ADA, GENERAL, "card")
    once = await held.came.get()
    await once.response.send_message("first")
    once.response._response_type = None
    with pytest.raises(discord.HTTPException) as twice:
        await once.response.send_message("second")
    assert twice.value.code == 40060


async def test_a_token_lives_fifteen_minutes(local: WireDiscord, bot: Bot, clock: Time) -> None:
    await bot.sync()
    held = Held(bot)
    await local.slash(ADA, GENERAL, "card")
    asked = await held.came.get()
    with pytest.raises(discord.NotFound) as early:
        await asked.followup.send("before the first answer")
    assert early.value.code == 10015
    await asked.response.defer(ephemeral=True)
    clock.pass_(14 * MINUTE)
    await asked.edit_original_response(content="in time")
    assert (await asked.original_response()).content == "in time"
    clock.pass_(2 * MINUTE)
    with pytest.raises(discord.HTTPException) as over:
        await asked.edit_original_response(content="too late")
    assert over.value.code == 50027


async def test_the_first_followup_fills_a_deferral(local: WireDiscord, bot: Bot) -> None:
    await bot.sync()
    held = Held(bot)
    identity = await local.slash(ADA, GENERAL, "card")
    asked = await held.came.get()
    await asked.response.defer(ephemeral=True)
    await asked.followup.send("here", wait=True)
    answer = local.answer(identity)
    assert answer.message is not None
    assert answer.message["content"] == "here"
    assert answer.ephemeral
    assert not answer.followups
    await asked.delete_original_response()
    assert local.answer(identity).deleted


async def test_a_global_command_works_in_direct_messages(local: WireDiscord, bot: Bot) -> None:
    await bot.tree.sync()
    asked = await local.slash(BEN, local.dm_channel(BEN), "buy", {"package": "small"})
    assert (await local.wait_for_answer(asked, edited=1)).message
    sent = local.state.interactions[asked].payload
    assert sent["context"] == 1
    assert sent["locale"] == "de"
    assert "member" not in sent
    with pytest.raises(CannotAct, match="does not see"):
        await local.slash(ADA, local.dm_channel(BEN), "buy", {"package": "small"})


async def test_an_ephemeral_message_is_its_owners_only(local: WireDiscord, bot: Bot) -> None:
    await bot.sync()
    asked = await local.slash(ADA, GENERAL, "buy", {"package": "small"})
    answer = await local.wait_for_answer(asked, edited=1)
    assert answer.message is not None
    with pytest.raises(CannotAct, match="for this member"):
        await local.click(BEN, int(answer.message["id"]), "press")
    with pytest.raises(discord.NotFound):
        await bot.get_partial_messageable(GENERAL).fetch_message(int(answer.message["id"]))

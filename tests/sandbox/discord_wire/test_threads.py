"""Threads and categories, as a real discord.py bot meets them."""

import pytest

from sandbox.discord_wire import WireDiscord
from sandbox.discord_wire.errors import ApiError, CannotAct
from sandbox.discord_wire.interactions import interaction_payload
from sandbox.discord_wire.world import (
    ADA,
    BEN,
    CATEGORY,
    GENERAL,
    GUILD,
    MIRA,
    MODS,
    OWNER,
    Channel,
)
from tests.sandbox.discord_wire.bot import Bot


async def test_a_command_in_a_thread_names_its_channel(local: WireDiscord, bot: Bot) -> None:
    await bot.sync()
    thread = await local.start_thread(ADA, GENERAL, "About maps")
    asked = await local.slash(ADA, thread, "card")
    await local.wait_for_answer(asked)
    channel = local.interaction(asked).payload["channel"]
    assert (channel["id"], channel["type"], channel["parent_id"]) == (
        str(thread),
        11,
        str(GENERAL),
    )
    assert len(local.messages(thread)) == 1
    assert local.messages(GENERAL) == []


async def test_a_private_thread_is_for_those_who_were_added(local: WireDiscord, bot: Bot) -> None:
    await bot.sync()
    place = bot.get_partial_messageable(GENERAL)
    made = await bot.http.start_thread_without_message(
        place.id, name="Your points", auto_archive_duration=1440, type=12, invitable=False
    )
    thread = int(made["id"])
    await bot.http.add_user_to_thread(thread, ADA)
    await bot.get_partial_messageable(thread, guild_id=GUILD).send("hello")
    await local.slash(ADA, thread, "card")
    with pytest.raises(CannotAct, match="does not see"):
        await local.slash(BEN, thread, "card")


async def test_who_does_not_see_the_channel_does_not_see_its_threads(local: WireDiscord) -> None:
    thread = await local.start_thread(MIRA, MODS, "A case")
    with pytest.raises(CannotAct, match="does not see"):
        interaction_payload(local.state, 2, ADA, thread, {})
    with pytest.raises(ApiError, match="50013"):
        await local.start_thread(ADA, MODS, "Another")


async def test_threads_begin_in_text_channels_only(local: WireDiscord) -> None:
    thread = await local.start_thread(OWNER, GENERAL, "About maps")
    with pytest.raises(ApiError, match="50024"):
        await local.start_thread(OWNER, thread, "Within a thread")
    with pytest.raises(ApiError, match="50035"):
        await local.start_thread(OWNER, GENERAL, "x" * 101)


async def test_a_channel_names_its_category_as_a_thread_names_its_channel(
    local: WireDiscord,
) -> None:
    category = Channel(id=900000000000000019, name="All", type=CATEGORY)
    found = local.state.channel(GENERAL)
    assert found is not None
    guild, general = found
    local.state.put_channel(guild, category)
    local.state.put_channel(
        local.state.guild(GUILD), general.model_copy(update={"parent": category.id})
    )
    asked = interaction_payload(local.state, 2, ADA, GENERAL, {})
    assert asked["channel"]["type"] == 0
    assert asked["channel"]["parent_id"] == str(category.id)

"""Panels that cannot be changed any more, and what their owner is told."""

import discord
import pytest
from simcord.builders import ChannelHandle

from bot.delivery.panels import PanelKeeper, PanelRefresh
from payments.domain.values.events import CodesRunningOut, PackageChanged
from payments.domain.values.panels import PanelKind
from payments.notifications.errors import Postpone
from tests.faces.discord.conftest import Deliver, World, refusal, said
from tests.support.make import GUILD, START, package
from tests.support.owner_told import OwnerIsTold, owner_is_told
from tests.support.panels import item_changed, last, post, shop
from tests.support.shopping import item_id

__all__ = ["owner_is_told", "shop"]


async def test_a_panel_that_is_gone_is_told_to_the_owner_once(
    world: World, shop: ChannelHandle, deliver: Deliver, owner_is_told: OwnerIsTold
) -> None:
    await post(world, shop)
    await last(shop).delete()
    await deliver("panel", item_changed())
    (words,) = await owner_is_told()
    assert "I could not change the panel from which members order" in words
    assert "somebody has deleted the message" in words
    assert "post it again with `/item panel`" in words
    await deliver("panel", item_changed())
    assert await owner_is_told() == []
    assert await world.bot.panels.find(GUILD, PanelKind.ITEMS) is None


@pytest.mark.parametrize("sells", ["items", "packages"])
async def test_a_channel_that_may_not_be_used_is_waited_for(
    world: World,
    shop: ChannelHandle,
    deliver: Deliver,
    owner_is_told: OwnerIsTold,
    sells: str,
) -> None:
    await post(world, shop, sells=sells)
    changed = (
        item_changed()
        if sells == "items"
        else PackageChanged(guild=GUILD, at=START, package=package().id)
    )
    for _ in range(2):
        world.env.inject_error("PATCH", "/channels/*/messages/*", status=403, code=50001)
        with pytest.raises(Postpone) as raised:
            await deliver("panel", changed)
        assert raised.value.seconds == 600
    (words,) = await owner_is_told()
    assert f"let me view <#{shop.id}> and send messages there" in words
    await deliver("panel", changed)
    assert await owner_is_told() == []


async def test_a_deleted_channel_takes_its_panel_along(
    world: World, shop: ChannelHandle, deliver: Deliver, owner_is_told: OwnerIsTold
) -> None:
    await post(world, shop)
    channel = world.bot.get_channel(shop.id)
    assert isinstance(channel, discord.TextChannel)
    await channel.delete()
    await world.env.settle()
    await deliver("panel", item_changed())
    (words,) = await owner_is_told()
    assert "the channel is gone" in words
    assert await world.bot.panels.find(GUILD, PanelKind.ITEMS) is None


async def test_a_channel_in_which_the_bot_cannot_write_is_refused(
    world: World, shop: ChannelHandle
) -> None:
    guild = world.bot.get_guild(GUILD)
    assert guild is not None
    closed = world.guild.create_text_channel(
        "closed",
        overwrites={guild.default_role: discord.PermissionOverwrite(send_messages=False)},
    )
    await world.env.settle()
    words = refusal(world, await post(world, closed))
    assert words == (
        f"I cannot write in <#{closed.id}>. Let me view it and send messages there first."
    )
    world.env.inject_error("POST", f"/channels/{shop.id}/messages", status=403, code=50013)
    words = refusal(world, await post(world, shop))
    assert words.startswith(f"I cannot write in <#{shop.id}>.")
    assert await world.bot.panels.find(GUILD, PanelKind.ITEMS) is None


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (7, "On “Harbour” 7 codes of “Key” are left. Add more with `/item codes`."),
        (1, "On “Harbour” 1 code of “Key” is left."),
        (0, "On “Harbour” all codes of “Key” are gone: it is sold out."),
    ],
)
async def test_an_owner_is_told_when_codes_run_out(
    world: World, deliver: Deliver, left: int, words: str
) -> None:
    event = CodesRunningOut(guild=GUILD, at=START, item=item_id("Key"), item_name="Key", left=left)
    await deliver("owner", event)
    assert words in said(world.guild.owner.dm_channel.last_message)


async def test_an_old_panel_that_cannot_be_deleted_is_told(
    world: World, shop: ChannelHandle
) -> None:
    await post(world, shop)
    world.env.inject_error("DELETE", "/channels/*/messages/*", status=403, code=50013)
    again = await post(world, world.mods)
    assert f"I could not delete the old one in <#{shop.id}>." in said(again.response)


async def test_a_panel_that_cannot_be_changed_holds_up_no_other(
    world: World, shop: ChannelHandle, owner_is_told: OwnerIsTold
) -> None:
    await post(world, shop)
    await post(world, shop, sells="packages")
    panels = world.bot.panels
    refresh = PanelRefresh(PanelKeeper(world.bot, panels=panels), panels=panels)
    world.env.inject_error("PATCH", "/channels/*/messages/*", status=403, code=50001)
    assert await refresh.refresh_all() == 1
    (words,) = await owner_is_told()
    assert "I could not change the panel from which members order" in words
    world.env.inject_error("PATCH", "/channels/*/messages/*", status=503, code=0)
    assert await refresh.refresh_all() == 0
    assert await refresh.refresh_all() == 1

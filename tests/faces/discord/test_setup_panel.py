"""`/setup panel` in a simulated Discord."""

from typing import Any

import discord
import pytest
from simcord.actors import MemberActor
from simcord.builders import ChannelHandle

from bot.features.setup.panel import PANEL_SECONDS
from payments.domain.values.events import PaymentSucceeded, PointsTransferred
from payments.domain.values.guilds import GuildSettings
from payments.domain.values.money import Money
from payments.domain.values.time import HOUR
from payments.runner.errors import BooksUnavailable
from payments.store.queries import Queries
from tests.faces.discord.conftest import World, refusal
from tests.support.make import GUILD
from tests.support.presses import press_at_once
from tests.support.setup_panel import (
    ANNOUNCED,
    MODERATORS,
    NEWS,
    NOTICES,
    ORDER_ROLE,
    ORDERS,
    ROLE,
    Panel,
    answer_of,
    opened,
    panel,
)

__all__ = ["panel"]


def hidden(world: World, **denied: bool) -> ChannelHandle:
    """A channel with something denied to everyone, and so to the bot."""
    return world.guild.create_text_channel(
        "hidden",
        overwrites={world.guild.default_role: discord.PermissionOverwrite(**denied)},
    )


async def test_it_shows_what_is_missing_until_it_is_there(world: World, panel: Panel) -> None:
    assert "One thing is still missing. It is marked with ⚠️ below." in panel.words
    wrong = "⚠️ Choose a moderators' channel. Their commands work only there."
    assert panel.below("⚠️ **Moderators' channel**") == wrong
    await panel.choose(MODERATORS, world.mods)
    assert panel.line("✅") == "✅ Everything required is set."
    assert "✅ **Moderators' channel**" in panel.words
    await world.olga.slash(
        world.general, "package retire", package=(await _only_package(world)).name
    )
    await panel.press("Test again")
    wrong = "⚠️ Nothing is for sale yet. Add the first package."
    assert panel.below("⚠️ **Packages**") == wrong


async def _only_package(world: World) -> Any:
    (package,) = await world.bot.queries.packages(GUILD)
    return package


async def test_each_control_sets_and_clears_its_setting(
    world: World, panel: Panel, queries: Queries
) -> None:
    await panel.choose(MODERATORS, world.mods)
    await panel.choose(ROLE, world.moderators)
    await panel.choose(NEWS, world.general)
    await panel.choose(NOTICES, world.general)
    await panel.choose(ANNOUNCED, PointsTransferred.name, PaymentSucceeded.name)
    await panel.fill("Limits…", maturity="1", approval_limit="50,5")
    assert "Bought points can be transferred: **after 1 hour**" in panel.words
    assert "**above €50.50**" in panel.words
    wanted = GuildSettings(
        guild=GUILD,
        mod_channel=world.mods.id,
        moderator_role=world.moderators.id,
        announcement_channel=world.general.id,
        announced=(PaymentSucceeded.name, PointsTransferred.name),
        notice_channel=world.general.id,
        maturity=HOUR,
        approval_limit=Money(minor=5050, currency="EUR"),
    )
    assert await queries.settings(GUILD) == wanted
    (shown,) = panel.menu(MODERATORS)["default_values"]
    assert (int(shown["id"]), shown["type"]) == (world.mods.id, "channel")
    assert all(each["default"] for each in panel.menu(ANNOUNCED)["options"])

    await panel.choose(ANNOUNCED)
    for each in (MODERATORS, ROLE, NEWS, NOTICES):
        await panel.choose(each)
    await panel.fill("Limits…", maturity="72", approval_limit="")
    assert await queries.settings(GUILD) == GuildSettings(guild=GUILD)
    assert "Refunds need a second moderator: **never**" in panel.words


async def test_nothing_can_be_announced_without_a_channel(world: World, panel: Panel) -> None:
    assert panel.menu(ANNOUNCED)["disabled"]
    await panel.choose(NEWS, world.general)
    assert not panel.menu(ANNOUNCED).get("disabled")
    assert "⚠️ Nothing is announced yet. Choose what." in panel.words


@pytest.mark.parametrize("placeholder", [MODERATORS, NEWS, NOTICES])
@pytest.mark.parametrize("denied", ["view_channel", "send_messages"])
async def test_a_channel_in_which_the_bot_cannot_write_is_not_set(
    world: World, panel: Panel, queries: Queries, placeholder: str, denied: str
) -> None:
    channel = hidden(world, **{denied: False})
    await world.env.settle()
    await panel.choose(placeholder, channel)
    assert panel.line("❌") == (
        f"❌ I cannot write in <#{channel.id}>. Let me view it and send messages there first."
    )
    assert not panel.menu(placeholder).get("default_values")
    assert await queries.settings(GUILD) == GuildSettings(guild=GUILD)
    await panel.choose(placeholder, world.general)
    assert "❌" not in panel.words


@pytest.mark.parametrize("denied", ["create_private_threads", "send_messages_in_threads"])
async def test_private_threads_must_be_possible_in_their_channel(
    world: World, panel: Panel, queries: Queries, denied: str
) -> None:
    channel = hidden(world, **{denied: False})
    await world.env.settle()
    await panel.choose(NOTICES, channel)
    assert panel.line("❌").startswith(f"❌ I cannot make private threads in <#{channel.id}>.")
    assert await queries.settings(GUILD) == GuildSettings(guild=GUILD)


async def test_news_are_announced_in_news_channels_and_threads_made_in_others(
    world: World, panel: Panel, queries: Queries
) -> None:
    news = world.guild.create_news_channel("news")
    await world.env.settle()
    await panel.choose(NEWS, news)
    assert (await queries.settings(GUILD)).announcement_channel == news.id
    assert panel.menu(NEWS)["default_values"]
    assert panel.menu(NOTICES)["channel_types"] == [discord.ChannelType.text.value]
    refused = await world.olga.slash(world.general, "setup set", notice_channel=news)
    assert refusal(world, refused).startswith(f"<#{news.id}> takes no private threads.")


async def test_a_role_that_cannot_moderate_is_not_set(
    world: World, panel: Panel, queries: Queries
) -> None:
    await panel.choose(ROLE, world.guild.default_role)
    assert panel.line("❌") == "❌ @everyone cannot be the moderators' role."
    assert await queries.settings(GUILD) == GuildSettings(guild=GUILD)


async def test_what_was_set_is_tested_again(world: World, panel: Panel) -> None:
    channel = world.guild.create_text_channel("later")
    role = world.guild.create_role("Later")
    await world.env.settle()
    await panel.choose(MODERATORS, channel)
    await panel.choose(ROLE, role)
    assert "✅ **Moderators' channel**" in panel.words
    there = world.bot.get_channel(channel.id)
    assert isinstance(there, discord.TextChannel)
    await there.set_permissions(there.guild.default_role, send_messages=False)
    await world.env.settle()
    await panel.press("Test again")
    assert "⚠️ **Moderators' channel**" in panel.words
    assert f"⚠️ I cannot write in <#{channel.id}>." in panel.words
    await there.set_permissions(there.guild.default_role, overwrite=None)
    await there.delete()
    await world.bot.http.delete_role(GUILD, role.id)
    await world.env.settle()
    again = await opened(world)
    assert "⚠️ The channel is gone, or no text channel any more. Choose another." in again.words
    assert "⚠️ The role is gone. Choose another." in again.words
    assert "One thing is still missing." in again.words


async def test_it_says_what_is_hardly_meant(world: World, panel: Panel) -> None:
    await panel.choose(MODERATORS, world.mods)
    await panel.choose(ROLE, world.moderators)
    wrong = f"⚠️ Everybody can read <#{world.mods.id}>, also who bought what."
    assert panel.below("✅ **Moderators' channel**").startswith(wrong)


async def test_it_can_be_run_twice_and_both_stay_true(
    world: World, panel: Panel, queries: Queries
) -> None:
    """Each choice changes its own setting alone, whatever the panel showed."""
    second = await opened(world)
    await panel.choose(MODERATORS, world.mods)
    await second.choose(ROLE, world.moderators)
    assert "**Moderators' channel**" in second.words
    assert await queries.settings(GUILD) == GuildSettings(
        guild=GUILD, mod_channel=world.mods.id, moderator_role=world.moderators.id
    )


async def manager(world: World) -> tuple[MemberActor, int]:
    """Somebody with a role that may manage the server."""
    role = world.guild.create_role("Staff", permissions=discord.Permissions(manage_guild=True))
    person = world.guild.add_member(world.env.create_user("nora"), roles=[role])
    await world.env.settle()
    return person, role.id


async def test_nobody_else_presses_though_they_may_manage(
    world: World, panel: Panel, queries: Queries
) -> None:
    nora, _ = await manager(world)
    for person in (nora, world.ben):
        for label in ("Test again", "Limits…", "Done"):
            (result,) = await press_at_once(world, panel.message, (person, label))
            assert answer_of(result) == (
                "This panel is someone else's. Open your own with `/setup panel`."
            )
    assert await queries.settings(GUILD) == GuildSettings(guild=GUILD)


async def test_who_has_lost_the_right_meanwhile_changes_nothing(
    world: World, queries: Queries
) -> None:
    nora, role = await manager(world)
    panel = await opened(world, nora)
    await panel.choose(NEWS, world.general)
    form = await panel.press("Limits…")
    await world.bot.http.remove_role(GUILD, nora.id, role)
    await world.env.settle()
    before = await queries.settings(GUILD)
    sentence = "Only those who may manage the server can do that."
    assert refusal(world, await panel.choose(MODERATORS, world.mods)) == sentence
    assert refusal(world, await panel.press("Done")) == sentence
    late = await nora.submit_modal(form, {"maturity": "1", "approval_limit": ""})
    assert refusal(world, late) == sentence
    assert await queries.settings(GUILD) == before


async def test_the_panel_is_closed_by_its_button(world: World, panel: Panel) -> None:
    await panel.choose(MODERATORS, world.mods)
    form = await panel.press("Limits…")
    await panel.press("Done")
    assert f"Moderators' channel: **<#{world.mods.id}>**" in panel.words
    assert "✅ Everything required is set." in panel.words
    assert "Test again" not in panel.words
    late = await world.olga.submit_modal(form, {"maturity": "1", "approval_limit": ""})
    assert answer_of(late) == "This panel is closed. Open it again with `/setup panel`."


async def test_the_panel_closes_by_itself(world: World, panel: Panel) -> None:
    await world.env.advance_time(PANEL_SECONDS - 10)
    await panel.press("Test again")
    await world.env.advance_time(PANEL_SECONDS - 10)
    assert "Test again" in panel.words
    await world.env.advance_time(20)
    assert "This panel is closed. Open it again with `/setup panel`." in panel.words
    assert "Test again" not in panel.words


async def test_only_who_may_manage_the_server_opens_it(world: World) -> None:
    await world.let(world.mira, "setup")
    result = await world.mira.slash(world.general, "setup panel")
    assert refusal(world, result) == "Only those who may manage the server can do that."


async def test_away_books_are_told_and_the_panel_stays(
    world: World, panel: Panel, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(_: object) -> None:
        raise BooksUnavailable("away")

    with monkeypatch.context() as patch:
        patch.setattr(world.bot.runner, "run", away)
        result = await panel.choose(MODERATORS, world.mods)
        assert refusal(world, result).startswith("The books cannot be reached right now.")
    await panel.choose(MODERATORS, world.mods)
    assert "✅ **Moderators' channel**" in panel.words


async def test_orders_have_a_page_of_their_own(
    world: World, panel: Panel, queries: Queries
) -> None:
    await panel.press("Orders…")
    assert "▫️ **Channel for orders (optional)**" in panel.words
    assert "for a person for 14 days, and for a program for 1 day" in panel.words
    await panel.choose(ORDERS, world.mods)
    await panel.choose(ORDER_ROLE, world.moderators)
    settings = await queries.settings(GUILD)
    assert settings.fulfilment_channel == world.mods.id
    assert settings.fulfilment_role == world.moderators.id
    assert "✅ **Channel for orders (optional)**" in panel.words
    await panel.choose(ORDERS, hidden(world, send_messages=False))
    assert panel.below("✅ **Channel for orders").startswith("❌ I cannot")
    await panel.choose(ORDER_ROLE)
    assert (await queries.settings(GUILD)).fulfilment_role is None
    await panel.press("Back")
    assert "**Packages**" in panel.words
    await panel.press("Done")
    assert "Orders wait in" in panel.words

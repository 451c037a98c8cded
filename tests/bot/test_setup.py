"""`/setup …` in a simulated Discord."""

import discord
import pytest

from payments.domain.guilds import GuildSettings
from payments.domain.time import HOUR
from payments.store.queries import Queries
from tests.bot.conftest import World, refusal, said
from tests.make import GUILD


async def test_settings_are_shown_changed_and_cleared(world: World, queries: Queries) -> None:
    shown = await world.olga.slash(world.general, "setup show")
    assert "Moderators' channel: **not set**" in said(shown.response)
    assert "**72 hours**" in said(shown.response)

    changed = await world.olga.slash(
        world.general,
        "setup set",
        mod_channel=world.mods,
        moderator_role=world.moderators,
        announcement_channel=world.general,
        maturity_hours=1,
        approval_limit="50",
    )
    words = said(changed.response)
    assert f"Moderators' channel: **<#{world.mods.id}>**" in words
    assert f"Moderators' role: **<@&{world.moderators.id}>**" in words
    assert "**1 hour**" in words
    assert "**€50.00**" in words
    assert await queries.settings(GUILD) == GuildSettings(
        guild=GUILD,
        mod_channel=world.mods.id,
        moderator_role=world.moderators.id,
        announcement_channel=world.general.id,
        maturity=HOUR,
        approval_limit=5000,
    )

    await world.olga.slash(world.general, "setup clear", setting="mod_channel")
    await world.olga.slash(world.general, "setup clear", setting="maturity_hours")
    settings = await queries.settings(GUILD)
    assert settings.mod_channel is None
    assert settings.maturity == 72 * HOUR
    assert settings.approval_limit == 5000


@pytest.mark.parametrize(
    ("typed", "limit", "shown"),
    [
        ("50,5", 5050, "€50.50"),
        ("0", 0, "€0.00"),
        ("0.00", 0, "€0.00"),
        (" None ", None, "not set"),
    ],
)
async def test_an_approval_limit_is_an_amount_or_none(
    world: World, queries: Queries, typed: str, limit: int | None, shown: str
) -> None:
    await world.olga.slash(world.general, "setup set", approval_limit="7")
    changed = await world.olga.slash(world.general, "setup set", approval_limit=typed)
    assert f"Refunds need a second moderator above: **{shown}**" in said(changed.response)
    assert (await queries.settings(GUILD)).approval_limit == limit


async def test_an_approval_limit_that_is_no_amount_is_refused(world: World) -> None:
    result = await world.olga.slash(world.general, "setup set", approval_limit="much")
    assert refusal(world, result) == "“much” is not an amount. Write it like 4.99."


async def test_something_must_be_said(world: World) -> None:
    result = await world.olga.slash(world.general, "setup set")
    assert refusal(world, result).startswith("Say what is to change")


async def test_a_channel_in_which_the_bot_cannot_write_is_refused(world: World) -> None:
    hidden = world.guild.create_text_channel(
        "hidden",
        overwrites={world.guild.default_role: discord.PermissionOverwrite(view_channel=False)},
    )
    await world.env.settle()
    result = await world.olga.slash(world.general, "setup set", mod_channel=hidden)
    assert refusal(world, result).startswith(f"I cannot write in <#{hidden.id}>.")


async def test_everyone_cannot_be_moderators(world: World) -> None:
    result = await world.olga.slash(
        world.general, "setup set", moderator_role=world.guild.default_role
    )
    assert refusal(world, result) == "@everyone cannot be the moderators' role."


async def test_only_owners_may(world: World) -> None:
    await world.let(world.mira, "setup")
    result = await world.mira.slash(world.general, "setup show")
    assert refusal(world, result) == "Only those who may manage the server can do that."

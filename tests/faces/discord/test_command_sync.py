"""Making commands known to Discord."""

import discord

from bot.startup.command_sync import sync_commands
from payments.domain.values.ids import GuildId
from tests.faces.discord.conftest import World
from tests.support.make import GUILD

ALL = [
    "audit",
    "balance",
    "buy",
    "grant",
    "help",
    "history",
    "item add",
    "item codes",
    "item edit",
    "item list",
    "item panel",
    "item restock",
    "item retire",
    "notices",
    "order",
    "orders",
    "package add",
    "package edit",
    "package list",
    "package retire",
    "package sku",
    "payments",
    "redeem",
    "refund",
    "revoke",
    "setup announce",
    "setup checks",
    "setup clear",
    "setup panel",
    "setup sales",
    "setup set",
    "setup show",
    "shop",
    "stats",
    "status",
    "subscriber add",
    "subscriber key add",
    "subscriber key list",
    "subscriber key remove",
    "subscriber list",
    "subscriber remove",
    "subscriber test",
    "transfer",
    "undo",
]
"""The commands that an owner may give."""


async def test_commands_are_never_known_twice_in_one_place(world: World) -> None:
    """Everywhere first, then in the guild: a member sees each command once."""
    bot = world.bot
    count = len(bot.tree.get_commands())
    assert await sync_commands(bot, None) == count
    assert len(await bot.tree.fetch_commands()) == count
    assert await sync_commands(bot, [GUILD]) == count
    assert await bot.tree.fetch_commands() == []
    names = world.olga.available_commands(world.general)
    assert sorted(names) == ALL


async def test_commands_of_single_guilds_go_when_they_are_known_everywhere(world: World) -> None:
    """The fixture made them known in the guild: with `*` later, each still shows once."""
    count = len(world.bot.tree.get_commands())
    assert len(await world.bot.tree.fetch_commands(guild=discord.Object(GUILD))) == count
    assert await sync_commands(world.bot, None) == count
    assert await world.bot.tree.fetch_commands(guild=discord.Object(GUILD)) == []
    assert len(await world.bot.tree.fetch_commands()) == count
    assert "buy" in world.ada.available_commands(world.general)


async def test_a_guild_that_never_let_commands_in_is_passed_over(world: World) -> None:
    world.env.inject_error(
        "GET", "/applications/*/guilds/*/commands", status=403, code=50001, message="Missing Access"
    )
    assert await sync_commands(world.bot, None) == len(world.bot.tree.get_commands())


async def test_members_are_offered_only_what_they_may_use(world: World) -> None:
    names = world.ada.available_commands(world.general)
    assert sorted(names) == [
        "balance",
        "buy",
        "help",
        "history",
        "notices",
        "orders",
        "redeem",
        "shop",
        "transfer",
    ]


async def test_each_guild_that_sells_gets_them(world: World) -> None:
    other = world.env.create_guild("Second")
    channel = other.create_text_channel("general")
    ada = other.add_member(world.ada_user)
    await world.env.settle()
    await sync_commands(world.bot, [GUILD, GuildId(other.id)])
    assert "buy" in ada.available_commands(channel)

"""What the tests of moderators' commands do again and again."""

from typing import Any

import discord
import pytest
from simcord.actors import MemberActor
from simcord.results import InteractionResult

from payments.commands.base import by_member
from payments.commands.guild.settings import ChangeSettings
from payments.domain.values.guilds import GuildSettings
from payments.domain.values.ids import MemberId
from payments.runner.runner import Runner
from payments.store.queries import HistoryLine, Queries
from tests.conftest import Time
from tests.faces.discord.conftest import World
from tests.support.make import BEN, GUILD, START, key

COMMANDS = ("grant", "revoke", "payments")


async def decide(world: World, runner: Runner, clock: Time, **settings: Any) -> None:
    """The owner changes the settings; by default as the tests need them."""
    wanted = {"mod_channel": world.mods.id, "moderator_role": world.moderators.id} | settings
    await runner.run(
        ChangeSettings(
            key=key(),
            at=clock(),
            actor=by_member(BEN),
            guild=GUILD,
            settings=GuildSettings(guild=GUILD, **wanted),
        )
    )


@pytest.fixture
async def court(world: World, runner: Runner, clock: Time) -> World:
    """Mira moderates; the server's own settings let everyone try."""
    await decide(world, runner, clock)
    for known in await world.bot.tree.fetch_commands(guild=discord.Object(GUILD)):
        if known.name in COMMANDS:
            world.guild.set_command_permissions(known, {world.mira: True, world.ben: True})
    return world


async def grant(world: World, by: MemberActor, **more: Any) -> InteractionResult:
    options = {"member": world.ada, "points": 20, "reason": "for the map"} | more
    return await by.slash(world.mods, "grant", **options)


def lose_role(world: World, person: MemberActor) -> None:
    world.env.backend.get_guild(GUILD).members[person.id].role_ids.clear()


async def points_of(queries: Queries, person: MemberActor) -> int:
    return (await queries.balance(GUILD, MemberId(person.id), START)).points


async def lines_of(queries: Queries, person: MemberActor) -> list[HistoryLine]:
    return list((await queries.history(GUILD, MemberId(person.id))).lines)

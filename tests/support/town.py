"""A guild that has traded for some days, for tests that compare whole cards."""

from typing import Any

import discord
import pytest
from simcord.actors import MemberActor

from payments.commands.base import by_member
from payments.commands.guild.settings import ChangeSettings
from payments.commands.points.move import GrantPoints, SpendPoints, TransferPoints
from payments.domain.values.guilds import GuildSettings
from payments.domain.values.ids import MemberId
from payments.domain.values.money import Money
from payments.domain.values.time import DAY, HOUR, MINUTE, later
from payments.runner.runner import Runner
from tests.conftest import Time
from tests.faces.discord.conftest import World
from tests.support.make import GUILD, checkout_update, event, initiate, key

OF_MODERATORS = frozenset(
    {"refund", "payments", "grant", "revoke", "audit", "undo", "order", "stats", "Refund a payment"}
)
"""Commands that Mira may give."""


@pytest.fixture
async def town(world: World, runner: Runner, clock: Time) -> World:
    """Mira and Olga moderate, above 3 € together; Ada has traded for some days."""
    await choose(world, runner, clock)
    for known in await world.bot.tree.fetch_commands(guild=discord.Object(GUILD)):
        if known.name in OF_MODERATORS:
            world.guild.set_command_permissions(known, {world.mira: True})
    await buy(world, runner, clock, "p1")
    clock.pass_(73 * HOUR)
    ben = MemberId(world.ben.id)
    await runner.run(
        GrantPoints(**granted(world, clock), points=40, expires_at=later(clock(), 10 * DAY))
    )
    await runner.run(SpendPoints(**common(world, clock), points=1, note="a pin"))
    await runner.run(
        TransferPoints(**common(world, clock), points=80, recipient=ben, note="thanks")
    )
    back = common(world, clock, world.ben)
    await runner.run(TransferPoints(**back, points=1, recipient=MemberId(world.ada.id)))
    return world


async def choose(world: World, runner: Runner, clock: Time, **more: Any) -> None:
    """Olga sets the guild up; `more` are settings beside the usual ones."""
    wanted: dict[str, Any] = {
        "mod_channel": world.mods.id,
        "moderator_role": world.moderators.id,
        "approval_limit": Money(minor=300, currency="EUR"),
    }
    await runner.run(
        ChangeSettings(
            key=key(),
            at=clock(),
            actor=by_member(MemberId(world.olga.id)),
            guild=GUILD,
            settings=GuildSettings(guild=GUILD, **(wanted | more)),
        )
    )


async def buy(world: World, runner: Runner, clock: Time, name: str, **more: Any) -> None:
    """Ada begins to buy, and the provider tells of the checkout."""
    clock.pass_(MINUTE)  # what is of the same moment has no order that could be relied on
    await runner.run(initiate(name, member=world.ada_id, at=clock(), of=more.get("of")))
    update = checkout_update(name, member=world.ada_id, **more)
    await runner.run(event(update, at=clock()))


def common(world: World, clock: Time, by: MemberActor | None = None) -> dict[str, Any]:
    """What all commands about a member's points have, a minute later; Ada's if nobody is named."""
    clock.pass_(MINUTE)
    member = MemberId((by or world.ada).id)
    return {
        "key": key(),
        "at": clock(),
        "actor": by_member(member),
        "guild": GUILD,
        "member": member,
    }


def granted(world: World, clock: Time) -> dict[str, Any]:
    """What Olga gives to Ada."""
    return common(world, clock) | {"actor": by_member(MemberId(world.olga.id))}

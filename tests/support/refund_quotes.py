"""A moderator asks for a refund's quote, and presses."""

from typing import Any

import discord
import pytest
from simcord.actors import MemberActor
from simcord.results import InteractionResult, ResponseMessage

from payments.domain.values.guilds import Package
from payments.domain.values.ids import PaymentId
from payments.domain.values.payment import Payment
from payments.runner.runner import Runner
from payments.store.queries import Queries
from tests.conftest import Time
from tests.faces.discord.conftest import World, said
from tests.support.make import GUILD, checkout_update, event, initiate
from tests.support.moderating import decide

MENU = "Refund a payment"


@pytest.fixture
async def court(world: World, runner: Runner, clock: Time) -> World:
    """Mira and Olga moderate; Ada has bought 500 points for 4.99 as payment `p1`."""
    await decide(world, runner, clock)
    for known in await world.bot.tree.fetch_commands(guild=discord.Object(GUILD)):
        if known.name in {"refund", MENU}:
            world.guild.set_command_permissions(known, {world.mira: True, world.ben: True})
    await buy(world, runner, "p1")
    return world


async def buy(world: World, runner: Runner, payment: str, of: Package | None = None) -> None:
    await runner.run(initiate(payment, member=world.ada_id, of=of))
    await runner.run(event(checkout_update(payment, member=world.ada_id, of=of)))


async def quote(world: World, by: MemberActor | None = None, **options: Any) -> InteractionResult:
    """A moderator asks for a quote."""
    asked = {"payment": "p1"} | options
    channel = asked.pop("channel", world.mods)
    return await (by or world.mira).slash(channel, "refund", **asked)


async def press(by: MemberActor, shown: ResponseMessage | None, label: str) -> str:
    """Press a button; what the card says then."""
    assert shown is not None
    await by.click(shown, label=label)
    return said(shown)


async def payment(queries: Queries, name: str = "p1") -> Payment:
    found = await queries.payment(PaymentId(name))
    assert found is not None
    return found


async def points(world: World, queries: Queries, clock: Time) -> int:
    return (await queries.balance(GUILD, world.ada_id, clock())).points

"""`/redeem` of a role in a simulated Discord: nobody pays for a role that they have."""

from dataclasses import replace

import pytest

from payments.commands.base import SYSTEM
from payments.commands.shop.fulfil import BeginFulfilment, FulfilOrder
from payments.commands.shop.roles import NoteRole
from payments.domain.values.items import ItemKind, Offer, RoleOffer
from payments.domain.values.roles import RoleStanding
from payments.domain.values.time import DAY
from payments.runner.runner import Runner
from payments.store.queries import Queries
from tests.conftest import Time
from tests.faces.discord.conftest import World, refusal, said
from tests.support.counter import put_up_item
from tests.support.make import GUILD, key
from tests.support.presses import press
from tests.support.redeeming import orders, points, redeem, rich
from tests.support.shopping import about, offer

__all__ = ["rich"]


@pytest.fixture
async def vip(rich: World, runner: Runner) -> Offer:
    """A role for good, for sale."""
    role = RoleOffer(id=rich.guild.create_role("VIP").id)
    of = offer("VIP", ItemKind.ROLE, role=role)
    await put_up_item(runner, of)
    return of


async def give(rich: World, runner: Runner, clock: Time, of: Offer) -> None:
    """Ada orders it, and it reaches her."""
    asked = await redeem(rich, of.name)
    await press(rich.ada, asked, "Order")
    assert f"### Ordered: {of.name}" in said(asked.response)
    (order,) = (each for each in await orders(rich, rich.bot.queries) if each.state.is_open)
    await runner.run(BeginFulfilment(**about(order.id, clock())))
    for before, standing in (
        (RoleStanding.NONE, RoleStanding.GIVING),
        (RoleStanding.GIVING, RoleStanding.GIVEN),
    ):
        await note(rich, runner, clock, of, before, standing)
    await runner.run(FulfilOrder(**about(order.id, clock())))


async def note(
    rich: World,
    runner: Runner,
    clock: Time,
    of: Offer,
    before: RoleStanding,
    standing: RoleStanding,
) -> None:
    assert of.role is not None
    await runner.run(
        NoteRole(
            key=key(),
            at=clock(),
            actor=SYSTEM,
            guild=GUILD,
            member=rich.ada_id,
            role=of.role.id,
            before=before,
            standing=standing,
        )
    )


async def test_a_role_for_good_is_paid_once(rich: World, vip: Offer, queries: Queries) -> None:
    assert vip.role is not None
    shown = f"<@&{vip.role.id}>"
    several = refusal(rich, await redeem(rich, "VIP", quantity=2))
    assert several == f"You get {shown} for good: one piece is enough."
    asked = [await redeem(rich, "VIP") for _ in range(2)]
    await press(rich.ada, asked[0], "Order")
    await press(rich.ada, asked[1], "Order")
    on_its_way = f"You have ordered {shown} already. It is on its way."
    assert said(asked[1].response) == f"### Nothing was ordered\n{on_its_way}"
    assert refusal(rich, await redeem(rich, "VIP")) == on_its_way
    assert await points(rich, queries) == 600


async def test_who_has_it_for_good_is_told_so_and_who_lost_it_whom_to_ask(
    rich: World, vip: Offer, runner: Runner, clock: Time
) -> None:
    assert vip.role is not None
    await give(rich, runner, clock, vip)
    shown = f"<@&{vip.role.id}>"
    assert refusal(rich, await redeem(rich, "VIP")) == f"You have {shown} already."
    await note(rich, runner, clock, vip, RoleStanding.GIVEN, RoleStanding.REMOVED)
    assert refusal(rich, await redeem(rich, "VIP")) == (
        f"You ordered {shown} for good, and somebody took it from you. Please ask a moderator."
    )


async def test_a_role_that_somebody_else_gave_is_not_sold(rich: World, runner: Runner) -> None:
    of = offer("Staff", ItemKind.ROLE, role=RoleOffer(id=rich.moderators.id, lasts=DAY))
    await put_up_item(runner, of)
    refused = refusal(rich, await rich.mira.slash(rich.general, "redeem", item="Staff"))
    assert refused == f"You have <@&{rich.moderators.id}> already."


async def test_a_role_for_a_time_is_extended(
    rich: World, vip: Offer, runner: Runner, queries: Queries, clock: Time
) -> None:
    assert vip.role is not None
    month = offer("Month", ItemKind.ROLE, role=replace(vip.role, lasts=30 * DAY))
    await put_up_item(runner, month)
    await give(rich, runner, clock, month)
    for quantity in (1, 2):
        asked = await redeem(rich, "Month", quantity=quantity)
        await press(rich.ada, asked, "Order")
        assert "### Ordered: Month" in said(asked.response)
    assert await points(rich, queries) == 300

"""`/redeem`, as Ada gives it."""

from typing import Any

import pytest
from simcord.results import InteractionResult

from payments.domain.values.orders import Order
from payments.runner.runner import Runner
from payments.store.queries import Queries
from tests.conftest import Time
from tests.faces.discord.conftest import World
from tests.support.make import GUILD, START, checkout_update, event, initiate
from tests.support.transfers import give


@pytest.fixture
async def rich(world: World, runner: Runner, clock: Time) -> World:
    """Ada was given 200 points, and has bought 500."""
    await runner.run(initiate("p1", member=world.ada_id, at=clock()))
    await runner.run(event(checkout_update("p1", member=world.ada_id), at=clock()))
    await give(world, runner, clock, 200)
    return world


async def redeem(world: World, item: str, **options: Any) -> InteractionResult:
    return await world.ada.slash(world.general, "redeem", item=item, **options)


async def points(world: World, queries: Queries) -> int:
    return (await queries.balance(GUILD, world.ada_id, START)).points


async def orders(world: World, queries: Queries) -> list[Order]:
    return list((await queries.orders_of(GUILD, world.ada_id)).orders)

"""`/status` in a simulated Discord."""

import pytest

from payments.domain.values.time import MINUTE
from payments.infra.integration_health import IntegrationHealth
from payments.infra.outbound import Failure, Line, Outbound, Purpose
from payments.runner.runner import Runner
from payments.store.engine.database import Database
from payments.store.records.provider_states import ProviderStates
from tests.conftest import Time
from tests.faces.discord.conftest import World, refusal, said
from tests.support.fakes import FakeProvider
from tests.support.make import START, checkout_update, event, initiate

MEMBERS = Line(integration="stripe", purpose=Purpose.MEMBERS)
BACKGROUND = Line(integration="stripe", purpose=Purpose.BACKGROUND)


async def test_all_is_well(world: World) -> None:
    result = await world.olga.slash(world.general, "status")
    assert result.ephemeral
    words = said(result.response)
    assert "All is well." in words
    assert "Message queue: empty" in words
    assert "tables 00" in words


async def test_what_is_in_trouble_is_named(
    world: World, runner: Runner, outbound: Outbound, clock: Time
) -> None:
    await runner.run(initiate("p1", at=clock()))
    await runner.run(event(checkout_update("p1"), at=clock()))
    clock.pass_(3 * MINUTE)

    async def away() -> None:
        raise ConnectionError

    with pytest.raises(ConnectionError):
        await outbound.call(MEMBERS, away, classify_error=lambda _: Failure.AWAY)
    words = said((await world.olga.slash(world.general, "status")).response)
    assert "The payment provider can't be reached, so members can't buy right now." in words
    assert "A message has waited for 3 minutes." in words
    assert "All is well." not in words


async def test_look_ups_that_fail_are_told_apart_from_a_closed_shop(
    world: World, outbound: Outbound
) -> None:
    async def away() -> None:
        raise ConnectionError

    with pytest.raises(ConnectionError):
        await outbound.call(BACKGROUND, away, classify_error=lambda _: Failure.AWAY)
    words = said((await world.olga.slash(world.general, "status")).response)
    assert "Members can buy. News of refunds and disputes comes late." in words
    assert "can't be reached" not in words


async def test_services_that_were_called_lately_are_named_and_since_when_one_is_in_trouble(
    world: World, watched: IntegrationHealth, clock: Time
) -> None:
    discord = Line(integration="discord", purpose=Purpose.BACKGROUND)
    watched.call_ended(discord, "ok", 0.1)
    words = said((await world.olga.slash(world.general, "status")).response)
    assert "All is well." in words
    assert "Services: Discord: works" in words
    for _ in range(30):
        watched.call_ended(MEMBERS, "away", 0.1)
    watched.standings()
    clock.pass_(3 * MINUTE)
    words = said((await world.olga.slash(world.general, "status")).response)
    assert f"⚠️ Stripe fails often, since <t:{START // 1_000_000}:R>." in words
    assert "Discord: works and Stripe: fails often" in words


async def test_test_points_beside_real_money_are_said(
    world: World, runner: Runner, clock: Time, provider: FakeProvider
) -> None:
    await runner.run(initiate("p1", member=world.ada_id, at=clock()))
    await runner.run(event(checkout_update("p1", member=world.ada_id), at=clock()))
    words = said((await world.olga.slash(world.general, "status")).response)
    assert "test mode" not in words
    provider.livemode = True
    words = said((await world.olga.slash(world.general, "status")).response)
    assert "Members hold 500 points from test mode" in words
    assert "`guildbank void` removes them." in words


async def test_what_the_provider_refuses_is_said(world: World, database: Database) -> None:
    await ProviderStates(database).refused(
        "stripe",
        "STRIPE_SECRET_KEY lacks the permission Disputes (read).",
        START,
        livemode=False,
    )
    words = said((await world.olga.slash(world.general, "status")).response)
    assert "All is well." not in words
    assert "lacks the permission Disputes (read). What needs that waits" in words


async def test_it_is_for_owners(world: World) -> None:
    await world.let(world.ada, "status")
    result = await world.ada.slash(world.general, "status")
    assert "manage the server" in refusal(world, result)

"""Where any server may invite the bot, one sells once it was let in, and sees nothing of others."""

from collections.abc import Callable

import pytest

from bot.client import GuildbankBot
from payments.commands.base import SYSTEM
from payments.commands.guild.packages import AddPackage
from payments.domain.values.ids import GuildId
from payments.domain.values.time import HOUR
from payments.runner.runner import Runner
from payments.services.checkout import CheckoutService
from payments.store.engine.database import Database
from payments.store.queries import Queries
from payments.store.records.admissions import Admissions
from tests.conftest import Time
from tests.faces.discord.conftest import World, refusal, said
from tests.support.fakes import FakeProvider
from tests.support.make import GUILD, START, checkout_update, event, initiate, key, package
from tests.support.selling import sellers_of

OTHER = GuildId(GUILD + 1)


@pytest.fixture
def admissions(database: Database) -> Admissions:
    return Admissions(database)


@pytest.fixture
def simcord_bot(
    new_bot: Callable[[], GuildbankBot],
    admissions: Admissions,
    runner: Runner,
    queries: Queries,
    provider: FakeProvider,
    clock: Time,
) -> GuildbankBot:
    """The bot as it is with `GUILD_IDS=*`."""
    bot = new_bot()
    bot.buying = CheckoutService(
        runner=runner,
        queries=queries,
        sellers=sellers_of({"stripe": provider}),
        clock=clock,
        new_id=bot.new_id,
        public_url="https://shop.example",
        sells_in=lambda _: True,
        admitted=admissions.holds,
    )
    return bot


async def test_a_server_that_was_not_let_in_puts_nothing_up_and_sells_nothing(
    world: World, queries: Queries, provider: FakeProvider, admissions: Admissions
) -> None:
    asked = {"name": "Large", "points": 9, "price": "9.00", "currency": "EUR"}
    refused = refusal(world, await world.olga.slash(world.general, "package add", **asked))
    assert f"guildbank admit {GUILD}" in refused
    refused = refusal(world, await world.ada.slash(world.general, "buy", package=package().id))
    assert "Whoever runs the bot must admit it first" in refused
    assert provider.opened == {}
    assert len(await queries.packages(GUILD)) == 1

    await admissions.admit(GUILD, START)
    await world.olga.slash(world.general, "package add", **asked)
    bought = await world.ada.slash(world.general, "buy", package=package().id)
    assert "Pay €4.99" in said(bought.response)
    assert len(await queries.packages(GUILD)) == 2

    await admissions.withdraw(GUILD)
    refusal(world, await world.ada.slash(world.general, "buy", package=package().id))


async def test_admission_is_of_one_server_and_once(admissions: Admissions) -> None:
    for _ in range(2):
        await admissions.admit(GUILD, START)
    assert await admissions.all() == [GUILD]
    assert await admissions.holds(GUILD)
    assert not await admissions.holds(OTHER)


async def test_the_status_of_one_server_shows_nothing_of_others(
    world: World, runner: Runner, clock: Time
) -> None:
    """What waits, is late or has failed on another server, and when its members paid."""
    other = package(guild=OTHER)
    await runner.run(
        AddPackage(
            key=key(),
            at=START,
            actor=SYSTEM,
            guild=OTHER,
            name=other.name,
            points=other.points,
            price=other.price,
            package=other.id,
        )
    )
    await runner.run(initiate("theirs", of=other, at=clock()))
    await runner.run(event(checkout_update("theirs", of=other), at=clock()))
    clock.pass_(HOUR)
    words = said((await world.olga.slash(world.general, "status")).response)
    assert "Message queue: empty" in words
    assert "has waited" not in words
    assert "Last message" not in words
    assert "queue is" not in words.casefold()

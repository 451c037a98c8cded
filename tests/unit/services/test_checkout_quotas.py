"""Members begin only so many purchases and pass points on only so often, on any database."""

import asyncio
import itertools
from dataclasses import replace
from typing import Any

import pytest

from payments.commands.base import by_member
from payments.commands.guild.settings import ChangeSettings
from payments.commands.points.move import TransferPoints
from payments.domain.errors import Refused, TooFast
from payments.domain.values.guilds import GuildSettings
from payments.domain.values.ids import ActionId, CommandKey, MemberId, PackageId
from payments.domain.values.payment import Payment
from payments.domain.values.quotas import CHECKOUT_LIFE, TRANSFERS
from payments.domain.values.time import HOUR, MINUTE
from payments.notifications.routing import route
from payments.runner.runner import Runner
from payments.services.checkout import CheckoutService
from payments.store.engine.database import open_database
from payments.store.queries import Queries
from tests.conftest import Time
from tests.support.commands import grant, put_up
from tests.support.databases import only_on_sqlite
from tests.support.fakes import FakeProvider
from tests.support.make import ADA, BEN, GUILD, START, SYSTEM, checkout_update, event, key, package
from tests.support.outages import unreachable
from tests.support.selling import sellers_of

OTHER = PackageId("other")
OTHERS = [MemberId(9_000 + number) for number in range(100)]


@pytest.fixture
def provider() -> FakeProvider:
    return FakeProvider()


def shop(
    runner: Runner, queries: Queries, provider: FakeProvider, clock: Time, of: str
) -> CheckoutService:
    numbers = itertools.count(1)
    return CheckoutService(
        runner=runner,
        queries=queries,
        sellers=sellers_of({"stripe": provider}),
        clock=clock,
        new_id=lambda: f"{of}-{next(numbers)}",
        public_url="https://shop.example",
        sells_in=lambda _: True,
    )


@pytest.fixture
async def buying(
    runner: Runner, queries: Queries, provider: FakeProvider, clock: Time
) -> CheckoutService:
    await put_up(runner)
    await put_up(runner, replace(package(), id=OTHER, name="another"))
    return shop(runner, queries, provider, clock, "payment")


async def set_limits(runner: Runner, **limits: Any) -> None:
    await runner.run(
        ChangeSettings(
            key=key(),
            at=START,
            actor=SYSTEM,
            guild=GUILD,
            settings=GuildSettings(guild=GUILD, **limits),
        )
    )


async def buy(buying: CheckoutService, name: str, *, other: bool = False) -> Payment:
    wanted = OTHER if other else package().id
    return await buying.buy(key=CommandKey(name), guild=GUILD, member=ADA, package=wanted)


async def test_sixty_at_once_open_only_a_few_checkouts_and_offer_them_again(
    buying: CheckoutService, provider: FakeProvider
) -> None:
    payments = await asyncio.gather(
        *(buy(buying, f"buy:{number}") for number in range(60)), return_exceptions=True
    )
    assert len(provider.opened) == 5
    refused = [each for each in payments if isinstance(each, BaseException)]
    assert all(isinstance(each, Refused) for each in refused)
    again = await buy(buying, "buy:again")
    assert again.id == "payment-1"
    assert len(provider.opened) == 5


@only_on_sqlite
async def test_for_something_else_it_is_said_where_the_oldest_can_be_paid_and_when_it_lapses(
    buying: CheckoutService, provider: FakeProvider, runner: Runner, clock: Time
) -> None:
    await set_limits(runner, open_checkouts=2)
    await buy(buying, "one")
    clock.pass_(MINUTE)
    await buy(buying, "two")
    with pytest.raises(Refused) as refused:
        await buy(buying, "three", other=True)
    assert str(refused.value) == (
        "You have 2 unpaid purchases and can't start another. The oldest expires in 59 minutes. "
        "You can pay it here: https://shop.example/pay/payment-1"
    )
    assert len(provider.opened) == 2


async def test_what_is_paid_lapsed_or_given_up_leaves_room(
    buying: CheckoutService, runner: Runner, provider: FakeProvider, clock: Time
) -> None:
    await set_limits(runner, open_checkouts=1)
    await buy(buying, "one")
    await runner.run(event(checkout_update("payment-1")))
    second = await buy(buying, "two")
    clock.pass_(CHECKOUT_LIFE)
    provider.failures.append(unreachable())
    with pytest.raises(Refused, match="cannot be reached"):
        await buy(buying, "three")
    fourth = await buy(buying, "four")
    assert len({second.id, fourth.id}) == 2


async def test_the_pace_of_purchases_is_the_owners_and_comes_back(
    buying: CheckoutService, runner: Runner, provider: FakeProvider, clock: Time
) -> None:
    await set_limits(runner, open_checkouts=25, purchases_per_hour=3)
    for number in range(3):
        await buy(buying, f"buy:{number}")
    with pytest.raises(Refused) as refused:
        await buy(buying, "too soon")
    assert str(refused.value) == (
        "You can start 3 purchases an hour on this server. You can buy again in 20 minutes."
    )
    await buy(buying, "buy:0")  # the same command again is no new purchase
    clock.pass_(HOUR // 3)
    await buy(buying, "in time")
    assert len(provider.opened) == 4


async def test_two_processes_count_together(
    database_url: str, runner: Runner, queries: Queries, provider: FakeProvider, clock: Time
) -> None:
    """What holds is what the database says, not what one process remembers."""
    await put_up(runner)
    other_database = open_database(database_url)
    other = Runner(other_database, route=route)
    other.start()
    try:
        shops = [
            shop(each, queries, provider, clock, name)
            for each, name in ((runner, "here"), (other, "there"))
        ]
        await asyncio.gather(
            *(buy(shops[number % 2], f"buy:{number}") for number in range(20)),
            return_exceptions=True,
        )
        assert len(provider.opened) == 5
    finally:
        await other.close()
        await other_database.close()


@only_on_sqlite
@pytest.mark.parametrize("wrong", [{"open_checkouts": 0}, {"purchases_per_hour": 1_001}])
async def test_limits_that_make_no_sense_are_refused(runner: Runner, wrong: dict[str, int]) -> None:
    with pytest.raises(Refused, match="A member may"):
        await set_limits(runner, **wrong)


async def pass_on(runner: Runner, clock: Time, recipient: MemberId) -> ActionId:
    return await runner.run(
        TransferPoints(
            key=key(),
            at=clock(),
            actor=by_member(ADA),
            guild=GUILD,
            member=ADA,
            recipient=recipient,
            points=1,
            counts_for_quota=True,
        )
    )


async def test_points_are_passed_on_only_so_often_by_one_member(
    runner: Runner, queries: Queries, clock: Time
) -> None:
    await runner.run(grant(1_000))
    ends = await asyncio.gather(
        *(pass_on(runner, clock, each) for each in OTHERS[:80]), return_exceptions=True
    )
    through = [each for each in ends if not isinstance(each, BaseException)]
    refused = [each for each in ends if isinstance(each, TooFast)]
    assert (len(through), len(refused)) == (TRANSFERS.most, 80 - TRANSFERS.most)
    assert {str(each) for each in refused} == {
        "You have made many transfers just now. You can transfer again in 6 seconds."
    }
    assert (await queries.balance(GUILD, ADA, clock())).points == 1_000 - TRANSFERS.most
    clock.pass_(TRANSFERS.within // TRANSFERS.most)
    await pass_on(runner, clock, BEN)

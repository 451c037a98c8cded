"""Ordered roles are compared with Discord: what has come apart is healed, and nobody is fought."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.fulfilment.comparison import RoleComparison
from payments.domain.values.orders import OrderState
from payments.domain.values.roles import RoleStanding
from payments.domain.values.time import DAY, HOUR, MINUTE, SECOND
from tests.faces.discord.conftest import said
from tests.support.deliveries import set_mod_channel
from tests.support.make import GUILD
from tests.support.ordered_roles import RoleShop, shop

__all__ = ["shop"]  # a fixture


@pytest.fixture
def comparison(shop: RoleShop) -> RoleComparison:
    return RoleComparison(shop.world.bot, queries=shop.queries)


def come_back(shop: RoleShop) -> None:
    """Ada leaves the server, and joins it again an hour later by the shop's clock."""
    shop.world.guild.remove_member(shop.world.ada)
    shop.clock.pass_(HOUR)
    shop.world.guild.add_member(shop.world.ada_user)
    now = datetime.fromtimestamp(shop.clock() / SECOND, tz=UTC)
    member = shop.world.env.backend.get_member(GUILD, shop.world.ada_id)
    member.joined_at = now.isoformat()


async def test_who_has_left_and_come_back_gets_the_role_again(
    shop: RoleShop, comparison: RoleComparison
) -> None:
    await shop.order()
    await shop.work()
    come_back(shop)
    await shop.world.env.settle()
    assert not shop.has_role()
    assert await comparison.compare_all() == 1
    assert shop.has_role()
    shop.clock.pass_(30 * DAY)
    await shop.end_what_is_due()
    await shop.work()
    assert not shop.has_role()


async def test_who_is_away_when_it_ends_has_none_when_they_are_back(
    shop: RoleShop, comparison: RoleComparison
) -> None:
    await shop.order()
    await shop.work()
    shop.world.guild.remove_member(shop.world.ada)
    await shop.world.env.settle()
    assert await comparison.compare_all() == 1
    shop.clock.pass_(30 * DAY)
    await shop.end_what_is_due()
    assert await shop.work() == ["delivered"]
    assert (await shop.term()).standing is RoleStanding.NONE
    assert await comparison.compare_all() == 0


async def test_a_role_that_a_person_took_is_told_once_and_not_given_again(
    shop: RoleShop, comparison: RoleComparison
) -> None:
    await set_mod_channel(shop.runner, shop.clock, shop.world.mods.id)
    await shop.order()
    await shop.work()
    shop.by_hand(given=False)
    for _ in range(3):
        shop.clock.pass_(HOUR)
        assert await comparison.compare_all() == 1
        await shop.tell()
    assert not shop.has_role()
    (card,) = shop.world.mods.history()
    assert f"<@{shop.world.ada_id}> does not have <@&{shop.vip.id}> any more" in said(card)
    assert await shop.state() is OrderState.FULFILLED
    come_back(shop)
    await comparison.compare_all()
    assert not shop.has_role()
    await shop.order("o2")
    await shop.work()
    assert shop.has_role()
    shop.clock.pass_(60 * DAY)
    await shop.end_what_is_due()
    await shop.work()
    assert not shop.has_role()


async def test_a_role_that_is_given_back_by_hand_ends_in_its_time(
    shop: RoleShop, comparison: RoleComparison
) -> None:
    await shop.order()
    await shop.work()
    shop.by_hand(given=False)
    await comparison.compare_all()
    shop.by_hand(given=True)
    await comparison.compare_all()
    assert (await shop.term()).standing is RoleStanding.GIVEN
    shop.clock.pass_(30 * DAY)
    await shop.end_what_is_due()
    await shop.work()
    assert not shop.has_role()


async def test_a_role_that_could_not_be_taken_in_time_is_taken_by_the_comparison(
    shop: RoleShop, comparison: RoleComparison
) -> None:
    """The delivery is a dead letter by then."""
    await shop.order()
    await shop.work()
    shop.clock.pass_(30 * DAY)
    await shop.end_what_is_due()
    shop.world.env.inject_error("DELETE", "*/roles/*", status=403, code=50013, times=2)
    assert await shop.work() == ["postponed"]
    assert "can't give or take" in await shop.owner_reads()
    assert await comparison.compare_all() == 1
    assert shop.has_role()
    assert await comparison.compare_all() == 1
    assert not shop.has_role()
    assert await comparison.compare_all() == 0


async def test_a_role_that_somebody_gives_after_it_ended_is_left_alone(
    shop: RoleShop, comparison: RoleComparison
) -> None:
    await shop.order()
    await shop.work()
    shop.clock.pass_(30 * DAY)
    await shop.end_what_is_due()
    await shop.work()
    shop.by_hand(given=True)
    assert await comparison.compare_all() == 0
    assert shop.has_role()
    await shop.order("o2")
    await shop.work()
    shop.clock.pass_(30 * DAY)
    await shop.end_what_is_due()
    await shop.work()
    assert shop.has_role()


async def test_while_discord_is_away_the_comparison_stops_and_one_that_fails_stops_no_other(
    shop: RoleShop, comparison: RoleComparison
) -> None:
    await shop.order()
    await shop.work()
    env = shop.world.env
    env.inject_error("GET", "*/members/*", status=503, times=1)
    assert await comparison.compare_all() == 0
    env.inject_error("GET", "*/members/*", status=400, code=50035, times=1)
    assert await comparison.compare_all() == 1
    assert (await shop.term()).standing is RoleStanding.GIVEN


async def test_who_joins_has_their_role_at_once(shop: RoleShop, comparison: RoleComparison) -> None:
    await shop.order()
    await shop.work()
    come_back(shop)
    guild = shop.world.bot.get_guild(GUILD)
    assert guild is not None
    member = await guild.fetch_member(shop.world.ada_id)
    await comparison.joined(member)
    assert shop.has_role()


async def test_what_a_dead_letter_has_begun_is_ended_by_the_comparison(
    shop: RoleShop, comparison: RoleComparison
) -> None:
    """What it may have given is taken, and points and stock are back."""
    await shop.order()
    shop.world.env.inject_error("PUT", "*/roles/*", status=400, code=1, times=3)
    for _ in range(3):
        await shop.work(after=MINUTE)
    assert await shop.state() is OrderState.FULFILLING
    shop.clock.pass_(DAY + HOUR)
    assert await shop.end_what_is_due() == 1
    assert await comparison.compare_all() == 1
    assert (await shop.term()).standing is RoleStanding.NONE
    assert await shop.points() == 1_000


@pytest.mark.parametrize("jump", [timedelta(days=-1), timedelta(hours=2)], ids=str)
async def test_a_clock_that_is_off_ends_no_role_too_late_or_twice(
    shop: RoleShop, comparison: RoleComparison, jump: timedelta
) -> None:
    await shop.order()
    await shop.work()
    micros = int(jump.total_seconds()) * SECOND
    shop.clock.pass_(micros)
    assert await shop.end_what_is_due() == 0
    assert await comparison.compare_all() == 1
    shop.clock.pass_(30 * DAY - micros)
    assert await shop.end_what_is_due() == 1
    assert await shop.end_what_is_due() == 0
    await shop.work()
    assert not shop.has_role()

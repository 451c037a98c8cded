"""Roles that members ordered: given once, taken when they end, and healed whatever happens."""

import discord
import pytest

from payments.commands.base import Undo, by_member
from payments.commands.shop.end import DenyOrder
from payments.commands.shop.return_order import ReturnOrder
from payments.domain.values.ids import OrderId
from payments.domain.values.orders import FULFILMENT_LIFE, OrderState
from payments.domain.values.roles import RoleKey, RoleStanding
from payments.domain.values.time import DAY, HOUR, MINUTE
from tests.support import make
from tests.support.make import BEN, GUILD
from tests.support.ordered_roles import RoleShop, shop

__all__ = ["shop"]  # a fixture


async def test_an_ordered_role_is_given_and_taken_when_its_time_is_over(shop: RoleShop) -> None:
    await shop.order()
    assert not shop.has_role()
    assert await shop.work() == ["delivered", "delivered"]
    assert shop.has_role()
    assert await shop.state() is OrderState.FULFILLED
    assert await shop.points() == 900
    shop.clock.pass_(30 * DAY - 1)
    assert await shop.end_what_is_due() == 0
    shop.clock.pass_(1)
    assert await shop.end_what_is_due() == 1
    assert await shop.work() == ["delivered"]
    assert not shop.has_role()
    assert (await shop.term()).standing is RoleStanding.NONE


async def test_a_role_that_is_ordered_again_is_extended(shop: RoleShop) -> None:
    await shop.order("o1")
    await shop.work()
    await shop.order("o2", quantity=2)
    await shop.work()
    shop.clock.pass_(90 * DAY - 1)
    assert await shop.end_what_is_due() == 0
    shop.clock.pass_(1)
    assert await shop.end_what_is_due() == 1
    await shop.work()
    assert not shop.has_role()


async def test_a_role_that_was_held_before_is_never_taken(shop: RoleShop) -> None:
    shop.by_hand(given=True)
    await shop.order()
    await shop.work()
    assert await shop.state() is OrderState.FULFILLED
    assert await shop.end_what_is_due() == 0
    shop.clock.pass_(30 * DAY)
    assert await shop.end_what_is_due() == 1
    await shop.work()
    assert shop.has_role()


async def test_a_returned_order_takes_the_role_and_gives_it_again_when_it_is_undone(
    shop: RoleShop,
) -> None:
    await shop.order()
    await shop.work()
    back = ReturnOrder(**shop.by_ben(), reason="mistake")
    await shop.runner.run(back)
    await shop.work()
    assert not shop.has_role()
    assert await shop.points() == 1_000
    await shop.runner.run(
        Undo.of(back, True, at=shop.clock(), actor=by_member(BEN), key=make.key())
    )
    await shop.work()
    assert shop.has_role()
    shop.clock.pass_(30 * DAY)
    await shop.end_what_is_due()
    await shop.work()
    assert not shop.has_role()


@pytest.mark.parametrize(("status", "code"), [(403, 50013), (403, 50001), (404, 10004)], ids=str)
async def test_a_role_that_cannot_be_given_waits_and_the_owner_is_told_once_a_day(
    shop: RoleShop, status: int, code: int
) -> None:
    await shop.order()
    shop.world.env.inject_error("PUT", "*/roles/*", status=status, code=code, times=2)
    assert await shop.work() == ["postponed"]
    told = await shop.owner_reads()
    assert f"can't give or take the role <@&{shop.vip.id}>" in told
    assert "move my own role above it" in told
    assert await shop.work(after=10 * MINUTE) == ["postponed"]
    assert len(shop.world.guild.owner.dm_channel.history()) == 1
    assert await shop.state() is OrderState.FULFILLING
    assert await shop.work(after=10 * MINUTE) == ["delivered", "delivered"]
    assert shop.has_role()


async def test_what_can_never_be_given_within_a_day_gives_points_and_stock_back(
    shop: RoleShop,
) -> None:
    await shop.order()
    shop.world.env.inject_error("PUT", "*/roles/*", status=403, code=50013, times=None)
    for _ in range(3):
        assert await shop.work(after=HOUR) == ["postponed"]
    shop.clock.pass_(FULFILMENT_LIFE)
    assert await shop.end_what_is_due() == 1
    assert await shop.state() is OrderState.FAILED
    assert await shop.points() == 1_000
    assert not shop.has_role()


async def test_while_discord_is_away_an_order_that_nobody_has_begun_lapses(shop: RoleShop) -> None:
    await shop.order()
    shop.world.env.inject_error("GET", "*/members/*", status=503, times=1)
    assert await shop.work() == ["postponed"]
    assert await shop.state() is OrderState.PLACED
    shop.clock.pass_(15 * MINUTE)
    assert await shop.end_what_is_due() == 1
    assert await shop.state() is OrderState.LAPSED
    assert await shop.work(after=MINUTE) == ["delivered"]
    assert not shop.has_role()
    assert await shop.points() == 1_000


async def test_a_member_who_has_left_gets_the_points_back(shop: RoleShop) -> None:
    await shop.order()
    shop.world.guild.remove_member(shop.world.ada)
    await shop.world.env.settle()
    assert await shop.work() == ["delivered"]
    order = await shop.queries.order(OrderId("o1"))
    assert order is not None
    assert (order.state, order.reason) == (
        OrderState.FAILED,
        "The member is not on the server any more.",
    )
    assert await shop.points() == 1_000


async def test_a_role_that_is_gone_gives_points_back_and_the_owner_is_told(shop: RoleShop) -> None:
    await shop.order()
    shop.world.env.inject_error("PUT", "*/roles/*", status=404, code=10011)
    assert await shop.work() == ["delivered"]
    assert await shop.state() is OrderState.FAILED
    assert await shop.points() == 1_000
    assert "It is gone." in await shop.owner_reads()


async def test_a_role_above_the_bots_own_waits(shop: RoleShop) -> None:
    """As Discord itself decides it."""
    me = shop.world.guild.me
    assert isinstance(me, discord.Member)
    backend = shop.world.env.backend
    backend.get_role(GUILD, shop.vip.id).position = 50
    await shop.order()
    assert await shop.work() == ["postponed"]
    backend.get_role(GUILD, shop.vip.id).position = 1
    assert await shop.work(after=10 * MINUTE) == ["delivered", "delivered"]
    assert shop.has_role()


async def test_who_is_denied_while_the_role_is_given_does_not_keep_it(
    shop: RoleShop,
) -> None:
    await shop.order()
    channel = shop.channel()
    roles = channel._keeper.roles
    give = roles.give

    async def give_late(key: RoleKey) -> None:
        await give(key)
        await shop.runner.run(DenyOrder(**shop.by_ben(), reason="closed"))

    roles.give = give_late  # type: ignore[method-assign]
    assert await shop.work(channel) == ["delivered"]
    assert not shop.has_role()
    assert await shop.state() is OrderState.DENIED
    assert await shop.points() == 1_000


async def test_a_role_that_has_become_dangerous_waits_until_the_owner_mends_it(
    shop: RoleShop,
) -> None:
    backend = shop.world.env.backend
    backend.edit_role(GUILD, shop.vip.id, {"permissions": 1 << 2})
    await shop.world.env.settle()
    await shop.order()
    assert await shop.work() == ["postponed"]
    assert not shop.has_role()
    assert await shop.state() is OrderState.FULFILLING
    assert "permissions with which its holder could harm others" in await shop.owner_reads()
    backend.edit_role(GUILD, shop.vip.id, {"permissions": 0})
    await shop.world.env.settle()
    assert await shop.work(after=10 * MINUTE) == ["delivered", "delivered"]
    assert shop.has_role()

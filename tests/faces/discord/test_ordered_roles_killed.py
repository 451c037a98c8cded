"""Whoever gives ordered roles is killed between two steps, and another ends what they began."""

from typing import Any

import pytest

from bot.client import GuildbankBot
from bot.fulfilment.role_channel import RoleChannel
from payments.commands.base import Command
from payments.commands.shop.end import DenyOrder
from payments.domain.values.orders import OrderState
from payments.domain.values.roles import RoleKey, RoleStanding
from payments.domain.values.time import DAY, MINUTE
from tests.support.ordered_roles import RoleShop, shop

__all__ = ["shop"]  # a fixture


class Killed(BaseException):
    """The process is gone: nothing is caught or written any more."""


class Dying:
    """A runner, or Discord, at which the process dies before or after one of its steps."""

    def __init__(self, point: str) -> None:
        self.point = point

    def step(self, name: str) -> None:
        if name == self.point:
            raise Killed(name)


def dying_channel(shop: RoleShop, bot: GuildbankBot, point: str) -> RoleChannel:
    """A channel of a process that dies at a point: `before` or `after` a command or call."""
    dying = Dying(point)
    channel = shop.channel(bot)
    runner, roles = bot.runner, channel._keeper.roles

    async def run(command: Command[Any]) -> Any:
        dying.step(f"before {command.kind}")
        result = await runner.run(command)
        dying.step(f"after {command.kind}")
        return result

    give = roles.give

    async def dying_give(key: RoleKey) -> None:
        dying.step("before giving")
        await give(key)
        dying.step("after giving")

    class DyingRunner:
        def __getattr__(self, name: str) -> Any:
            return run if name == "run" else getattr(runner, name)

    bot.runner = DyingRunner()  # type: ignore[assignment]
    roles.give = dying_give  # type: ignore[method-assign]
    return channel


POINTS = [
    "before order.begin",
    "after order.begin",
    "after role.note",
    "before giving",
    "after giving",
    "before order.fulfil",
    "after order.fulfil",
]


@pytest.mark.parametrize(
    ("point", "held"),
    [(point, False) for point in POINTS]
    + [(point, True) for point in POINTS if "giving" not in point],
)
async def test_whoever_is_killed_between_two_steps_leaves_what_another_ends(
    shop: RoleShop,
    point: str,
    held: bool,  # noqa: FBT001 - a case
) -> None:
    """The role is given once, ends when it should, and is left with who had it before."""
    if held:
        shop.by_hand(given=True)
    await shop.order()
    alive = shop.world.bot.runner
    channel = dying_channel(shop, shop.world.bot, point)
    with pytest.raises(Killed):
        await shop.work(channel)
    shop.world.bot.runner = alive
    await shop.work(after=MINUTE)
    assert shop.has_role()
    assert await shop.state() is OrderState.FULFILLED
    assert await shop.points() == 900
    shop.clock.pass_(30 * DAY)
    assert await shop.end_what_is_due() == 1
    await shop.work()
    assert shop.has_role() is held


@pytest.mark.parametrize("point", POINTS[1:-1])
async def test_an_order_that_ends_after_a_kill_leaves_no_role(shop: RoleShop, point: str) -> None:
    await shop.order()
    alive = shop.world.bot.runner
    channel = dying_channel(shop, shop.world.bot, point)
    with pytest.raises(Killed):
        await shop.work(channel)
    shop.world.bot.runner = alive
    await shop.runner.run(DenyOrder(**shop.by_ben(), reason="closed"))
    await shop.work(after=MINUTE)
    assert not shop.has_role()
    assert await shop.points() == 1_000
    assert (await shop.term()).standing is RoleStanding.NONE

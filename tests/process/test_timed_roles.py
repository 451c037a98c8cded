"""Two workers on one PostgreSQL give and take ordered roles: each ends once, when it should."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Final

import pytest

from payments.domain.values.ids import CommandKey, MemberId
from payments.domain.values.roles import RoleStanding
from payments.domain.values.time import DAY, MINUTE, later
from payments.infra.clock import system_clock
from payments.notifications.routing import route
from payments.runner.runner import Runner
from sandbox.discord_wire import WireDiscord
from sandbox.discord_wire.world import GUILD
from tests.process.conftest import Process
from tests.support.forked import Running
from tests.support.furnished_shop import ITEMS, MONTH
from tests.support.killed_shop import TOLD, KilledShop, opened, patient, wire
from tests.support.shopping import place

__all__ = ["patient", "wire"]  # fixtures

pytestmark = [pytest.mark.usefixtures("patient"), pytest.mark.timeout(300)]

OTHER: Final = "other.json"
"""The file that tells the second worker."""

RIGHT: Final = "clock.confirmed"
WRONG: Final = "clock.not_confirmed"
"""What a worker writes of its clock, before it ends what is over."""


@pytest.fixture
async def shop(process: Process, wire: WireDiscord, postgres_url: str) -> AsyncIterator[KilledShop]:
    process.environment["DATABASE_URL"] = postgres_url
    process.environment["LOG_LEVEL"] = "INFO"
    async with opened(process, wire) as here:
        here.tell(to=OTHER)
        yield here


async def order(shop: KilledShop, buyer: int, name: str) -> None:
    """A month of the role, ordered and given."""
    runner = Runner(shop.database, route=route)
    runner.start()
    wanted = place(ITEMS["role"], name, member=MemberId(buyer), at=system_clock())
    await runner.run(replace(wanted, key=CommandKey(name)))
    await runner.close()
    await shop.settled()


def taken(shop: KilledShop) -> int:
    """How often the role was taken from somebody."""
    return sum(each.method == "DELETE" and "/roles/" in each.path for each in shop.wire.requests)


async def ended(*workers: Running) -> None:
    """Let workers end at once."""
    for each in workers:
        each.kill()
        await each.wait()


async def said(shop: KilledShop, words: str, before: int) -> None:
    """Wait until one of them writes that once more."""
    await shop.until(lambda: shop.written.count(words) > before or None)


async def test_bought_extended_left_and_come_back_to_it_ends_once(shop: KilledShop) -> None:
    """While a clock is wrong, nothing ends; when it should, one of two workers ends it."""
    buyer, *others = [next(shop.buyers) for _ in range(3)]
    workers = await shop.begin("worker"), await shop.begin("worker", told=OTHER)
    await order(shop, buyer, "first")
    await order(shop, buyer, "second")
    seen = await shop.seen(buyer)
    begun = min(each.fulfilled_at for each in seen.orders if each.fulfilled_at is not None)
    ends_at = later(begun, 2 * MONTH)
    assert (seen.has_role, seen.term.ends_at) == (True, ends_at)

    await ended(*workers)
    await shop.wire.leave(buyer, GUILD)
    await shop.wire.join(buyer, GUILD)
    worker = await shop.begin("worker")
    await shop.until(lambda: shop.has_role(buyer) or None)

    for wrong in (90 * DAY, -90 * DAY):
        await ended(worker)
        shop.tell(wrong=wrong)
        before = shop.written.count(WRONG)
        worker = await shop.begin("worker")
        await said(shop, WRONG, before)
        assert shop.has_role(buyer)
    await ended(worker)

    shop.ahead = 2 * MONTH - DAY
    await both(shop)
    await order(shop, others[0], "third")
    assert shop.has_role(buyer)
    assert (await shop.seen(buyer)).term.ends_at == ends_at
    assert taken(shop) == 0

    shop.ahead = 2 * MONTH + MINUTE
    shop.tell()
    shop.tell(to=OTHER)
    await shop.until(lambda: not shop.has_role(buyer) or None)
    await shop.settled()
    await ended(*shop.running)
    await shop.wire.leave(buyer, GUILD)
    await shop.wire.join(buyer, GUILD)
    await both(shop)
    await order(shop, others[1], "fourth")
    seen = await shop.seen(buyer)
    assert (seen.has_role, seen.term.is_wanted) == (False, False)
    assert seen.term.standing is RoleStanding.NONE
    assert taken(shop) == 1


async def both(shop: KilledShop) -> None:
    """Begin two workers, and wait until one of them, which ends roles, believes its clock."""
    before = shop.written.count(RIGHT)
    for told in (TOLD, OTHER):
        shop.tell(to=told)
        await shop.begin("worker", told=told)
    await said(shop, RIGHT, before)

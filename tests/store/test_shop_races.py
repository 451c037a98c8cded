"""Many members order at the same time, in one process and in two: nothing is sold twice."""

from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import select

from payments.domain.errors import NotEnoughPoints
from payments.domain.rules.stock import SoldOut
from payments.domain.values.ids import MemberId
from payments.domain.values.items import ItemKind
from payments.notifications.routing import route
from payments.runner.runner import Runner
from payments.store import tables
from payments.store.engine.database import Database, open_database
from tests.support.commands import grant, put_up
from tests.support.make import ADA
from tests.support.shopping import add_codes, add_item, offer, place
from tests.support.writers import outcomes, points, proven

__all__ = ["proven"]  # a fixture

pytestmark = pytest.mark.usefixtures("proven")

TABLE = offer()
CODE = offer("Key", ItemKind.CODE)


@pytest.fixture
async def processes(database: Database, database_url: str) -> AsyncIterator[list[Runner]]:
    """The runner of one process on SQLite, those of two on PostgreSQL."""
    others = [open_database(database_url)] if database_url.startswith("postgres") else []
    runners = [Runner(each, route=route) for each in (database, *others)]
    for runner in runners:
        runner.start()
    await put_up(runners[0])
    yield runners
    for runner in runners:
        await runner.close()
    for each in others:
        await each.close()


async def members_with_points(runners: list[Runner], number: int) -> list[MemberId]:
    """Members that have what one piece costs."""
    members = [MemberId(ADA + 1_000 + n) for n in range(number)]
    granted = await outcomes(runners, [grant(TABLE.price, member) for member in members])
    assert not [each for each in granted if isinstance(each, Exception)]
    return members


async def stock(database: Database) -> tuple[int | None, int, int]:
    items = tables.items
    columns = (items.c.available, items.c.reserved, items.c.sold)
    found = await database.snapshot(lambda connection: connection.execute(select(*columns)).one())
    return found.available, found.reserved, found.sold


def kinds(found: list[Any]) -> Counter[type]:
    return Counter(map(type, found))


async def test_500_members_race_for_100_pieces(processes: list[Runner], database: Database) -> None:
    await processes[0].run(add_item(TABLE, 100))
    members = await members_with_points(processes, 500)
    found = await outcomes(processes, [place(TABLE, member=member) for member in members])
    assert kinds(found) == {str: 100, SoldOut: 400}
    unlucky = {member for member, each in zip(members, found, strict=True) if type(each) is SoldOut}
    accounts = tables.accounts
    untouched = select(accounts.c.member_id).where(accounts.c.balance == TABLE.price)
    left = await database.snapshot(lambda connection: connection.execute(untouched).scalars().all())
    assert set(left) == unlucky
    assert await stock(database) == (0, 100, 0)


async def test_the_same_points_pay_for_one_of_50_orders_at_once(
    processes: list[Runner], database: Database
) -> None:
    await processes[0].run(add_item(TABLE))
    (member,) = await members_with_points(processes, 1)
    found = await outcomes(processes, [place(TABLE, member=member) for _ in range(50)])
    assert kinds(found) == {str: 1, NotEnoughPoints: 49}
    assert await points(database, member) == 0
    assert await stock(database) == (None, 1, 0)


async def test_50_buyers_of_30_codes_get_30_different_ones(
    processes: list[Runner], database: Database
) -> None:
    await processes[0].run(add_item(CODE))
    await processes[0].run(add_codes(CODE, 30))
    members = await members_with_points(processes, 50)
    found = await outcomes(processes, [place(CODE, member=member) for member in members])
    assert kinds(found) == {str: 30, SoldOut: 20}
    codes = tables.item_codes
    given = await database.snapshot(
        lambda connection: connection.execute(select(codes.c.order_id)).scalars().all()
    )
    assert sorted(given) == sorted(each for each in found if isinstance(each, str))
    assert await stock(database) == (0, 0, 30)

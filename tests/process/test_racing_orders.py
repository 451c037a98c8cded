"""Two processes on one PostgreSQL sell the same things at the same time: nothing is sold twice."""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from payments.domain.values.ids import MemberId
from payments.domain.values.orders import OrderState
from payments.notifications.routing import route
from payments.runner.runner import Runner
from payments.store.engine.database import Database, open_database
from payments.store.queries import Queries
from payments.store.verify.verify import verify
from tests.process.conftest import PATIENCE_SECONDS
from tests.support.commands import grant
from tests.support.forked import Forking
from tests.support.make import ADA, GUILD, START
from tests.support.order_racer import GO, ITEMS
from tests.support.shopping import add_codes, add_item, place
from tests.support.typed import kept_environment

PROCESSES = 2
PRICE = ITEMS["table"].price


class Races:
    """Two processes that begin at the same moment.

    Args:
        forking: Begins them.
        folder: Where.
        url: Their database.
        books: The same, read from here.
    """

    def __init__(self, forking: Forking, folder: Path, url: str, books: Database) -> None:
        self._forking, self._folder, self._url = forking, folder, url
        self.books = books
        self.queries = Queries(books.reader)
        self.runner = Runner(books, route=route)

    async def run(self, wanted: Sequence[Sequence[Any]]) -> list[str]:
        """Let each process do every second; how all of them ended, in the order of what is wanted.

        Both wait for a lock before they begin.
        """
        starting = await asyncpg.connect(self._url)
        await starting.execute(f"SELECT pg_advisory_lock({GO})")
        parts = [wanted[number::PROCESSES] for number in range(PROCESSES)]
        begun = [
            await self._forking.begin(
                "tests.support.order_racer",
                (self._url, json.dumps(part)),
                self._folder,
                kept_environment(),
            )
            for part in parts
        ]
        waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted AND "
        waiting += "database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        async with asyncio.timeout(PATIENCE_SECONDS):
            while await starting.fetchval(waiting) < PROCESSES:
                assert [each.returncode for each in begun] == [None] * PROCESSES
                await asyncio.sleep(0.05)
            await starting.close()  # and they run
            ended = [await each.communicate() for each in begun]
        assert [errors for _, errors in ended] == [b""] * PROCESSES
        found: list[list[str]] = [json.loads(output) for output, _ in ended]
        return [found[place % PROCESSES][place // PROCESSES] for place in range(len(wanted))]

    async def buyers(self, first: int, number: int, points: int = PRICE) -> list[int]:
        """Members who have points for one piece."""
        members = [MemberId(ADA + first + n) for n in range(number)]
        await asyncio.gather(*(self.runner.run(grant(points, each)) for each in members))
        return list(members)

    async def points(self, members: Sequence[int]) -> list[int]:
        """What each has."""
        return [
            (await self.queries.balance(GUILD, MemberId(each), START)).points for each in members
        ]

    async def stock(self, name: str) -> tuple[int | None, int, int]:
        """Of an item: pieces that are there, reserved, and sold."""
        found = {each.offer.name: each for each in await self.queries.items(GUILD)}
        stock = found[ITEMS[name].name].stock
        return stock.available, stock.reserved, stock.sold


@pytest.fixture
async def races(forking: Forking, postgres_url: str, tmp_path: Path) -> AsyncIterator[Races]:
    """Everything is for sale without end; afterwards the books must agree."""
    books = open_database(postgres_url)
    here = Races(forking, tmp_path, postgres_url, books)
    here.runner.start()
    yield here
    assert await books.snapshot(lambda connection: list(verify(connection))) == []
    await here.runner.close()
    await books.close()


async def test_two_processes_sell_nothing_twice(races: Races, *, thorough: bool) -> None:
    """Pieces, points, codes: all at once, and each is given once."""
    members, pieces, tries, readers, codes = (
        (500, 100, 50, 50, 30) if thorough else (60, 12, 16, 15, 9)
    )
    await races.runner.run(add_item(ITEMS["table"], pieces))
    await races.runner.run(add_item(ITEMS["ticket"]))
    await races.runner.run(add_item(ITEMS["code"]))
    await races.runner.run(add_codes(ITEMS["code"], codes))
    racing = await races.buyers(1_000, members)
    (clicking,) = await races.buyers(2_000, 1)
    reading = await races.buyers(3_000, readers)
    found = await races.run(
        [
            *(("order", "table", each) for each in racing),
            *(("order", "ticket", clicking) for _ in range(tries)),
            *(("order", "code", each) for each in reading),
        ]
    )
    raced, clicked, read = (
        found[:members],
        found[members : members + tries],
        found[members + tries :],
    )
    assert Counter(raced) == {"ok": pieces, "SoldOut": members - pieces}
    untouched = [PRICE if each == "SoldOut" else 0 for each in raced]
    assert await races.points(racing) == untouched
    assert await races.stock("table") == (0, pieces, 0)
    assert Counter(clicked) == {"ok": 1, "NotEnoughPoints": tries - 1}
    assert await races.stock("ticket") == (None, 1, 0)
    assert Counter(read) == {"ok": codes, "SoldOut": readers - codes}
    given = [
        code.id
        for each in reading
        for order in (await races.queries.orders_of(GUILD, MemberId(each))).orders
        for code in await races.queries.codes_of(GUILD, order.id)
    ]
    assert len(given) == len(set(given)) == codes
    assert await races.stock("code") == (0, 0, codes)


async def test_a_program_that_says_two_things_at_once_is_heard_once(
    races: Races, *, thorough: bool
) -> None:
    """Each process hears another answer to each order."""
    number = 50 if thorough else 10
    await races.runner.run(add_item(ITEMS["sword"], number))
    buyers = await races.buyers(1_000, number)
    names = [f"sword-{each}" for each in range(number)]
    for name, buyer in zip(names, buyers, strict=True):
        await races.runner.run(place(ITEMS["sword"], name, member=MemberId(buyer)))
    wanted = [("answer", name, said) for name in names for said in (True, False)]
    found = await races.run(wanted)
    ends = [
        (await races.queries.orders_of(GUILD, MemberId(each))).orders[0].state for each in buyers
    ]
    for end, gave, denied in zip(ends, found[::2], found[1::2], strict=True):
        assert {end: ("ok", "OrderDecided")}.get(OrderState.FULFILLED, ("OrderDecided", "ok")) == (
            gave,
            denied,
        )
    sold = ends.count(OrderState.FULFILLED)
    assert await races.points(buyers) == [
        0 if each is OrderState.FULFILLED else PRICE for each in ends
    ]
    assert await races.stock("sword") == (number - sold, 0, sold)

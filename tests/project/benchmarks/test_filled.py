"""Books that were filled from one purchase prove themselves, and go on."""

from pathlib import Path

from benchmarks.databases import settle
from benchmarks.growth import buy, fill, pattern_of
from payments.notifications.routing import route
from payments.runner.runner import Runner
from payments.store import tables
from payments.store.engine.database import open_database
from tests.support.commands import put_up
from tests.support.contents import check, count
from tests.support.sqlite import empty_sqlite


async def test_filled_books_are_like_those_of_real_purchases(tmp_path: Path) -> None:
    url = empty_sqlite(tmp_path)
    database = open_database(url)
    runner = Runner(database, route=route)
    runner.start()
    await put_up(runner)
    pattern = await pattern_of(database, runner)
    some = [tables.payments, tables.lots, tables.events, tables.deliveries, tables.audit]
    one = [await count(database, table) for table in some]
    await buy(runner, range(1, 2))
    two = [await count(database, table) for table in some]
    await fill(url, pattern, range(2, 10))
    await buy(runner, range(10, 12))
    twelve = [await count(database, table) for table in some]
    assert twelve == [first + 11 * (second - first) for first, second in zip(one, two, strict=True)]
    await check(database)
    await settle(url)
    await runner.close()
    await database.close()

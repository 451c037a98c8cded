"""The database that tests on PostgreSQL share is as good as new for each of them."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
import pytest

from payments.notifications.routing import route
from payments.runner.runner import Runner
from payments.store.engine.database import open_database
from payments.store.tables import metadata
from tests.support.commands import grant, put_up
from tests.support.emptied import Kept
from tests.support.make import checkout_update, event, initiate
from tests.support.postgres import Postgres

CHANGES = (
    "CREATE TABLE late (a int)",
    "CREATE FUNCTION late() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "CREATE RULE late AS ON INSERT TO accounts DO INSTEAD NOTHING",
    "ALTER TABLE accounts DISABLE TRIGGER ALL",
    "ALTER TABLE accounts ALTER COLUMN balance SET DEFAULT 7",
    "DROP SCHEMA public CASCADE",
    "UPDATE alembic_version SET version_num = '0000'",
    "DELETE FROM installation",
    "INSERT INTO paces SELECT 1, n, repeat('x', 99), 1 FROM generate_series(1, 50000) n",
    "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET work_mem = 64', current_database()); END $$",
)
"""What a test may do to its database, and what emptying does not take back."""


@pytest.fixture
def kept(postgres: Postgres) -> Iterator[Kept]:
    kept = Kept(postgres)
    yield kept
    kept.close()


@asynccontextmanager
async def session(url: str) -> AsyncIterator["asyncpg.Connection[Any]"]:
    connection = await asyncpg.connect(url)
    try:
        yield connection
    finally:
        await connection.close()


async def content(url: str) -> dict[str, list[Any]]:
    """All rows, and how far sequences have counted."""
    names = [*(each.name for each in metadata.sorted_tables), "alembic_version", "pg_sequences"]
    async with session(url) as own:
        return {name: await own.fetch(f"SELECT * FROM {name}") for name in names}  # noqa: S608 - our own


async def test_rows_and_counts_are_gone_and_the_database_stays(kept: Kept) -> None:
    url = kept.take()
    new = await content(url)
    database = open_database(url)
    runner = Runner(database, route=route)
    runner.start()
    await put_up(runner)
    await runner.run(initiate("one"))
    await runner.run(event(checkout_update("one")))
    await runner.run(grant(5))
    await runner.close()
    await database.close()
    assert len([name for name, rows in (await content(url)).items() if rows != new[name]]) > 8
    kept.give_back()
    assert kept.take() == url
    assert await content(url) == new


@pytest.mark.parametrize("change", CHANGES)
async def test_what_is_changed_otherwise_is_thrown_away(kept: Kept, change: str) -> None:
    url = kept.take()
    new = await content(url)
    async with session(url) as own:
        await own.execute(change)
    kept.give_back()
    other = kept.take()
    assert other != url
    assert await content(other) == new
    with pytest.raises(asyncpg.InvalidCatalogNameError):
        await asyncpg.connect(url)


async def test_a_session_that_was_left_open_holds_nobody_up(kept: Kept) -> None:
    url = kept.take()
    async with session(url) as left:
        await left.execute("BEGIN")
        await left.execute("LOCK TABLE accounts, payments")
        await left.execute("INSERT INTO paces VALUES (1, 1, 'x', 1)")
        kept.give_back()
        assert kept.take() == url
        with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError)):
            await left.execute("COMMIT")
    assert (await content(url))["paces"] == []

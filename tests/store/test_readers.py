"""Reads see what is committed, or the books of one moment, and nothing holds them up."""

import asyncio
from contextlib import AsyncExitStack

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from payments.runner.runner import Runner
from payments.store.engine.database import Database
from payments.store.engine.readers import THREADS
from payments.store.queries import Queries
from tests.support.commands import put_up
from tests.support.databases import only_on_sqlite
from tests.support.make import ADA, GUILD, START, checkout_update, event, initiate


def accounts(connection: Connection) -> int:
    return int(connection.execute(text("SELECT count(*) FROM accounts")).scalar_one())


async def test_a_moment_sees_nothing_of_what_comes_later(
    runner: Runner, database: Database, queries: Queries
) -> None:
    await put_up(runner)
    async with queries.at_one_moment() as then, then.at_one_moment() as still:
        assert (await then.balance(GUILD, ADA, START)).points == 0
        await runner.run(initiate("one"))
        await runner.run(event(checkout_update("one")))
        assert (await still.balance(GUILD, ADA, START)).points == 0
        assert await database.reader.read(accounts) == 1
    assert (await queries.balance(GUILD, ADA, START)).points == 500


async def test_a_read_cannot_change_anything(runner: Runner, database: Database) -> None:
    await put_up(runner)
    with pytest.raises(DBAPIError):
        await database.reader.read(lambda c: c.execute(text("DELETE FROM packages")))
    async with database.reader.at_one_moment() as moment:
        with pytest.raises(DBAPIError):
            await moment.read(lambda c: c.execute(text("DELETE FROM packages")))


@only_on_sqlite
async def test_moments_that_last_hold_no_read_up(runner: Runner, database: Database) -> None:
    await put_up(runner)
    async with AsyncExitStack() as lasting, asyncio.timeout(5):
        for _ in range(THREADS + 1):
            moment = await lasting.enter_async_context(database.reader.at_one_moment())
            assert await moment.read(accounts) == 0
        reads = [database.reader.read(accounts) for _ in range(3 * THREADS)]
        assert await asyncio.gather(*reads) == [0] * 3 * THREADS

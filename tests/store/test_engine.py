"""The database is opened so that what was answered is never lost, and what is wrong is refused."""

import asyncio

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from payments.runner.runner import Runner
from payments.store.engine.database import Database
from payments.store.queries import Queries
from tests.support.commands import put_up
from tests.support.databases import only_on_postgres, only_on_sqlite
from tests.support.make import ADA, GUILD, START, checkout_update, event, initiate


@only_on_sqlite
@pytest.mark.usefixtures("waiting_for_the_disk")
async def test_commits_are_durable_and_foreign_keys_are_checked(database: Database) -> None:
    """`synchronous` 2 is FULL: NORMAL may lose commits that were answered when power fails."""

    def pragmas(connection: Connection) -> list[object]:
        names = ("journal_mode", "synchronous", "foreign_keys")
        return [connection.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in names]

    assert await database.transact(pragmas) == ["wal", 2, 1]


@only_on_postgres
async def test_commits_are_durable_on_postgresql_too(database: Database) -> None:
    def shown(connection: Connection) -> list[object]:
        names = ("synchronous_commit", "transaction_isolation")
        return [connection.exec_driver_sql(f"SHOW {name}").scalar_one() for name in names]

    assert await database.transact(shown) == ["on", "read committed"]


@only_on_postgres
async def test_what_nobody_waits_for_any_more_ends_before_the_database_is_closed(
    database: Database,
) -> None:
    """Otherwise its connection would be left to the garbage collector."""
    ended: list[bool] = []

    def work(connection: Connection) -> None:
        for _ in range(20):
            connection.execute(text("SELECT count(*) FROM packages")).all()
        ended.append(True)

    waiting = asyncio.create_task(database.transact(work))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert not ended
    await database.close()
    assert ended


TAMPERING = [
    (
        "INSERT INTO transfers SELECT guild_id, 'again', kind, source, destination, points, at, "
        "command_key, payment_id, undoes, note, order_id FROM transfers"
    ),
    "UPDATE accounts SET balance = -1",
    "UPDATE lots SET remaining = -1",
    "UPDATE transfers SET points = 0",
    "UPDATE transfers SET points = 1000000000001",
    "UPDATE transfers SET destination = source",
    "UPDATE accounts SET balance = 'many'",
    "DELETE FROM accounts",
    "INSERT INTO commands SELECT * FROM commands",
    "INSERT INTO provider_events SELECT * FROM provider_events",
]


@pytest.mark.parametrize("statement", TAMPERING)
async def test_the_database_itself_refuses_what_must_not_be(
    runner: Runner, database: Database, queries: Queries, statement: str
) -> None:
    """A second credit of a payment, a balance below zero without debt, a lot below zero, …"""
    await put_up(runner)
    await runner.run(initiate("one"))
    await runner.run(event(checkout_update("one")))
    with pytest.raises(DBAPIError, match=r"constraint|refuses a value|cannot store"):
        await database.transact(lambda connection: connection.execute(text(statement)))
    assert (await queries.balance(GUILD, ADA, START)).points == 500

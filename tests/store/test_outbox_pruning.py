"""What was delivered long ago is forgotten; what needs a person is not."""

import pytest
from sqlalchemy import Connection, text

from payments.domain.values.time import DAY, Instant, later
from payments.runner.runner import Runner
from payments.store.engine.database import Database
from payments.store.outbox.deliveries import PRUNED_AT_ONCE, Deliveries
from payments.store.queries import Queries
from tests.support.commands import put_up
from tests.support.make import START, checkout_update, event, initiate


async def count(database: Database, table: str) -> int:
    def read(connection: Connection) -> int:
        return int(connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())  # noqa: S608 - our own words

    return await database.transact(read)


async def end(database: Database, status: str, at: Instant) -> None:
    def write(connection: Connection) -> None:
        connection.execute(
            text("UPDATE deliveries SET status = :status, ended_at = :at"),
            {"status": status, "at": at},
        )

    await database.transact(write)


@pytest.fixture
async def delivered(runner: Runner, database: Database) -> Deliveries:
    await put_up(runner)
    await runner.run(initiate("p1"))
    await runner.run(event(checkout_update("p1")))
    assert await count(database, "deliveries") == 2
    assert await count(database, "events") == 4
    return Deliveries(database)


async def test_old_ones_go_with_their_events_and_the_books_stay(
    delivered: Deliveries, database: Database, queries: Queries
) -> None:
    await end(database, "delivered", later(START, 1))
    assert await delivered.prune(START) == 0, "not old enough"
    after = later(START, DAY)
    while await delivered.prune(after):
        pass
    assert await count(database, "deliveries") == 0
    assert await count(database, "events") == 0
    assert await queries.payment(initiate("p1").payment) is not None
    assert await count(database, "transfers") == 1


@pytest.mark.parametrize("status", ["dead", "waiting"])
async def test_what_is_not_over_stays_with_its_event(
    delivered: Deliveries, database: Database, status: str
) -> None:
    await end(database, status, START)
    while await delivered.prune(later(START, DAY)):
        pass
    assert await count(database, "deliveries") == 2
    assert await count(database, "events") == 1, "only what nobody was told of is forgotten"


async def test_it_goes_in_small_steps(delivered: Deliveries, database: Database) -> None:
    def more(connection: Connection) -> None:
        for number in range(PRUNED_AT_ONCE):
            connection.execute(
                text(
                    "INSERT INTO events SELECT guild_id, :id, name, body, command_key, at "
                    "FROM events LIMIT 1"
                ),
                {"id": f"more-{number}"},
            )

    await database.transact(more)
    await end(database, "waiting", START)
    assert await delivered.prune(later(START, DAY)) == PRUNED_AT_ONCE
    assert await delivered.prune(later(START, DAY)) == 3
    assert await delivered.prune(later(START, DAY)) == 0

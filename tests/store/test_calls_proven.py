"""Each call that waits is on its way, or a person can set it on its way."""

import pytest
from sqlalchemy import Connection, text

from payments.runner.runner import Runner
from payments.store.engine.database import Database
from payments.store.verify.verify import verify
from tests.support.approving import approved
from tests.support.commands import put_up
from tests.support.make import initiate

LOST = "Payment one: the capture of cs_one at stripe waits, and nothing asks for it."


@pytest.mark.parametrize(
    ("change", "complaints"),
    [
        ("SET attempts = 1", []),
        ("SET status = 'dead'", []),
        ("SET status = 'delivered'", [LOST]),
        ("SET status = 'given_up'", [LOST]),
        ("SET target = 'stripe:capture:another'", [LOST]),
    ],
)
async def test_a_call_that_nothing_makes_is_named(
    runner: Runner, database: Database, change: str, complaints: list[str]
) -> None:
    await put_up(runner)
    await runner.run(initiate("one"))
    await runner.run(approved())

    def work(connection: Connection) -> list[str]:
        update = text(f"UPDATE deliveries {change} WHERE channel = 'provider'")
        assert connection.execute(update).rowcount == 1
        return list(verify(connection))

    assert await database.transact(work) == complaints


async def test_a_call_that_is_over_needs_no_delivery(runner: Runner, database: Database) -> None:
    await put_up(runner)
    await runner.run(initiate("one"))
    await runner.run(approved())

    def work(connection: Connection) -> list[str]:
        connection.execute(text("UPDATE provider_calls SET status = 'done'"))
        connection.execute(text("DELETE FROM deliveries WHERE channel = 'provider'"))
        return list(verify(connection))

    assert await database.transact(work) == []

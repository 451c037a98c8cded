"""Each call that waits is on its way, or a person can set it on its way."""

from sqlalchemy import Connection, text

from payments.runner.runner import Runner
from payments.store.engine.database import Database
from payments.store.verify.verify import verify
from tests.support.approving import approved
from tests.support.commands import put_up
from tests.support.make import initiate
from tests.support.tampered import said_of

LOST = "Payment one: the capture of cs_one at stripe waits, and nothing asks for it."


TAMPERED = {
    "UPDATE deliveries SET attempts = 1 WHERE channel = 'provider'": [],
    "UPDATE deliveries SET status = 'dead' WHERE channel = 'provider'": [],
    "UPDATE deliveries SET status = 'delivered' WHERE channel = 'provider'": [LOST],
    "UPDATE deliveries SET status = 'given_up' WHERE channel = 'provider'": [LOST],
    "UPDATE deliveries SET target = 'stripe:capture:another' WHERE channel = 'provider'": [LOST],
}


async def test_a_call_that_nothing_makes_is_named(runner: Runner, database: Database) -> None:
    await put_up(runner)
    await runner.run(initiate("one"))
    await runner.run(approved())
    assert await said_of(database, TAMPERED) == TAMPERED


async def test_a_call_that_is_over_needs_no_delivery(runner: Runner, database: Database) -> None:
    await put_up(runner)
    await runner.run(initiate("one"))
    await runner.run(approved())

    def work(connection: Connection) -> list[str]:
        connection.execute(text("UPDATE provider_calls SET status = 'done'"))
        connection.execute(text("DELETE FROM deliveries WHERE channel = 'provider'"))
        return list(verify(connection))

    assert await database.transact(work) == []

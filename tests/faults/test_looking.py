"""Or the tests of faults would ask for nothing."""

from sqlalchemy import Connection, update

from payments.runner.runner import Runner
from payments.store import tables
from payments.store.engine.database import Database
from tests.faults.looking import look
from tests.support.commands import put_up
from tests.support.make import ADA, checkout_update, event, initiate


async def test_a_guild_that_does_not_sum_to_zero_is_noticed(
    runner: Runner, database: Database
) -> None:
    def give_one(connection: Connection) -> None:
        theirs = tables.accounts.c.member_id == ADA
        connection.execute(
            update(tables.accounts).where(theirs).values(balance=tables.accounts.c.balance + 1)
        )

    await put_up(runner)
    await runner.run(initiate("one"))
    await runner.run(event(checkout_update("one")))
    _, before = await look(database)
    await database.transact(give_one)
    _, after = await look(database)
    assert before == []
    assert "The guilds sum to 1." in after

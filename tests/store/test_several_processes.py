"""Several processes on one PostgreSQL: transactions that meet, and chores for one alone."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import Connection, func, select
from sqlalchemy.exc import OperationalError

from payments.commands.base import Command, by_member
from payments.commands.guild.packages import AddPackage
from payments.domain.errors import Refused
from payments.domain.values.ids import PackageId
from payments.domain.values.money import Money
from payments.runner.runner import Runner
from payments.store import tables
from payments.store.audit.log import AuditLog
from payments.store.engine.database import Database, open_database
from payments.store.engine.postgres import CONFLICTS
from payments.store.queries import Queries
from payments.store.verify.verify import verify
from tests.support.commands import grant
from tests.support.databases import only_on_postgres
from tests.support.make import BEN, GUILD, START, checkout_update, event, initiate, key
from tests.support.writers import outcomes, two

__all__ = ["two"]  # fixtures

pytestmark = only_on_postgres


async def test_one_name_is_for_sale_once(two: list[Runner], database: Database) -> None:
    adds: list[Command[Any]] = [
        AddPackage(
            key=key(),
            at=START,
            actor=by_member(BEN),
            guild=GUILD,
            name="Gold",
            points=1,
            price=Money(minor=100, currency="EUR"),
            package=PackageId(f"gold-{number}"),
        )
        for number in range(10)
    ]
    found = await outcomes(two, adds)
    assert sum(isinstance(each, Refused) for each in found) == 9
    assert len(await Queries(database.reader).packages(GUILD)) == 2


@pytest.mark.parametrize("state", sorted(CONFLICTS))
async def test_a_transaction_that_met_another_is_run_again(database: Database, state: str) -> None:
    class Conflict(Exception):
        sqlstate = state

    tries = 0

    def work(connection: Connection) -> int:
        nonlocal tries
        tries += 1
        if tries < 3:
            raise OperationalError("UPDATE", None, Conflict())
        return int(
            connection.execute(select(func.count()).select_from(tables.payments)).scalar_one()
        )

    assert await database.transact(work) == 0
    assert tries == 3


async def test_two_sealers_make_one_chain(
    two: list[Runner], database: Database, database_url: str
) -> None:
    other = open_database(database_url)
    logs = [AuditLog(database), AuditLog(other)]
    for _ in range(5):
        await asyncio.gather(
            *(outcomes(two, [grant(1) for _ in range(10)]) for _ in range(2)),
            *(log.seal() for log in logs * 3),
        )
    await logs[0].seal()
    await other.close()
    assert await database.snapshot(lambda connection: list(verify(connection))) == []


async def test_only_one_does_a_chore_at_a_time(database: Database, database_url: str) -> None:
    other = open_database(database_url)
    async with (
        database.alone("chore") as first,
        other.alone("chore") as second,
        other.alone("another") as third,
    ):
        assert (first, second, third) == (True, False, True)
    async with other.alone("chore") as again:
        assert again
    await other.close()


async def test_workers_hear_of_what_others_wrote_also_after_the_connection_was_lost(
    two: list[Runner], database: Database, database_url: str
) -> None:
    other = open_database(database_url)
    notify = asyncio.Queue[None]()
    listening = asyncio.create_task(
        other.listen("guildbank_deliveries", lambda: notify.put_nowait(None))
    )
    async with asyncio.timeout(10):
        await notify.get()  # it listens
        await two[0].run(initiate("one"))
        await two[0].run(event(checkout_update("one")))
        await notify.get()

        def cut(connection: Connection) -> None:
            connection.exec_driver_sql(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE query LIKE 'LISTEN%' AND datname = current_database()"
            )

        await database.transact(cut)
        await notify.get()  # it listens again
        await two[0].run(initiate("two"))
        await two[0].run(event(checkout_update("two")))
        await notify.get()
    listening.cancel()
    await asyncio.gather(listening, return_exceptions=True)
    await other.close()

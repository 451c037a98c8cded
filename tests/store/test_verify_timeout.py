"""Verifying within a time limit."""

from sqlalchemy import Connection

from payments.store.engine.database import Database
from payments.store.queries import Queries
from payments.store.verify.verify_timeout import verify_within


async def test_with_enough_time_it_is_the_same_as_verify(database: Database) -> None:
    assert await database.snapshot(lambda connection: verify_within(connection, 30)) == []


async def test_without_time_nothing_is_said(database: Database) -> None:
    """Not even that all is well."""

    def hurried(connection: Connection) -> list[str] | None:
        return verify_within(connection, 0)

    assert await database.snapshot(hurried) is None


async def test_the_engine_is_told_with_its_version(queries: Queries) -> None:
    assert (await queries.engine()).split(" ")[0] in {"SQLite", "PostgreSQL"}

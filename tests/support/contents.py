"""What a database has in it, and whether its books hold."""

from typing import Any

from sqlalchemy import Connection, func, select

from payments.store.engine.database import Database
from payments.store.verify.verify import verify


async def check(database: Database) -> None:
    assert await database.transact(lambda connection: list(verify(connection))) == []


async def count(database: Database, table: Any) -> int:
    def work(connection: Connection) -> int:
        return int(connection.execute(select(func.count()).select_from(table)).scalar_one())

    return await database.transact(work)

"""A database that counts its transactions, and fails the next ones when told to."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from payments.store.engine.database import Database
from payments.store.engine.readers import BooksReader

T = TypeVar("T")


class Counting:
    """A database that counts its transactions, and fails the next ones when told to."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.transactions = 0
        self.fail_after_commit = 0

    @property
    def reader(self) -> BooksReader:
        return self.database.reader

    async def transact(self, work: Callable[[Connection], T]) -> T:
        self.transactions += 1
        result = await self.database.transact(work)
        if self.fail_after_commit:
            self.fail_after_commit -= 1
            raise OperationalError("COMMIT", {}, OSError("connection lost"))
        return result

    async def snapshot(self, work: Callable[[Connection], T]) -> T:
        return await self.database.snapshot(work)

    async def listen(self, channel: str, notify: Callable[[], None]) -> None:
        await self.database.listen(channel, notify)

    def alone(self, what: str) -> AbstractAsyncContextManager[bool]:
        return self.database.alone(what)

    async def close(self) -> None:
        await self.database.close()

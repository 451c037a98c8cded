"""A database that counts its transactions, and fails the next ones when told to."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from payments.commands.base import Command
from payments.notifications.routing import route
from payments.runner.runner import Runner
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


async def at_once(database: Database, *commands: Command[Any]) -> list[Any]:
    """Results of commands that go together."""
    runner = Runner(database, route=route)
    waiting = [asyncio.ensure_future(runner.run(each)) for each in commands]
    await asyncio.sleep(0)
    runner.start()
    outcomes = await asyncio.gather(*waiting, return_exceptions=True)
    await runner.close()
    return outcomes

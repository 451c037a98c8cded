"""Several processes that write to one PostgreSQL, and one that stops in the middle."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AbstractAsyncContextManager
from typing import Any, TypeVar

import pytest
from sqlalchemy import Connection
from sqlalchemy.util import await_only

from payments.commands.base import Command, by_member
from payments.commands.points.move import TransferPoints
from payments.domain.values.ids import MemberId
from payments.domain.values.time import DAY, later
from payments.notifications.routing import route
from payments.runner.runner import Runner
from payments.store.engine.database import Database, open_database
from payments.store.engine.readers import BooksReader
from payments.store.queries import Queries
from payments.store.verify.verify import verify
from tests.support.commands import put_up
from tests.support.make import ADA, GUILD, START, key

T = TypeVar("T")


class Held:
    """A database whose transactions stop right before their commit, until they are let go.

    Args:
        database: The real one.
        before_second: If given, nothing stops, but this happens before the second transaction.
    """

    def __init__(
        self,
        database: Database,
        before_second: Callable[[], Coroutine[Any, Any, None]] | None = None,
    ) -> None:
        self._database = database
        self._before_second = before_second
        self._transactions = 0
        self.there = asyncio.Event()
        self.go = asyncio.Event()

    @property
    def reader(self) -> BooksReader:
        return self._database.reader

    async def transact(self, work: Callable[[Connection], T]) -> T:
        self._transactions += 1
        if self._before_second is not None:
            if self._transactions == 2:
                await self._before_second()
            return await self._database.transact(work)

        def stopping(connection: Connection) -> T:
            result = work(connection)
            self.there.set()
            await_only(self.go.wait())
            return result

        return await self._database.transact(stopping)

    async def snapshot(self, work: Callable[[Connection], T]) -> T:
        return await self._database.snapshot(work)

    async def listen(self, channel: str, notify: Callable[[], None]) -> None:
        await self._database.listen(channel, notify)

    def alone(self, what: str) -> AbstractAsyncContextManager[bool]:
        return self._database.alone(what)

    async def close(self) -> None:
        await self._database.close()


@pytest.fixture
async def two(database: Database, database_url: str) -> AsyncIterator[list[Runner]]:
    """Two processes' runners, each with connections of its own."""
    databases = [database, open_database(database_url)]
    runners = [Runner(each, route=route) for each in databases]
    for runner in runners:
        runner.start()
    await put_up(runners[0])
    yield runners
    for runner in runners:
        await runner.close()
    await databases[1].close()


@pytest.fixture
async def proven(database: Database) -> AsyncIterator[None]:
    """After each test the books must agree."""
    yield
    assert await database.snapshot(lambda connection: list(verify(connection))) == []


def passing_on(points: int, to: MemberId, of: MemberId = ADA) -> TransferPoints:
    return TransferPoints(
        key=key(),
        at=LATER,
        actor=by_member(of),
        guild=GUILD,
        member=of,
        recipient=to,
        points=points,
    )


async def outcomes(runners: list[Runner], commands: list[Command[Any]]) -> list[Any]:
    """All at once, each by the next runner."""
    running = (runners[n % len(runners)].run(command) for n, command in enumerate(commands))
    found: list[Any] = await asyncio.gather(*running, return_exceptions=True)
    return found


async def overlapping(
    runners: list[Runner], database: Database, first: Command[Any], second: Command[Any]
) -> list[Any]:
    """The second command comes while the first is written and not yet committed."""
    held = Held(database)
    slow = Runner(held, route=route)
    slow.start()
    begun = asyncio.create_task(slow.run(first))
    await held.there.wait()
    after = asyncio.create_task(runners[1].run(second))
    await asyncio.sleep(0.2)  # it reads what it can read, and waits for the rest
    held.go.set()
    found = list(await asyncio.gather(begun, after, return_exceptions=True))
    await slow.close()
    assert not [each for each in found if isinstance(each, Exception)]
    return found


async def points(database: Database, member: MemberId) -> int:
    return (await Queries(database.reader).balance(GUILD, member, LATER)).points


LATER = later(START, 4 * DAY)

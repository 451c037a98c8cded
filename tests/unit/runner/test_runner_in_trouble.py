"""The runner in trouble: whoever waits is answered, and what comes next is carried out."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError
from structlog.testing import capture_logs

from payments.commands.base import Command, by_member
from payments.commands.points.move import GrantPoints
from payments.domain.books.books import Books
from payments.domain.errors import BooksBroken
from payments.domain.values.ids import AccountKey, MemberId
from payments.notifications.routing import route
from payments.runner import runner as module
from payments.runner.errors import BooksUnavailable
from payments.runner.runner import MAX_BATCH, MAX_ROUNDS, Runner
from payments.runner.waiting import Waiting, answer_all
from payments.store.engine.database import Database
from payments.store.engine.readers import BooksReader
from payments.store.queries import Queries
from tests.support.commands import grant
from tests.support.make import ADA, BEN, GUILD, START, key
from tests.support.sqlite import empty_sqlite

T = TypeVar("T")


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """SQLite alone: locks of PostgreSQL have tests of their own."""
    return empty_sqlite(tmp_path)


@dataclass(frozen=True, slots=True, kw_only=True)
class Insatiable(GrantPoints):
    """Finds each time that it must see one account more."""

    kind = "points.insatiable"

    def execute(self, books: Books) -> Any:
        number = 1
        while True:
            books.account(AccountKey(GUILD, MemberId(number)))
            number += 1


def insatiable() -> Insatiable:
    return Insatiable(key=key(), at=START, actor=by_member(BEN), guild=GUILD, member=ADA, points=1)


class Gated:
    """A database whose transactions wait until they may, and fail as they are told to."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.begun = asyncio.Event()
        self.goes_on = asyncio.Event()
        self.goes_on.set()
        self.sizes: list[int] = []
        self.failing: list[Exception] = []

    @property
    def reader(self) -> BooksReader:
        return self.database.reader

    async def transact(self, work: Callable[[Connection], T]) -> T:
        self.begun.set()
        self.sizes.append(len(getattr(work, "keywords", {}).get("commands", ())))
        await self.goes_on.wait()
        if self.failing:
            raise self.failing.pop(0)
        return await self.database.transact(work)

    async def snapshot(self, work: Callable[[Connection], T]) -> T:
        if self.failing:
            raise self.failing.pop(0)
        return await self.database.snapshot(work)

    async def listen(self, channel: str, notify: Callable[[], None]) -> None:
        await self.database.listen(channel, notify)

    def alone(self, what: str) -> AbstractAsyncContextManager[bool]:
        return self.database.alone(what)

    async def close(self) -> None:
        await self.database.close()


@pytest.fixture
def gated(database: Database) -> Gated:
    return Gated(database)


@pytest.fixture
async def running(gated: Gated) -> Any:
    runner = Runner(gated, route=route)
    runner.start()
    yield runner
    gated.goes_on.set()
    await runner.close()


def away() -> OperationalError:
    return OperationalError("BEGIN", {}, OSError("connection lost"))


async def points(queries: Queries) -> int:
    return (await queries.balance(GUILD, ADA, START)).points


async def test_a_rehearsal_while_the_database_is_away_says_so(
    gated: Gated, running: Runner
) -> None:
    gated.failing = [away()]
    with pytest.raises(BooksUnavailable, match=r"^The database is away\.$"):
        await running.rehearse(grant(1))
    assert await running.rehearse(grant(1))


@pytest.mark.parametrize("how", ["run", "rehearse"])
async def test_a_command_that_never_has_enough_is_a_mistake_and_holds_nobody_up(
    running: Runner, gated: Gated, queries: Queries, how: str
) -> None:
    with pytest.raises(BooksBroken, match=f"still not enough after {MAX_ROUNDS} rounds"):
        await getattr(running, how)(insatiable())
    assert len(gated.sizes) == (MAX_ROUNDS if how == "run" else 0)
    await running.run(grant(1))
    assert await points(queries) == 1


async def test_beside_one_that_never_has_enough_the_others_are_carried_out(
    running: Runner, queries: Queries
) -> None:
    outcomes = await asyncio.gather(
        running.run(grant(1)),
        running.run(insatiable()),
        running.run(grant(2)),
        return_exceptions=True,
    )
    assert [isinstance(each, BooksBroken) for each in outcomes] == [False, True, False]
    assert await points(queries) == 3


async def test_how_long_a_batch_has_taken_is_known_while_it_is_under_way(
    running: Runner, gated: Gated, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert running.busy_seconds() == 0
    gated.goes_on.clear()
    waiting = asyncio.create_task(running.run(grant(1)))
    await gated.begun.wait()
    loop = asyncio.get_running_loop()
    now = loop.time()
    monkeypatch.setattr(loop, "time", lambda: now + 100)
    assert 100 <= running.busy_seconds() < 200
    monkeypatch.undo()
    gated.goes_on.set()
    await waiting
    await running.run(grant(1))
    await asyncio.sleep(0)
    assert running.busy_seconds() == 0


async def test_no_more_than_so_many_go_into_one_transaction(
    running: Runner, gated: Gated, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert MAX_BATCH == 256
    monkeypatch.setattr(module, "MAX_BATCH", 3)
    gated.goes_on.clear()
    first = asyncio.create_task(running.run(grant(1)))
    await gated.begun.wait()
    others = [asyncio.create_task(running.run(grant(1))) for _ in range(7)]
    await asyncio.sleep(0)
    gated.goes_on.set()
    await asyncio.gather(first, *others)
    assert gated.sizes == [1, 3, 3, 1]


async def test_whatever_goes_wrong_in_the_runner_itself_those_who_wait_are_answered(
    running: Runner, queries: Queries, monkeypatch: pytest.MonkeyPatch
) -> None:
    def trip(waiting: list[Waiting]) -> list[Waiting]:
        raise TypeError(f"a mistake of ours with {len(waiting)}")

    with monkeypatch.context() as broken, capture_logs() as lines:
        broken.setattr(running._lanes, "divert", trip)
        outcomes = await asyncio.gather(
            running.run(grant(1)), running.run(grant(1)), return_exceptions=True
        )
    for outcome in outcomes:
        assert isinstance(outcome, BooksUnavailable)
        assert str(outcome) == "The books cannot be written."
        assert isinstance(outcome.__cause__, TypeError)
    assert "runner.failed" in {line["event"] for line in lines}
    await running.run(grant(5))
    assert await points(queries) == 5


async def test_of_a_batch_that_fails_only_those_who_still_wait_are_answered(
    running: Runner, gated: Gated, queries: Queries
) -> None:
    gated.goes_on.clear()
    first = asyncio.create_task(running.run(grant(1)))
    await gated.begun.wait()
    gone, stays = (asyncio.create_task(running.run(grant(1))) for _ in range(2))
    await asyncio.sleep(0)
    gone.cancel()
    await asyncio.sleep(0)
    gated.failing = [away(), away()]
    gated.goes_on.set()
    outcomes = await asyncio.gather(first, gone, stays, return_exceptions=True)
    assert [type(each) for each in outcomes] == [
        BooksUnavailable,
        asyncio.CancelledError,
        BooksUnavailable,
    ]
    assert await points(queries) == 0
    await running.run(grant(1))
    assert await points(queries) == 1


async def test_an_error_is_given_to_all_who_have_no_answer_yet_with_its_cause() -> None:
    loop = asyncio.get_running_loop()
    command: Command[Any] = grant(1)
    waiting = [
        Waiting(command=command, answer=loop.create_future(), arrived_at=0.0) for _ in range(3)
    ]
    waiting[0].answer.set_result("answered before")
    waiting[1].answer.cancel()
    error, cause = BooksUnavailable("away"), OSError("no route")
    answer_all(waiting, error, cause)
    assert waiting[0].answer.result() == "answered before"
    assert waiting[1].answer.cancelled()
    assert waiting[2].answer.exception() is error
    assert error.__cause__ is cause
    alone = Waiting(command=command, answer=loop.create_future(), arrived_at=0.0)
    own = BooksUnavailable("its own cause")
    answer_all([alone], own, own)
    assert alone.answer.exception() is own
    assert own.__cause__ is None

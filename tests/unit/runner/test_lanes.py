"""Lanes: whom somebody else's lock holds up waits aside, in order, and is answered in the end."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError
from structlog.testing import capture_logs

from payments.commands.base import Command
from payments.domain.values.ids import GuildId
from payments.runner import lanes as module
from payments.runner.errors import BooksUnavailable
from payments.runner.lanes import (
    ALONE_MILLISECONDS,
    LANES_AT_ONCE,
    MAX_BATCH,
    PATIENCE_SECONDS,
    Lanes,
    group_of,
)
from payments.runner.waiting import Waiting, answer_all
from tests.support.commands import grant
from tests.support.make import GUILD, checkout_update, event, initiate, refund_update

OTHER = GuildId(GUILD + 1)


class Locked(Exception):
    """As PostgreSQL says that somebody else has held a lock for too long."""

    sqlstate = "55P03"


def locked() -> OperationalError:
    return OperationalError("SELECT", {}, Locked())


class Books:
    """Carries commands out: the next ones fail as they are told to, and all wait until they may."""

    def __init__(self) -> None:
        self.carried: list[tuple[list[str], int | None]] = []
        self.settled: list[tuple[list[str], Exception]] = []
        self.failing: list[Exception | None] = []
        self.goes_on = asyncio.Event()
        self.goes_on.set()
        self.at_once = self.most_at_once = 0
        self.settles = True

    async def carry_out(self, waiting: list[Waiting], milliseconds: int | None) -> None:
        self.carried.append((names(waiting), milliseconds))
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            await self.goes_on.wait()
        finally:
            self.at_once -= 1
        if self.failing and (error := self.failing.pop(0)) is not None:
            raise error
        for each in waiting:
            each.answer.set_result(str(each.command.key))

    async def settle(self, waiting: list[Waiting], error: Exception) -> None:
        self.settled.append((names(waiting), error))
        if not self.settles:
            raise LookupError("a mistake of ours")
        answer_all(waiting, error, error)


def names(waiting: list[Waiting]) -> list[str]:
    return [str(each.command.key) for each in waiting]


@pytest.fixture
async def books() -> Books:
    return Books()


@pytest.fixture
async def lanes(books: Books) -> AsyncIterator[Lanes]:
    made = Lanes(books.carry_out, books.settle)
    yield made
    books.goes_on.set()
    async with asyncio.timeout(30):
        await made.join()


def waits(name: str, guild: GuildId = GUILD, *, ago: float = 0.0) -> Waiting:
    """A command of a guild that came a number of seconds ago."""
    loop = asyncio.get_running_loop()
    command: Command[Any] = replace(grant(1, name=name), guild=guild)
    return Waiting(command=command, answer=loop.create_future(), arrived_at=loop.time() - ago)


async def outcomes(*waiting: Waiting) -> list[Any]:
    async with asyncio.timeout(30):
        return await asyncio.gather(*(each.answer for each in waiting), return_exceptions=True)


async def turns() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


def test_the_numbers_of_lanes() -> None:
    """A member's interaction ends after 15 minutes, a webhook after 10 to 20 seconds."""
    assert (PATIENCE_SECONDS, ALONE_MILLISECONDS) == (10, 200)
    assert (LANES_AT_ONCE, MAX_BATCH) == (2, 256)


def test_who_is_held_up_together() -> None:
    assert group_of(initiate("one")) == ("guild", GUILD)
    recorded = event(refund_update("one", "re_1", 1))
    assert group_of(recorded) == ("payments", ("one",))
    assert group_of(event(checkout_update("two"))) == ("payments", ("two",))


async def test_while_nobody_is_held_up_nobody_goes_aside(lanes: Lanes) -> None:
    batch = [waits("one"), waits("two", OTHER)]
    assert lanes.divert(batch) is batch
    assert lanes.held_up(0) == 0


async def test_only_those_of_a_guild_that_is_held_up_go_aside_and_keep_their_order(
    lanes: Lanes, books: Books
) -> None:
    books.goes_on.clear()
    first, second, third = waits("one"), waits("two"), waits("three")
    other = waits("other", OTHER)
    lanes.take([first])
    await turns()
    assert lanes.divert([second, other, third]) == [other]
    books.goes_on.set()
    assert await outcomes(first, second, third) == ["one", "two", "three"]
    assert books.carried == [(["one"], None), (["two", "three"], None)]
    await turns()
    late = [waits("late")]
    assert lanes.divert(late) is late, "its lane has ended"
    assert lanes.held_up(0) == 0


async def test_each_guild_has_one_lane_and_some_of_them_write_at_once(
    lanes: Lanes, books: Books
) -> None:
    books.goes_on.clear()
    guilds = [GuildId(GUILD + number) for number in range(LANES_AT_ONCE + 2)]
    waiting = [waits(f"{turn}-{guild}", guild) for turn in (1, 2) for guild in guilds]
    lanes.take(waiting)
    await turns()
    assert lanes.held_up(0) == len(guilds)
    assert books.at_once == LANES_AT_ONCE
    books.goes_on.set()
    await outcomes(*waiting)
    assert books.most_at_once == LANES_AT_ONCE
    assert [batch for batch, _ in books.carried] == [
        [f"1-{guild}", f"2-{guild}"] for guild in guilds
    ]


async def test_a_lane_takes_no_more_at_once_than_a_batch(
    lanes: Lanes, books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_BATCH", 3)
    waiting = [waits(str(number)) for number in range(7)]
    lanes.take(waiting)
    await outcomes(*waiting)
    assert [len(batch) for batch, _ in books.carried] == [3, 3, 1]


async def test_how_long_one_has_been_held_up_is_counted_from_its_beginning(
    lanes: Lanes, books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    loop = asyncio.get_running_loop()
    began = loop.time()
    books.goes_on.clear()
    with monkeypatch.context() as patch:
        patch.setattr(loop, "time", lambda: began)
        lanes.take([waits("one")])
        patch.setattr(loop, "time", lambda: began + 5)
        lanes.take([waits("two"), waits("three", OTHER)])
        patch.setattr(loop, "time", lambda: began + 15)
        assert [lanes.held_up(seconds) for seconds in (10, 10.5, 15, 15.5)] == [2, 1, 1, 0]


async def test_of_a_batch_that_meets_a_lock_each_goes_alone_and_not_for_long(
    lanes: Lanes, books: Books
) -> None:
    meets = locked()
    books.failing = [locked(), None, meets, None]
    waiting = [waits(name) for name in ("free", "held", "free too")]
    with capture_logs() as lines:
        lanes.take(waiting)
        free, held, free_too = await outcomes(*waiting)
    assert (free, free_too) == ("free", "free too")
    assert isinstance(held, BooksUnavailable)
    assert str(held) == "Somebody else holds a lock on the books."
    assert held.__cause__ is meets
    assert books.carried[1:] == [([name], 200) for name in ("free", "held", "free too")]
    (line,) = lines
    assert (line["event"], line["commands"]) == ("database.locked", 3)
    assert line["group"] == ("guild", GUILD)
    assert books.settled == []


@pytest.mark.parametrize(("more", "tried"), [(0.0, True), (0.001, False)])
async def test_who_has_waited_for_ten_seconds_is_told_so_without_another_try(
    lanes: Lanes, books: Books, monkeypatch: pytest.MonkeyPatch, more: float, *, tried: bool
) -> None:
    now = 10_000.0
    books.failing = [locked()]
    with monkeypatch.context() as patch:
        patch.setattr(asyncio.get_running_loop(), "time", lambda: now)
        one = waits("one", ago=PATIENCE_SECONDS + more)
        lanes.take([one])
        await turns()
    (refusal,) = await outcomes(one)
    if tried:
        assert refusal == "one"
    else:
        assert isinstance(refusal, BooksUnavailable)
        assert refusal.__cause__ is None
    assert len(books.carried) == 1 + tried


@pytest.mark.parametrize("first", [[], [locked()]])
async def test_any_other_error_is_settled_as_usual(
    lanes: Lanes, books: Books, first: list[Exception]
) -> None:
    """Of the whole batch, or of one that goes alone."""
    error = OSError("away")
    books.failing = [*first, error]
    one = waits("one")
    lanes.take([one])
    assert await outcomes(one) == [error]
    assert books.settled == [(["one"], error)]


async def test_a_mistake_of_ours_is_answered_and_the_lane_goes_on(
    lanes: Lanes, books: Books, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_BATCH", 1)
    books.settles = False
    books.failing = [OSError("away")]
    one, two = waits("one"), waits("two")
    with capture_logs() as lines:
        lanes.take([one, two])
        failed, done = await outcomes(one, two)
    assert isinstance(failed, BooksUnavailable)
    assert str(failed) == "The books cannot be written."
    assert isinstance(failed.__cause__, LookupError)
    assert done == "two"
    assert [(line["event"], line["group"]) for line in lines] == [("lane.failed", ("guild", GUILD))]


async def test_all_lanes_have_ended_when_the_runner_stops(lanes: Lanes, books: Books) -> None:
    books.goes_on.clear()
    one, other = waits("one"), waits("other", OTHER)
    lanes.take([one, other])
    ended = asyncio.create_task(lanes.join())
    await turns()
    assert not ended.done()
    books.goes_on.set()
    async with asyncio.timeout(30):
        await ended
    assert one.answer.done()
    assert other.answer.done()

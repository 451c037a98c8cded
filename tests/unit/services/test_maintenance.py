"""Maintenance tasks: each is repeated by one process, and one that fails stops no other."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from structlog.testing import capture_logs

from payments.domain.values.time import DAY, Instant, later
from payments.services import maintenance
from payments.services.maintenance import Maintenance
from payments.store.audit.log import Head
from payments.store.records.mail import MailBook
from tests.conftest import Time

PAUSES = {
    "run_timers": "TIMER_SECONDS",
    "tidy": "TIDY_SECONDS",
    "seal": "SEAL_SECONDS",
    "look": "LOOK_SECONDS",
    "prune": "PRUNE_SECONDS",
}


class NoAddresses(MailBook):
    """None whose time is over."""

    def __init__(self) -> None:
        """Need no database."""

    async def forget_expired(self, now: Instant) -> int:
        del now
        return 0


@dataclass(kw_only=True)
class Parts:
    """All that the tasks maintain: notes what is asked of it, and fails or answers as told."""

    asked: list[tuple[str, Any]] = field(default_factory=list)
    failing: list[str] = field(default_factory=list)
    ended: int = 0
    sealed: int = 0
    pruned: list[int] = field(default_factory=list)
    mine: bool = True
    news: asyncio.Event = field(default_factory=asyncio.Event)

    def note(self, what: str, of: object = None) -> None:
        self.asked.append((what, of))
        self.news.set()
        if what in self.failing:
            self.failing.remove(what)
            raise OSError(f"{what} is away")

    async def run_due(self) -> int:
        self.note("run_timers")
        return self.ended

    async def forget_expired(self, now: Instant) -> None:
        self.note("tidy", now)

    async def seal(self) -> Head:
        self.note("seal")
        return Head(row=17, seal="abc", sealed=self.sealed)

    async def queue(self, now: Instant) -> tuple[str, ...]:
        self.note("queue", now)
        return ("how it stands",)

    def show(self, seen: object) -> None:
        self.note("look", seen)

    async def prune(self, before: Instant) -> int:
        self.note("prune", before)
        return self.pruned.pop(0) if self.pruned else 0

    @contextlib.asynccontextmanager
    async def alone(self, what: str) -> AsyncIterator[bool]:
        self.asked.append(("alone", what))
        self.news.set()
        yield self.mine

    def maintenance(self, clock: Time) -> Maintenance:
        this: Any = self
        return Maintenance(
            timers=this,
            database=this,
            answers=this,
            addresses=NoAddresses(),
            audit=this,
            deliveries=this,
            queries=this,
            gauge=this,
            clock=clock,
            keep_days=30,
        )

    def times(self, what: str) -> int:
        return sum(each == what for each, _ in self.asked)

    async def until(self, what: str, times: int) -> None:
        async with asyncio.timeout(30):
            while self.times(what) < times:
                self.news.clear()
                await self.news.wait()


@contextlib.asynccontextmanager
async def running(parts: Parts, clock: Time) -> AsyncIterator[None]:
    """The tasks are done meanwhile."""
    task = asyncio.create_task(parts.maintenance(clock).run())
    try:
        yield
        assert not task.done(), "they have ended"
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@pytest.fixture(autouse=True)
def _rarely(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each task is done once, and again in an hour, unless a test wants it sooner."""
    for name in PAUSES.values():
        monkeypatch.setattr(maintenance, name, 3600)


async def test_each_chore_is_done_at_once(clock: Time) -> None:
    parts = Parts()
    async with running(parts, clock):
        for task in PAUSES:
            await parts.until(task, 1)
    assert sorted(of for what, of in parts.asked if what == "alone") == sorted(PAUSES)
    assert ("tidy", clock()) in parts.asked
    assert ("queue", clock()) in parts.asked
    assert ("look", ("how it stands",)) in parts.asked
    assert ("prune", later(clock(), -30 * DAY)) in parts.asked


@pytest.mark.parametrize(("task", "pause"), PAUSES.items())
async def test_each_chore_has_a_pause_of_its_own(
    clock: Time, monkeypatch: pytest.MonkeyPatch, task: str, pause: str
) -> None:
    monkeypatch.setattr(maintenance, pause, 0.001)
    parts = Parts()
    async with running(parts, clock):
        await parts.until(task, 3)
        for other in set(PAUSES) - {task}:
            await parts.until(other, 1)
            assert parts.times(other) == 1


async def test_what_another_process_does_is_left_to_it(
    clock: Time, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(maintenance, "TIMER_SECONDS", 0.001)
    parts = Parts(mine=False)
    async with running(parts, clock):
        await parts.until("alone", 10)
    assert {what for what, _ in parts.asked} == {"alone"}


@pytest.mark.parametrize(("task", "pause"), PAUSES.items())
async def test_a_chore_that_fails_is_logged_and_done_again(
    clock: Time, monkeypatch: pytest.MonkeyPatch, task: str, pause: str
) -> None:
    monkeypatch.setattr(maintenance, pause, 0.001)
    parts = Parts(failing=[task])
    with capture_logs() as lines:
        async with running(parts, clock):
            await parts.until(task, 2)
            for other in PAUSES:
                await parts.until(other, 1)
    failed = [(line["event"], line["chore"]) for line in lines if line["log_level"] == "error"]
    assert failed == [("chore.failed", task)]


async def test_the_log_says_what_was_done_and_how_much(clock: Time) -> None:
    parts = Parts(ended=3, sealed=2, pruned=[500, 40])
    with capture_logs() as lines:
        async with running(parts, clock):
            await parts.until("prune", 3)
            for task in PAUSES:
                await parts.until(task, 1)
    said = {line["event"]: line for line in lines}
    assert said["timers.ended"]["objects"] == 3
    sealed = said["audit.sealed"]
    assert (sealed["rows"], sealed["last"], sealed["seal"]) == (2, 17, "abc")
    assert said["deliveries.pruned"]["rows"] == 540


async def test_where_there_was_nothing_to_do_the_log_says_nothing(clock: Time) -> None:
    parts = Parts()
    with capture_logs() as lines:
        async with running(parts, clock):
            for task in PAUSES:
                await parts.until(task, 1)
    assert lines == []

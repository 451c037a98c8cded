"""Messages that wait are tried again by themselves, with growing pauses, by one process."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from itertools import pairwise
from typing import Any

import pytest

from payments.commands.payments.inbox import MAX_ATTEMPTS, retry_at
from payments.domain.values.time import HOUR, MINUTE, SECOND
from payments.providers.errors import ProviderRefused, ProviderUnavailable
from payments.providers.requests import ProviderEvent
from payments.runner.runner import Runner
from payments.services.inbox import Inbox
from payments.store.engine.database import Alone, Database
from payments.store.queries import Queries
from tests.conftest import Time
from tests.support.buying import kept, points
from tests.support.commands import put_up
from tests.support.databases import only_on_sqlite
from tests.support.fakes import FakeProvider
from tests.support.make import GUILD, checkout_update, initiate

LONGEST_SECONDS = 20
"""How long a test waits for what must come."""


class LookingUp(FakeProvider):
    """Counts how often it is asked; refuses as often as it is told to."""

    asked: int = 0
    answers: list[Exception]

    async def look_up(self, event: ProviderEvent) -> ProviderEvent:
        self.asked += 1
        if self.answers:
            raise self.answers.pop(0)
        return await FakeProvider.look_up(self, event)


@pytest.fixture
async def provider(runner: Runner, clock: Time) -> LookingUp:
    """Of a payment that is paid there, and not yet known to be."""
    await put_up(runner)
    await runner.run(initiate("p1", at=clock()))
    made = LookingUp()
    made.asked, made.answers = 0, []
    made.checkouts_by_id["cs_p1"] = checkout_update("p1")
    return made


@pytest.fixture
def inbox(runner: Runner, queries: Queries, provider: LookingUp, clock: Time) -> Inbox:
    return Inbox(
        runner=runner,
        queries=queries,
        providers={"stripe": provider},
        clock=clock,
        home=GUILD,
        idle_seconds=0.01,
    )


async def receive(inbox: Inbox, provider: LookingUp, name: str = "evt_1") -> None:
    """A message comes whose session must be looked up."""
    body = json.dumps({"id": name, "session": "cs_p1", "old_version": True})
    await inbox.receive(provider, provider.events.read(body))


async def until(true: Callable[[], Awaitable[bool]]) -> None:
    """Wait for something that must come."""
    async with asyncio.timeout(LONGEST_SECONDS):
        while not await true():  # noqa: ASYNC110 - the loop tells nobody when it is done
            await asyncio.sleep(0.001)


@contextlib.asynccontextmanager
async def running(inbox: Inbox, alone: Alone) -> AsyncIterator[None]:
    """The loop runs meanwhile."""
    task = asyncio.create_task(inbox.run(alone))
    try:
        yield
        assert not task.done(), "the loop has ended"
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_the_loop_carries_out_what_waits_and_what_comes_later(
    inbox: Inbox, provider: LookingUp, queries: Queries, database: Database, clock: Time
) -> None:
    await receive(inbox, provider)
    assert await points(queries, clock) == 0

    async def credited() -> bool:
        return await points(queries, clock) == 500

    async def both_done() -> bool:
        return await kept(database) == [("handled", 2), ("handled", 2)]

    async with running(inbox, database.alone):
        await until(credited)
        await receive(inbox, provider, "evt_2")
        await until(both_done)


@only_on_sqlite
async def test_what_must_be_looked_up_wakes_the_loop(
    runner: Runner, queries: Queries, provider: LookingUp, clock: Time
) -> None:
    """Nobody waits until the next round."""
    idle = asyncio.Event()
    inbox = Inbox(
        runner=runner,
        queries=queries,
        providers={"stripe": provider},
        clock=clock,
        home=GUILD,
        idle_seconds=3600,
    )

    @contextlib.asynccontextmanager
    async def mine(_what: str) -> AsyncIterator[bool]:
        yield True
        idle.set()

    async def credited() -> bool:
        return await points(queries, clock) == 500

    async with running(inbox, mine):
        async with asyncio.timeout(LONGEST_SECONDS):
            await idle.wait()
        await receive(inbox, provider)
        await until(credited)


@only_on_sqlite
async def test_the_loop_leaves_it_to_whoever_is_at_it_already(
    inbox: Inbox, provider: LookingUp
) -> None:
    asked = asyncio.Event()
    times: list[str] = []

    @contextlib.asynccontextmanager
    async def never_mine(what: str) -> AsyncIterator[bool]:
        times.append(what)
        if len(times) > 2:
            asked.set()
        yield False

    await receive(inbox, provider)
    async with running(inbox, never_mine):
        async with asyncio.timeout(LONGEST_SECONDS):
            await asked.wait()
    assert provider.asked == 0


@only_on_sqlite
async def test_the_loop_goes_on_after_an_error(
    inbox: Inbox, provider: LookingUp, queries: Queries, database: Database, clock: Time
) -> None:
    """Of the database, say."""
    failed: list[str] = []

    @contextlib.asynccontextmanager
    async def failing_once(what: str) -> AsyncIterator[bool]:
        if not failed:
            failed.append(what)
            raise OSError("away")
        async with database.alone(what) as mine:
            yield mine

    async def credited() -> bool:
        return await points(queries, clock) == 500

    await receive(inbox, provider)
    async with running(inbox, failing_once):
        await until(credited)
    assert failed


@pytest.mark.parametrize("error", [AttributeError("unexpected"), ProviderUnavailable("away")])
async def test_a_message_that_fails_is_not_tried_again_before_its_time(
    inbox: Inbox, provider: LookingUp, database: Database, clock: Time, error: Exception
) -> None:
    provider.answers = [error] * 100
    await receive(inbox, provider)
    for _ in range(MAX_ATTEMPTS):
        await inbox.retry_due()
    assert provider.asked == 1
    clock.pass_(10 * SECOND)
    for _ in range(MAX_ATTEMPTS):
        await inbox.retry_due()
    assert provider.asked == 2
    assert await kept(database) == [("failed", 3)]


@only_on_sqlite
async def test_the_pauses_between_tries_grow_and_leave_more_than_an_hour(
    inbox: Inbox, provider: LookingUp, database: Database, clock: Time
) -> None:
    provider.answers = [AttributeError("unexpected")] * 100
    await receive(inbox, provider)
    begun = clock()
    asked: list[int] = []
    while provider.asked < MAX_ATTEMPTS - 1:
        before = provider.asked
        await inbox.retry_due()
        assert provider.asked - before <= 1
        if provider.asked > before:
            asked.append(clock() - begun)
        clock.pass_(30 * SECOND)
    pauses = [late - early for early, late in pairwise(asked)]
    assert pauses == sorted(pauses)
    assert pauses[-1] <= HOUR <= sum(pauses)
    assert await kept(database) == [("quarantined", MAX_ATTEMPTS)]


def test_the_first_pause_is_short_and_none_is_longer_than_an_hour(clock: Time) -> None:
    pauses = [retry_at(clock(), attempts) - clock() for attempts in range(1, 40)]
    assert pauses[:4] == [2 * SECOND, 4 * SECOND, 8 * SECOND, 16 * SECOND]
    assert max(pauses) == pauses[-1] == HOUR


@only_on_sqlite
async def test_a_message_that_the_provider_will_not_explain_ends_with_a_person(
    inbox: Inbox, provider: LookingUp, database: Database, clock: Time
) -> None:
    """It says no to the question itself: 404, say."""
    refused: Any = ProviderRefused("no such object")
    provider.answers = [refused] * 100
    await receive(inbox, provider)
    for _ in range(MAX_ATTEMPTS):
        await inbox.retry_due()
        clock.pass_(HOUR + MINUTE)
    assert await kept(database) == [("quarantined", MAX_ATTEMPTS)]

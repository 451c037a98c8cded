"""A rush of messages that must be looked up: all in one go, a few at the same time."""

import asyncio
import json

import pytest

from payments.domain.values.inbox import InboxEvent
from payments.providers.requests import ProviderEvent
from payments.runner.errors import BooksUnavailable
from payments.runner.runner import Runner
from payments.services.few_at_once import AT_ONCE
from payments.services.inbox import PAGE, Inbox
from payments.store.engine.database import Database
from payments.store.queries import Queries
from tests.conftest import Time
from tests.support.buying import kept, points
from tests.support.commands import put_up
from tests.support.databases import only_on_sqlite
from tests.support.fakes import FakeProvider
from tests.support.make import checkout_update, initiate

pytestmark = only_on_sqlite

LONGEST_SECONDS = 20
"""How long a test waits for what must come."""


@pytest.fixture
async def inbox(runner: Runner, queries: Queries, clock: Time) -> Inbox:
    """Of a payment that was begun."""
    await put_up(runner)
    await runner.run(initiate("p1", at=clock()))
    return Inbox(runner=runner, queries=queries, providers={"stripe": FakeProvider()}, clock=clock)


async def receive(inbox: Inbox, provider: FakeProvider, name: str) -> None:
    """A message comes whose session must be looked up."""
    provider.checkouts_by_id["cs_p1"] = checkout_update("p1")
    body = json.dumps({"id": name, "session": "cs_p1", "old_version": True})
    await inbox.receive(provider, provider.events.read(body))


class Together(FakeProvider):
    """Answers a few look-ups only when that many are under way."""

    asked: int = 0
    under_way: int = 0
    most: int = 0
    few: asyncio.Barrier

    async def look_up(self, event: ProviderEvent) -> ProviderEvent:
        self.asked += 1
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        await self.few.wait()
        self.under_way -= 1
        return await FakeProvider.look_up(self, event)


async def test_a_rush_is_looked_up_in_one_go_a_few_at_the_same_time(
    runner: Runner, queries: Queries, database: Database, clock: Time
) -> None:
    """A provider may take half a second for each: one after the other, members would wait."""
    await put_up(runner)
    await runner.run(initiate("p1", at=clock()))
    provider = Together()
    provider.few = asyncio.Barrier(AT_ONCE)
    inbox = Inbox(runner=runner, queries=queries, providers={"stripe": provider}, clock=clock)
    rush = PAGE + 2 * AT_ONCE
    for number in range(rush):
        await receive(inbox, provider, f"evt_{number}")
    async with asyncio.timeout(LONGEST_SECONDS):
        assert await inbox.retry_due() == rush
    assert (provider.asked, provider.most) == (rush, AT_ONCE)
    assert await kept(database) == [("handled", 2)] * rush
    assert await points(queries, clock) == 500
    assert await inbox.retry_due() == 0


async def test_what_stays_due_is_tried_once_a_round(
    inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[str] = []

    async def leaves_it(inbox_event: InboxEvent) -> None:
        tried.append(inbox_event.id)

    monkeypatch.setattr(inbox, "retry", leaves_it)
    names = [f"evt_{number:02}" for number in range(PAGE)]
    for name in names:
        await receive(inbox, FakeProvider(), name)
    assert await inbox.retry_due() == PAGE
    assert sorted(tried) == names


async def test_one_that_cannot_be_kept_takes_no_other_along(
    inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All others of the round are tried before its error is told."""
    tried: list[str] = []

    async def fails_once(inbox_event: InboxEvent) -> None:
        tried.append(inbox_event.id)
        if inbox_event.id == "evt_0":
            raise BooksUnavailable("away")

    monkeypatch.setattr(inbox, "retry", fails_once)
    for number in range(3):
        await receive(inbox, FakeProvider(), f"evt_{number}")
    with pytest.raises(BooksUnavailable):
        await inbox.retry_due()
    assert sorted(tried) == ["evt_0", "evt_1", "evt_2"]

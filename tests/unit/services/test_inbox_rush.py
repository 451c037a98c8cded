"""A rush of messages that must be looked up: all in one go, a few at the same time."""

import asyncio
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments.domain.values.inbox import InboxEvent
from payments.providers.requests import ProviderEvent
from payments.runner.errors import BooksUnavailable
from payments.runner.runner import Runner
from payments.services.few_at_once import AT_ONCE, in_lanes
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


async def receive(inbox: Inbox, provider: FakeProvider, name: str, payment: str = "p1") -> None:
    """A message comes whose session must be looked up."""
    provider.checkouts_by_id[f"cs_{payment}"] = checkout_update(payment)
    body = json.dumps({"id": name, "session": f"cs_{payment}", "old_version": True})
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
    provider = Together()
    provider.few = asyncio.Barrier(AT_ONCE)
    inbox = Inbox(runner=runner, queries=queries, providers={"stripe": provider}, clock=clock)
    rush = PAGE + 2 * AT_ONCE
    for number in range(rush):
        await runner.run(initiate(f"p{number}", at=clock()))
        await receive(inbox, provider, f"evt_{number}", f"p{number}")
    async with asyncio.timeout(LONGEST_SECONDS):
        assert await inbox.retry_due() == rush
    assert (provider.asked, provider.most) == (rush, AT_ONCE)
    assert await kept(database) == [("handled", 2)] * rush
    assert await points(queries, clock) == 500 * rush
    assert await inbox.retry_due() == 0


async def test_what_is_about_the_same_is_looked_up_one_after_the_other(
    runner: Runner, queries: Queries, clock: Time
) -> None:
    """Each answer would make the others' stale, and all would be asked for again."""
    await put_up(runner)
    await runner.run(initiate("p1", at=clock()))
    provider = Together()
    provider.few = asyncio.Barrier(1)
    inbox = Inbox(runner=runner, queries=queries, providers={"stripe": provider}, clock=clock)
    for number in range(AT_ONCE):
        await receive(inbox, provider, f"evt_{number}")
    assert await inbox.retry_due() == AT_ONCE
    assert (provider.asked, provider.most) == (AT_ONCE, 1)
    assert await points(queries, clock) == 500


@given(st.lists(st.sets(st.integers(0, 9), max_size=3), max_size=12))
def test_lanes_hold_what_is_linked_in_its_order(about: list[set[int]]) -> None:
    lanes = in_lanes(range(len(about)), about.__getitem__)
    assert sorted(each for lane in lanes for each in lane) == list(range(len(about)))
    for lane in lanes:
        assert lane == sorted(lane)
        others = {
            key for other in lanes if other is not lane for each in other for key in about[each]
        }
        assert not others & {key for each in lane for key in about[each]}
    linked = sum(1 for lane in lanes if len(lane) > 1)
    assert linked == 0 or any(
        about[one] & about[two] for one in range(len(about)) for two in range(one)
    )


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

"""What is left to a person is tried once more, page by page: each message once."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from payments.domain.values.ids import GuildId
from payments.domain.values.inbox import InboxEvent
from payments.domain.values.time import DAY, SECOND, Instant
from payments.runner.runner import Runner
from payments.services import inbox as module
from payments.services.inbox import Inbox
from payments.store.engine.database import Database
from payments.store.queries import Queries
from tests.conftest import Time
from tests.support.fakes import FakeProvider
from tests.support.sqlite import empty_sqlite
from tests.support.stuck import unreadable


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """SQLite alone: what the store does on either database, its own tests say."""
    return empty_sqlite(tmp_path)


class Small(Queries):
    """Gives pages of two."""

    async def quarantined(
        self,
        provider: str,
        since: Instant,
        after: tuple[Instant, str] | None = None,
        limit: int = 2,
    ) -> list[InboxEvent]:
        return await super().quarantined(provider, since, after, min(limit, 2))


class Noting(Inbox):
    """Notes which messages are tried."""

    def __init__(self, **more: Any) -> None:
        super().__init__(**more)
        self.tried: list[str] = []

    async def retry(self, incoming: InboxEvent) -> None:
        self.tried.append(incoming.id)


@pytest.mark.parametrize("moments", [(0, 0, 0, 0, 0), (0, 1, 2, 3, 4), (0, 0, 0, 1, 1)])
async def test_each_is_tried_once_the_oldest_first_also_of_one_moment(
    runner: Runner, database: Database, clock: Time, moments: Sequence[int]
) -> None:
    begun = clock.now
    for number, seconds in enumerate(moments):
        clock.now = Instant(begun + seconds * SECOND)
        await runner.run(unreadable(clock, number))
    inbox = Noting(runner=runner, queries=Small(database.reader), providers={}, clock=clock)
    assert await inbox.retry_quarantined(FakeProvider()) == len(moments)
    assert inbox.tried == [f"evt_{number}" for number in range(len(moments))]


async def test_only_what_the_provider_still_keeps_is_tried_again(
    runner: Runner, database: Database, clock: Time
) -> None:
    assert module.KEPT == 30 * DAY
    await runner.run(unreadable(clock, 1))
    inbox = Noting(
        runner=runner,
        queries=Small(database.reader),
        providers={},
        clock=clock,
        home=GuildId(1),
    )
    clock.pass_(30 * DAY)
    assert await inbox.retry_waiting(FakeProvider()) == 1
    clock.pass_(1)
    assert await inbox.retry_waiting(FakeProvider()) == 0
    assert inbox.tried == ["evt_1"]

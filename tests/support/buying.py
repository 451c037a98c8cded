"""A purchase in memory's provider, and what the books say of it."""

import itertools
import json
from typing import Any

import pytest
from sqlalchemy import Connection, select

from payments.domain.values.ids import CommandKey
from payments.domain.values.payment import Payment
from payments.providers.requests import ProviderEvent
from payments.runner.runner import Runner
from payments.services.checkout import CheckoutService
from payments.services.inbox import Inbox
from payments.store import tables
from payments.store.engine.database import Database
from payments.store.queries import Queries
from tests.conftest import Time
from tests.support.commands import put_up
from tests.support.fakes import FakeProvider
from tests.support.make import ADA, GUILD, package
from tests.support.selling import sellers_of


async def buy(buying: CheckoutService, name: str = "buy:1", **changes: Any) -> Payment:
    wanted: dict[str, Any] = {"guild": GUILD, "member": ADA, "package": package().id, **changes}
    return await buying.buy(key=CommandKey(name), **wanted)


def message(provider: FakeProvider, session: str, **more: Any) -> ProviderEvent:
    return provider.events.read(json.dumps({"id": "evt_1", "session": session, **more}))


async def kept(database: Database) -> list[tuple[str, int]]:
    """Status and attempts of each provider event."""

    def work(connection: Connection) -> list[tuple[str, int]]:
        table = tables.provider_events
        rows = connection.execute(select(table.c.status, table.c.attempts))
        return [(row.status, row.attempts) for row in rows]

    return await database.transact(work)


async def points(queries: Queries, clock: Time) -> int:
    return (await queries.balance(GUILD, ADA, clock())).points


@pytest.fixture
def provider() -> FakeProvider:
    return FakeProvider()


@pytest.fixture
async def buying(
    runner: Runner, queries: Queries, provider: FakeProvider, clock: Time
) -> CheckoutService:
    await put_up(runner)
    numbers = itertools.count(1)
    return CheckoutService(
        runner=runner,
        queries=queries,
        sellers=sellers_of({"stripe": provider}),
        clock=clock,
        new_id=lambda: f"payment-{next(numbers)}",
        public_url="https://shop.example",
        sells_in=lambda guild: guild == GUILD,
    )


@pytest.fixture
def inbox(runner: Runner, queries: Queries, provider: FakeProvider, clock: Time) -> Inbox:
    return Inbox(runner=runner, queries=queries, providers={"stripe": provider}, clock=clock)

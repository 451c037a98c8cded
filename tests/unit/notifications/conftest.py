"""A payment that was paid, deliveries of it, and a program that hears of it."""

from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from payments.runner.runner import Runner
from payments.store.engine.database import Database
from payments.store.outbox.deliveries import Deliveries
from payments.store.queries import Queries
from tests.conftest import Time
from tests.support.channels import Ends
from tests.support.commands import put_up
from tests.support.make import checkout_update, event, initiate
from tests.support.subscribed import Fixture, Program


@pytest.fixture
def ends() -> Ends:
    return Ends()


@pytest.fixture
def deliveries(database: Database) -> Deliveries:
    return Deliveries(database)


@pytest.fixture
async def paid(runner: Runner) -> None:
    """One payment was paid: its success waits for the DM and for the answer."""
    await put_up(runner)
    await runner.run(initiate("one"))
    await runner.run(event(checkout_update("one")))


@pytest.fixture
async def there(
    runner: Runner, database: Database, queries: Queries, clock: Time
) -> AsyncIterator[Fixture]:
    await put_up(runner)
    program = Program()
    app = web.Application()
    app.router.add_post("/hook", program.take)
    async with TestServer(app, host="127.0.0.1") as server:
        fixture = Fixture(
            program=program,
            url=str(server.make_url("/hook")),
            runner=runner,
            database=database,
            queries=queries,
            clock=clock,
        )
        yield fixture
        await fixture.post.close()

"""A local PayPal, a client that has logged in, its clock, and an address for its webhooks."""

import os
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web

from payments.domain.values.time import SECOND, Instant
from sandbox.paypal import LocalPayPal
from tests.sandbox.paypal.asking import CLIENT, SECRET, Asking
from tests.support.paypal_schema import PayPalSchema


class Hands:
    """A clock that moves only when told."""

    def __init__(self) -> None:
        self.seconds = 1_800_000_000

    def __call__(self) -> Instant:
        return Instant(self.seconds * SECOND)

    def move(self, seconds: int) -> None:
        self.seconds += seconds


@dataclass(slots=True, kw_only=True)
class Inbox:
    """What arrived, as it came."""

    url: str = ""
    bodies: list[bytes] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    events: list[Any] = field(default_factory=list)

    def types(self) -> list[str]:
        return [each["event_type"] for each in self.events]

    async def handle(self, request: web.Request) -> web.Response:
        self.bodies.append(await request.read())
        self.headers.append({name.upper(): each for name, each in request.headers.items()})
        self.events.append(await request.json())
        return web.Response()


@pytest.fixture
def clock() -> Hands:
    return Hands()


@pytest.fixture(scope="session")
def schema() -> PayPalSchema | None:
    """None where the documents are not at hand: `test_published_schema` skips there and says so."""
    return PayPalSchema() if os.environ.get("SCHEMAS") else None


@pytest.fixture
async def inbox() -> AsyncIterator[Inbox]:
    inbox = Inbox()
    app = web.Application()
    app.router.add_post("/webhooks/paypal", inbox.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    inbox.url = f"http://127.0.0.1:{runner.addresses[0][1]}/webhooks/paypal"
    yield inbox
    await runner.cleanup()


@pytest.fixture
async def local(clock: Hands, inbox: Inbox) -> AsyncIterator[LocalPayPal]:
    async with LocalPayPal(
        client_id=CLIENT, client_secret=SECRET, clock=clock, webhook_url=inbox.url
    ) as local:
        yield local


@pytest.fixture
async def ask(local: LocalPayPal, schema: PayPalSchema | None) -> AsyncIterator[Asking]:
    ask = Asking(local.url, schema)
    await ask.log_in()
    yield ask
    await ask.close()

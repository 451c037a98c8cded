"""A local Square, a client, its clock, and an address for its webhooks."""

import os
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web

from payments.domain.values.time import SECOND, Instant
from sandbox.square import LocalSquare
from tests.sandbox.square.asking import KEY, LOCATION, TOKEN, Asking
from tests.support.square_schema import SquareSchema


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
        return [each["type"] for each in self.events]

    async def handle(self, request: web.Request) -> web.Response:
        self.bodies.append(await request.read())
        self.headers.append({name.lower(): each for name, each in request.headers.items()})
        self.events.append(await request.json())
        return web.Response()


@pytest.fixture
def clock() -> Hands:
    return Hands()


@pytest.fixture(scope="session")
def schema() -> SquareSchema | None:
    """None where the document is not at hand: `test_published_schema` skips there and says so."""
    return SquareSchema() if os.environ.get("SCHEMAS") else None


@pytest.fixture
async def inbox() -> AsyncIterator[Inbox]:
    inbox = Inbox()
    app = web.Application()
    app.router.add_post("/webhooks/square", inbox.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    inbox.url = f"http://127.0.0.1:{runner.addresses[0][1]}/webhooks/square"
    yield inbox
    await runner.cleanup()


@pytest.fixture
async def local(clock: Hands, inbox: Inbox) -> AsyncIterator[LocalSquare]:
    async with LocalSquare(
        access_token=TOKEN,
        clock=clock,
        signature_key=KEY,
        notification_url=inbox.url,
        location_id=LOCATION,
    ) as local:
        yield local


@pytest.fixture
async def ask(local: LocalSquare, schema: SquareSchema | None) -> AsyncIterator[Asking]:
    ask = Asking(local.url, schema)
    yield ask
    await ask.close()

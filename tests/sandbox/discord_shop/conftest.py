"""A local Discord with its shop, a client, and an address for webhook events."""

import os
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from sandbox.discord_shop import LocalShop
from sandbox.discord_wire import WireDiscord, default_world
from sandbox.discord_wire.state import Exchange
from sandbox.discord_wire.world import BOT
from tests.conftest import Time
from tests.support.discord_schema import DiscordSchema

TOKEN = "sandbox-token"
APP = f"/applications/{BOT}"
ENTITLEMENTS = f"{APP}/entitlements"


@dataclass(slots=True, kw_only=True)
class Inbox:
    """An address that checks signatures as Discord wants it.

    Attributes:
        answers: What it answers to the next events, in place of 204.
        trusting: Whether it takes any signature.
        typed: Whether its answers have a content type.
    """

    verify_key: str = ""
    url: str = ""
    events: list[Any] = field(default_factory=list)
    stamps: list[int] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    pings: int = 0
    trusting: bool = False
    typed: bool = True

    def types(self) -> list[str]:
        return [each["event"]["type"] for each in self.events]

    async def handle(self, request: web.Request) -> web.Response:
        body, stamp = await request.read(), request.headers["X-Signature-Timestamp"]
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(self.verify_key))
        try:
            key.verify(bytes.fromhex(request.headers["X-Signature-Ed25519"]), stamp.encode() + body)
        except InvalidSignature:
            if not self.trusting:
                return web.Response(status=401)
        told = await request.json()
        if told["type"] == 0:
            self.pings += 1
        else:
            self.events.append(told)
            self.stamps.append(int(stamp))
        status = self.answers.pop(0) if self.answers and told["type"] else 204
        return web.Response(
            status=status, headers={"Content-Type": "application/json"} if self.typed else None
        )


class Asking:
    """The API; each answer is held against the published document, where it is at hand."""

    def __init__(self, local: WireDiscord, session: aiohttp.ClientSession) -> None:
        self._local = local
        self._session = session

    async def __call__(
        self, method: str, path: str, given: object = None, **query: str
    ) -> tuple[int, Any]:
        url = self._local.api_url + path
        async with self._session.request(method, url, json=given, params=query) as answer:
            return answer.status, None if answer.status == 204 else await answer.json()

    async def listed(self, **query: str) -> list[str]:
        """The ids of the entitlements that are found."""
        status, found = await self("GET", ENTITLEMENTS, **query)
        assert status == 200, found
        return [each["id"] for each in found]


@pytest.fixture(scope="session")
def schema() -> DiscordSchema | None:
    """None where the document is not at hand."""
    return DiscordSchema() if os.environ.get("SCHEMAS") else None


@pytest.fixture
async def local(clock: Time, schema: DiscordSchema | None) -> AsyncIterator[WireDiscord]:
    async with WireDiscord(
        default_world(), token=TOKEN, clock=clock, keep_exchanges=True, retry_pauses=(0.01,) * 3
    ) as running:
        yield running
        said: list[Exchange] = running.state.exchanges or []
        assert schema is None or schema.violations(each for each in said if each.status < 400) == []


@pytest.fixture
def shop(local: WireDiscord) -> LocalShop:
    return local.shop


@pytest.fixture
async def ask(local: WireDiscord) -> AsyncIterator[Asking]:
    async with aiohttp.ClientSession(headers={"Authorization": f"Bot {TOKEN}"}) as session:
        yield Asking(local, session)


@pytest.fixture
async def inbox(shop: LocalShop) -> AsyncIterator[Inbox]:
    inbox = Inbox(verify_key=shop.verify_key)
    app = web.Application()
    app.router.add_post("/webhooks/discord", inbox.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    inbox.url = f"http://127.0.0.1:{runner.addresses[0][1]}/webhooks/discord"
    yield inbox
    await runner.cleanup()

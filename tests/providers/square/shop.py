"""A shop whose provider is the local Square, behind a proxy that has the public address."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import aiohttp
from aiohttp import web

from app.core import Services
from payments.domain.values.payment import Payment
from payments.infra.outbound import Outbound, Policy
from payments.providers.square import SQUARE_KIND
from payments.providers.square.provider import SquareProvider
from payments.providers.square.webhook import HEADER
from sandbox.square import LocalSquare
from tests.conftest import Time
from tests.support.provider_shop import ProviderShop, core_over, opened_web, session_of

TOKEN: Final = "EAAA-token"
SIGNATURE_KEY: Final = "signature-key"
CURRENCY: Final = "EUR"


@dataclass(slots=True, kw_only=True)
class Proxy:
    """What stands at the public address, and hands everything on as plain HTTP.

    Attributes:
        url: The public address.
        target: Where it hands on.
    """

    url: str = ""
    target: str = ""

    async def handle(self, request: web.Request) -> web.Response:
        kept = {"Content-Type", HEADER}
        headers = {name: each for name, each in request.headers.items() if name in kept}
        body, url = await request.read(), f"{self.target}{request.path}"
        async with (
            aiohttp.ClientSession() as http,
            http.post(url, data=body, headers=headers) as answer,
        ):
            answered = await answer.read()
            kind = answer.content_type
            return web.Response(status=answer.status, body=answered, content_type=kind)


@asynccontextmanager
async def opened_proxy() -> AsyncIterator[Proxy]:
    proxy = Proxy(target="http://127.0.0.1:9")
    app = web.Application()
    app.router.add_post("/{path:.*}", proxy.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    proxy.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield proxy
    finally:
        await runner.cleanup()


@asynccontextmanager
async def opened_square(proxy: Proxy, clock: Time, **changes: Any) -> AsyncIterator[LocalSquare]:
    """The local Square, which sends its messages to the public address."""
    usual: dict[str, Any] = {
        "access_token": TOKEN,
        "clock": clock,
        "signature_key": SIGNATURE_KEY,
        "notification_url": f"{proxy.url}/webhooks/square",
        "currency": CURRENCY,
        "seed": 1,
        "retry_pauses": (),
    }
    async with LocalSquare(**usual | changes) as local:
        yield local


@dataclass(kw_only=True)
class SquareShop(ProviderShop):
    """One purchase of 500 points for 4.99 by Square."""

    square: LocalSquare
    proxy: Proxy

    @property
    def local(self) -> LocalSquare:
        return self.square

    async def paid(self) -> Payment:
        """A purchase that was paid and credited."""
        bought = await self.buy()
        await self.square.pay(order_of(bought))
        await self.settle()
        return await self.now(bought)


def order_of(payment: Payment) -> str:
    """Square's id of what is bought."""
    return session_of(payment)


def core_of(
    local: LocalSquare, proxy: Proxy, database_url: str, clock: Time, **changes: Any
) -> AbstractAsyncContextManager[Services]:
    """The core of the program, at the local Square."""
    usual: dict[str, Any] = {
        "square_access_token": TOKEN,
        "square_location_id": local.location_id,
        "square_currency": CURRENCY,
        "square_webhook_signature_key": f"old,{SIGNATURE_KEY}",
        "square_api_url": local.url,
        "public_url": proxy.url,
    }
    return core_over(SQUARE_KIND, database_url, clock, **(usual | changes))


ShopT = TypeVar("ShopT", bound=SquareShop)


@asynccontextmanager
async def opened_shop(
    core: Services, local: LocalSquare, proxy: Proxy, clock: Time, kind: type[ShopT]
) -> AsyncIterator[ShopT]:
    """The shop with its web face; at the end its books are checked."""
    async with opened_web(core, clock) as url, aiohttp.ClientSession() as http:
        proxy.target = url
        yield kind(core=core, square=local, proxy=proxy, clock=clock, url=url, http=http)


def provider_of(local: LocalSquare, clock: Time, **changes: Any) -> SquareProvider:
    """Square as the program makes it, at the local one; nothing waits for long."""
    usual: dict[str, Any] = {
        "access_token": TOKEN,
        "location": local.location_id,
        "currency": CURRENCY,
        "address": "https://bank.example/webhooks/square",
        "signature_keys": ["old", SIGNATURE_KEY],
        "outbound": Outbound(Policy(first_pause_seconds=0.001, longest_pause_seconds=0.002)),
        "api_url": local.url,
        "clock": clock,
    }
    return SquareProvider(**usual | changes)

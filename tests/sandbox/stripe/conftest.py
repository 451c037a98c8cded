"""A local Stripe, its client, its clock and an endpoint for its webhooks."""

from collections.abc import AsyncIterator

import pytest
import stripe
from aiohttp import web

from payments.domain.values.time import SECOND, Instant
from sandbox.stripe import LocalStripe
from tests.sandbox.stripe.asking import KEY, Send, sender
from tests.sandbox.stripe.inbox import SECRET, WebhookInbox

__all__ = ["KEY"]


class Hands:
    """A clock that moves only when told."""

    def __init__(self) -> None:
        self.seconds = 1_800_000_000

    def __call__(self) -> Instant:
        return Instant(self.seconds * SECOND)

    def move(self, seconds: int) -> None:
        self.seconds += seconds


@pytest.fixture
def clock() -> Hands:
    return Hands()


@pytest.fixture
async def inbox() -> AsyncIterator[WebhookInbox]:
    inbox = WebhookInbox()
    inbox.gate.set()
    app = web.Application()
    app.router.add_post("/webhooks/stripe", inbox.handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    inbox.url = f"http://127.0.0.1:{runner.addresses[0][1]}/webhooks/stripe"
    yield inbox
    await runner.cleanup()


@pytest.fixture
async def local(clock: Hands, inbox: WebhookInbox) -> AsyncIterator[LocalStripe]:
    endpoints = [(inbox.url, SECRET, ())]
    async with LocalStripe(secret_key=KEY, clock=clock, webhook_endpoints=endpoints) as local:
        yield local


@pytest.fixture
async def client(local: LocalStripe) -> AsyncIterator[stripe.StripeClient]:
    http = stripe.AIOHTTPClient()
    yield stripe.StripeClient(
        KEY, base_addresses={"api": local.url}, http_client=http, max_network_retries=0
    )
    await http.close_async()  # type: ignore[no-untyped-call]  # untyped in the SDK


@pytest.fixture
def send(local: LocalStripe) -> Send:
    return sender(local.url)

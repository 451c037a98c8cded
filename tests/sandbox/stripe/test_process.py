"""The local Stripe as a process, and with many checkouts."""

import asyncio
import json
import signal
import sys

import pytest
import stripe
from aiohttp import ClientSession

from sandbox.stripe import LocalStripe
from tests.sandbox.stripe.buying import open_session
from tests.sandbox.stripe.conftest import KEY
from tests.sandbox.stripe.inbox import SECRET, WebhookInbox

MANY = 150
"""More than a client of aiohttp has connections: some of them wait for others."""


async def test_it_runs_as_a_process(inbox: WebhookInbox) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "sandbox.stripe", "--secret-key", KEY),
        *("--webhook", f"{inbox.url}={SECRET}"),
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    ready = json.loads(await process.stdout.readline())
    assert ready["webhook_endpoints"] == [{"url": inbox.url, "secret": SECRET}]
    http = stripe.AIOHTTPClient()
    client = stripe.StripeClient(KEY, base_addresses={"api": ready["url"]}, http_client=http)
    session = await open_session(client)
    async with ClientSession() as remote:
        await remote.post(f"{ready['url']}/control/expire", data={"id": session.id})
    await inbox.arrived.wait()
    assert inbox.types() == ["checkout.session.expired"]
    await http.close_async()  # type: ignore[no-untyped-call]  # untyped in the SDK
    process.send_signal(signal.SIGTERM)
    assert await process.wait() == 0


async def test_many_checkouts_are_paid_side_by_side(
    client: stripe.StripeClient, local: LocalStripe, inbox: WebhookInbox
) -> None:
    sessions = await asyncio.gather(*(open_session(client) for _ in range(MANY)))
    await asyncio.gather(*(local.pay(session.id) for session in sessions))
    await local.drain()
    paid = {each["id"] for each in inbox.of("checkout.session.completed")}
    assert paid == {session.id for session in sessions}
    assert len(inbox.events) == 5 * MANY
    assert not (await client.v1.events.list_async({"delivery_success": False})).data


async def test_a_seed_makes_the_same_ids() -> None:
    first, second = (LocalStripe(secret_key=KEY, seed=7) for _ in range(2))
    assert first.state.account == second.state.account
    assert first.state.account != LocalStripe(secret_key=KEY).state.account


async def test_it_cannot_send_before_it_was_started(inbox: WebhookInbox) -> None:
    local = LocalStripe(secret_key=KEY, webhook_endpoints=[(inbox.url, SECRET, ())])
    with pytest.raises(RuntimeError, match="not started"):
        local.forge("refund.created", {"id": "re_1"})

"""The peer: dj-stripe's own webhook view, behind gunicorn, on the same PostgreSQL.

It does something else than ours. For each event it writes what arrived, the event, the checkout and
its payment intent as objects of Stripe, and asks Stripe for the last two within its transaction; it
keeps no points, no books, no messages. Stripe is here a server that answers at once. All by its
settings alone; it lives in an environment of its own, which `make peer` makes.
"""

import asyncio
import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncpg

from benchmarks.bodies import SECRET, Bought, event_body, signature
from benchmarks.databases import fresh
from benchmarks.goals import WrongError
from benchmarks.load import Load, post_all, request
from benchmarks.processes import free_port
from benchmarks.vendor import answering

ENVIRONMENT = Path(__file__).parents[1] / ".venv-peer" / "bin"
THREADS = 16
"""Requests under way at once, each with a connection of its own."""

ENDPOINT = "01a1fca5-0000-7000-8000-000000000000"
PATH = f"/webhook/{ENDPOINT}/"
ACCOUNT = {"id": "acct_benchmark", "object": "account", "settings": {}, "livemode": False}
PREPARE = f"""
from django.conf import settings
from djstripe.models import Account, WebhookEndpoint
Account.get_or_retrieve_for_api_key(settings.STRIPE_TEST_SECRET_KEY)
WebhookEndpoint.objects.create(
    id="we_benchmark", url="http://localhost/", secret="{SECRET}", enabled_events=["*"],
    status="enabled", livemode=False, djstripe_uuid="{ENDPOINT}",
)
"""


def installed() -> bool:
    """Whether there is a peer."""
    return (ENVIRONMENT / "gunicorn").exists()


def objects_of(payments: list[Bought]) -> dict[str, dict[str, Any]]:
    """What Stripe says of each object, by its address."""
    found: dict[str, dict[str, Any]] = {
        "/v1/account": ACCOUNT,
        "/v1/accounts/acct_benchmark": ACCOUNT,
    }
    for each in payments:
        session = json.loads(event_body(each))["data"]["object"]
        intent = {
            "id": session["payment_intent"],
            "object": "payment_intent",
            "amount": session["amount_total"],
            "currency": session["currency"],
            "status": "succeeded",
            "capture_method": "automatic",
            "confirmation_method": "automatic",
            "created": 1_780_000_000,
            "livemode": False,
            "metadata": {},
            "payment_method_types": ["card"],
        }
        found[f"/v1/checkout/sessions/{session['id']}"] = session
        found[f"/v1/payment_intents/{intent['id']}"] = intent
    return found


@asynccontextmanager
async def stripe_of(payments: list[Bought]) -> AsyncIterator[str]:
    """A Stripe that knows these payments; its address."""
    async with answering() as vendor:
        vendor.answers.update(objects_of(payments))
        yield vendor.url


@asynccontextmanager
async def serving(url: str, payments: list[Bought]) -> AsyncIterator[int]:
    """The peer on this empty database, for as long as the context lasts; its port."""
    async with stripe_of(payments) as stripe:
        environment = {
            **os.environ,
            "DATABASE_URL": url,
            "STRIPE_API_URL": stripe,
            "DJANGO_SETTINGS_MODULE": "benchmarks.peer_settings",
            "PYTHONPATH": str(Path(__file__).parents[1]),
        }
        await _run(environment, "-m", "django", "migrate", "--run-syncdb", "--verbosity", "0")
        await _run(environment, "-m", "django", "shell", "--verbosity", "0", "--command", PREPARE)
        port = free_port()
        process = await asyncio.create_subprocess_exec(
            ENVIRONMENT / "gunicorn",
            *("--bind", f"127.0.0.1:{port}", "--workers", "1", "--threads", str(THREADS)),
            *(
                "--worker-class",
                "gthread",
                "--keep-alive",
                "60",
                "--log-level",
                "critical",
                "--no-control-socket",
            ),
            "django.core.wsgi:get_wsgi_application()",
            env=environment,
        )
        try:
            await _listening(port)
            yield port
        finally:
            process.terminate()
            await process.wait()


async def _run(environment: dict[str, str], *arguments: str) -> None:
    process = await asyncio.create_subprocess_exec(
        ENVIRONMENT / "python", "-W", "ignore", *arguments, env=environment
    )
    if await process.wait():
        raise WrongError(f"The peer could not be prepared: {' '.join(arguments[:3])}.")


async def _listening(port: int) -> None:
    async with asyncio.timeout(60):
        while True:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.05)
            else:
                writer.close()
                return


async def one_round(payments: list[Bought], clients: int) -> Load:
    """Post all of them to a fresh one."""
    bodies = [event_body(each) for each in payments]
    async with fresh("postgresql") as url, serving(url, payments) as port:
        requests = [request(PATH, body, signature(body)) for body in bodies]
        load = await post_all([port], requests, clients=clients)
        await check(url, len(payments), load)
    return load


async def check(url: str, count: int, load: Load) -> None:
    """Each event must have been taken, processed and kept."""
    connection = await asyncpg.connect(url)
    kept = "SELECT count(*) FROM djstripe_webhookeventtrigger WHERE processed"
    paid = "SELECT count(*) FROM djstripe_session WHERE payment_intent_id IS NOT NULL"
    counts = [await connection.fetchval(query) for query in (kept, paid)]
    await connection.close()
    if load.refused or counts != [count, count]:
        raise WrongError(f"{load.refused} refused by the peer; {counts} of {count} kept")

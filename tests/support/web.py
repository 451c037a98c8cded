"""The real web face over a real store, on a port of its own."""

import contextlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from itertools import count
from typing import Any

import aiohttp
import pytest
import stripe
from prometheus_client import CollectorRegistry
from sqlalchemy import func, select

from payments.commands.base import SYSTEM
from payments.commands.payments.buy import OpenCheckout
from payments.domain.values.ids import PaymentId
from payments.domain.values.provider_updates import CheckoutStatus, MoneyStatus
from payments.domain.values.time import to_seconds
from payments.infra.outbound import Outbound
from payments.providers.stripe.provider import StripeProvider
from payments.runner.runner import Runner
from payments.services.health import Health, usual_checks
from payments.services.inbox import Inbox
from payments.services.program_orders import ProgramOrders
from payments.services.ways import Ways
from payments.store import tables
from payments.store.engine.database import Database
from payments.store.queries import Queries
from tests.conftest import Time
from tests.support.commands import put_up
from tests.support.databases import all_migrations
from tests.support.make import ADA, GUILD, START, checkout_update, initiate, key, package
from tests.support.selling import sellers_of, sold_everywhere
from webhooks.app import create_app, load_templates
from webhooks.keys import Parts, webhooks_of
from webhooks.metrics import WebMetrics
from webhooks.server.server import WebServer

SECRET = "whsec_of_today"
OLD_SECRET = "whsec_of_yesterday"
VERSION = "2026-10-28.endive"
PAYMENT = "0199a3c4-0000-7000-8000-000000000001"

_ids = count(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Web:
    """The web face as tests use it."""

    url: str
    session: aiohttp.ClientSession
    registry: CollectorRegistry
    clock: Time

    async def post(
        self,
        body: bytes | str,
        *,
        signature: str | None = None,
        headers: dict[str, str] | None = None,
    ) -> int:
        """Post a body to the webhook door; signed as Stripe does, unless told otherwise."""
        data = body.encode() if isinstance(body, str) else body
        sent = {"Stripe-Signature": signature or sign(data, self.clock), **(headers or {})}
        url = f"{self.url}/webhooks/stripe"
        async with self.session.post(url, data=data, headers=sent) as answer:
            return answer.status

    async def get(self, path: str) -> tuple[int, str, Any]:
        """Status, text and headers of a page; redirections are not followed."""
        async with self.session.get(f"{self.url}{path}", allow_redirects=False) as answer:
            return answer.status, await answer.text(), answer.headers

    def rejected(self, reason: str) -> float:
        """How many requests were rejected for a reason."""
        name, labels = "guildbank_webhook_rejected_total", {"provider": "stripe", "reason": reason}
        return self.registry.get_sample_value(name, labels) or 0.0


def sign(body: bytes, clock: Time, secret: str = SECRET, *, seconds: int = 0) -> str:
    """The header with which Stripe signs a body, a number of seconds from now."""
    at = to_seconds(clock()) + seconds
    signed = stripe.WebhookSignature._compute_signature(f"{at}.{body.decode()}", secret)
    return f"t={at},v1={signed}"


def session_object(
    payment: str = PAYMENT, *, installation: str | None = None, **changes: Any
) -> dict[str, Any]:
    """A Checkout Session as Stripe sends it; by default a paid one.

    Without an installation it is as of a payment that was begun before installations had ids.
    """
    ours = {} if installation is None else {"guildbank_installation": installation}
    return {
        "id": f"cs_{payment}",
        "object": "checkout.session",
        "amount_subtotal": 499,
        "amount_total": 499,
        "client_reference_id": payment,
        "currency": "eur",
        "expires_at": 1_890_000_000,
        "livemode": False,
        "metadata": {
            "guildbank_payment": payment,
            "guildbank_guild": str(GUILD),
            "guildbank_member": str(ADA),
            "guildbank_package": package().id,
            **ours,
        },
        "mode": "payment",
        "payment_intent": f"pi_{payment}",
        "payment_status": "paid",
        "status": "complete",
        "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
    } | changes


def event_body(
    kind: str = "checkout.session.completed",
    *,
    id: str = "evt_1",  # noqa: A002 - Stripe calls it so
    session: dict[str, Any] | None = None,
    **changes: Any,
) -> str:
    """An event as Stripe sends it."""
    event = {
        "id": id,
        "object": "event",
        "api_version": VERSION,
        "created": 1_790_000_000,
        "data": {"object": session or session_object()},
        "livemode": False,
        "pending_webhooks": 1,
        "request": {"id": None, "idempotency_key": None},
        "type": kind,
    } | changes
    return json.dumps(event)


@pytest.fixture
def provider() -> StripeProvider:
    """Never called out in these tests."""
    return StripeProvider(
        secret_key="sk_test_1", webhook_secrets=[SECRET, OLD_SECRET], outbound=Outbound()
    )


@pytest.fixture
def inbox(runner: Runner, queries: Queries, provider: StripeProvider, clock: Time) -> Inbox:
    return Inbox(runner=runner, queries=queries, providers={"stripe": provider}, clock=clock)


@pytest.fixture
def parts(
    runner: Runner, queries: Queries, provider: StripeProvider, inbox: Inbox, clock: Time
) -> Parts:
    """What the web face is made of."""
    return Parts(
        webhooks=webhooks_of([provider]),
        inbox=inbox,
        program_orders=ProgramOrders(
            runner=runner, queries=queries, clock=clock, new_id=lambda: f"id-{next(_ids)}"
        ),
        queries=queries,
        outbound=Outbound(),
        health=Health(
            usual_checks(
                queries=queries,
                migrations=all_migrations(),
                providers={},
                outbound=Outbound(),
                clock=clock,
            )
        ),
        clock=clock,
        metrics=WebMetrics(CollectorRegistry()),
        trusted_proxies=(),
        templates=load_templates(),
        ways=Ways(
            runner=runner,
            queries=queries,
            sellers=sellers_of({"stripe": provider}, queries=queries),
            clock=clock,
            new_id=lambda: f"id-{next(_ids)}",
            public_url="https://bank.example",
            is_away=lambda _: False,
            check_sells_in=sold_everywhere,
        ),
    )


@contextlib.asynccontextmanager
async def serve(parts: Parts, clock: Time) -> AsyncIterator[Web]:
    """The web face, made of these parts."""
    server = WebServer(create_app(parts), host="127.0.0.1", port=0)
    await server.start()
    try:
        async with aiohttp.ClientSession() as session:
            url = f"http://127.0.0.1:{server.port}"
            registry = parts.metrics.registry
            yield Web(url=url, session=session, registry=registry, clock=clock)
    finally:
        await server.close()


@pytest.fixture
async def web(parts: Parts, clock: Time) -> AsyncIterator[Web]:
    async with serve(parts, clock) as running:
        yield running


async def begin(runner: Runner, payment: str = PAYMENT, **changes: Any) -> None:
    """A payment was begun, and its checkout opened."""
    await runner.run(initiate(payment))
    update = checkout_update(payment, status=CheckoutStatus.OPEN, money=MoneyStatus.UNPAID)
    await runner.run(
        OpenCheckout(
            key=key(),
            at=initiate(payment).at,
            actor=SYSTEM,
            guild=GUILD,
            payment=PaymentId(payment),
            url=f"https://checkout.example/{payment}",
            update=update,
            **changes,
        )
    )


@pytest.fixture
async def open_payment(runner: Runner) -> str:
    """A payment whose checkout is open."""
    await put_up(runner)
    await begin(runner)
    return PAYMENT


async def points(queries: Queries) -> int:
    return (await queries.balance(GUILD, ADA, START)).points


async def kept(database: Database) -> int:
    query = select(func.count()).select_from(tables.provider_events)
    return await database.transact(lambda c: int(c.execute(query).scalar_one()))


BELOW = f"https://shop.example/below/pay/{PAYMENT}"

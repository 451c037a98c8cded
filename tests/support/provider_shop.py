"""A shop whose provider is a local one, and what the program knows of its purchase."""

import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final, Protocol

import aiohttp
from prometheus_client import CollectorRegistry
from sqlalchemy import Connection, select

from app.core import Services
from payments.domain.values.payment import Payment
from payments.domain.values.payment_state import PaymentState
from payments.infra.encryption import new_key
from payments.infra.outbound import Outbound, Policy
from payments.notifications.routing import PROVIDER_QUEUE
from payments.providers.kind import ProviderKind
from payments.providers.settings import load_settings
from payments.services.health import Health
from payments.services.refund_sending import Refunded
from payments.store.tables import events
from payments.store.verify.verify import verify
from tests.conftest import Time
from tests.support.databases import all_migrations
from tests.support.make import ADA, BEN, GUILD, euros, key, package
from tests.support.sending import deliver_all
from webhooks.app import create_app, load_templates
from webhooks.keys import Parts, webhooks_of
from webhooks.metrics import WebMetrics
from webhooks.server.server import WebServer

KEY: Final = new_key()


class Sends(Protocol):
    """A local provider that sends messages."""

    async def drain(self) -> None:
        """Wait until all of them were answered."""
        ...


@dataclass(kw_only=True)
class ProviderShop:
    """One purchase of 500 points for 4.99, and who sells it."""

    core: Services
    clock: Time
    url: str = ""
    http: aiohttp.ClientSession

    @property
    def local(self) -> Sends:
        """Who takes the money."""
        raise NotImplementedError

    async def buy(self) -> Payment:
        """Ada begins a purchase."""
        return await self.core.buying.buy(key=key(), guild=GUILD, member=ADA, package=package().id)

    async def settle(self) -> None:
        """Let all that was sent be applied, and what follows be called."""
        for _ in range(3):
            await self.local.drain()
            while await self.core.inbox.retry_due():
                pass
            await deliver_all(self.core.workers[PROVIDER_QUEUE])

    async def now(self, payment: Payment) -> Payment:
        """A payment as it is now."""
        found = await self.core.queries.payment(payment.id)
        assert found is not None
        return found

    async def state(self, payment: Payment) -> PaymentState:
        return (await self.now(payment)).state

    async def points(self) -> int:
        return (await self.core.queries.balance(GUILD, ADA, self.clock())).points

    async def refund(self, payment: Payment, minor: int, **changes: Any) -> Refunded:
        """Ben gives some of it back."""
        return await self.core.refunding.ask(
            key=key(),
            guild=GUILD,
            moderator=BEN,
            payment=payment.id,
            amount=euros(minor),
            **changes,
        )

    async def reconcile(self) -> tuple[str, ...]:
        """All that is open is looked up; returns what went wrong."""
        report = await self.core.reconciliation.reconcile()
        await self.settle()
        return tuple(report.failed)

    async def told(self, name: str) -> int:
        """How often something was told."""
        query = select(events.c.event_id).where(events.c.name == name)
        return await self.core.database.transact(lambda c: len(c.execute(query).all()))

    async def visit(self, path: str) -> tuple[int, str]:
        """A page of ours, as the buyer's browser gets it."""
        async with self.http.get(f"{self.url}{path}", allow_redirects=False) as answer:
            return answer.status, await answer.text()


def session_of(payment: Payment) -> str:
    """The provider's id of what is bought."""
    assert payment.session is not None
    return payment.session


_numbers = itertools.count(1)


def _new_id() -> str:
    return f"01890000-0000-7000-8000-{next(_numbers):012d}"


@asynccontextmanager
async def core_over(
    kind: ProviderKind,
    database_url: str,
    clock: Time,
    *,
    others: tuple[ProviderKind, ...] = (),
    **settings: Any,
) -> AsyncIterator[Services]:
    """The core of the program with one provider, and perhaps others before it."""
    kinds = (*others, kind)
    usual: dict[str, Any] = {
        "_env_file": None,
        "discord_token": "token",
        "payment_providers": ",".join(each.name for each in kinds),
        "database_url": database_url,
        "public_url": "https://bank.example",
        "guild_ids": str(GUILD),
        "encryption_keys": KEY,
    }
    core = Services(
        load_settings((), kinds=kinds, **(usual | settings)),
        clock=clock,
        new_id=_new_id,
        migrations=all_migrations(),
        wake=lambda: None,
        kinds=kinds,
    )
    core.outbound.policy = Policy(first_pause_seconds=0.001, longest_pause_seconds=0.002)
    core.runner.start()
    try:
        yield core
    finally:
        await core.close()


@asynccontextmanager
async def opened_web(core: Services, clock: Time) -> AsyncIterator[str]:
    """The web face, at the address that is given; at the end the books are checked."""
    parts = Parts(
        webhooks=webhooks_of(core.providers.values()),
        inbox=core.inbox,
        program_orders=core.program_orders,
        queries=core.queries,
        outbound=Outbound(),
        health=Health({}),
        clock=clock,
        metrics=WebMetrics(CollectorRegistry()),
        trusted_proxies=(),
        templates=load_templates(),
        ways=core.ways,
        came_back=core.returning.came_back,
        mail=core.mail,
    )
    server = WebServer(create_app(parts), host="127.0.0.1", port=0)
    await server.start()
    url = f"http://127.0.0.1:{server.port}"
    try:
        yield url
    finally:
        await server.close()

    def faults(connection: Connection) -> list[Any]:
        return list(verify(connection))

    assert await core.database.transact(faults) == []

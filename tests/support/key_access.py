"""A shop after a change of its key."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass

from prometheus_client import CollectorRegistry
from sqlalchemy import select

from payments.domain.values.time import HOUR
from payments.infra.outbound import Policy
from payments.providers.stripe.inspection import NEEDED
from payments.providers.stripe.provider import StripeProvider
from payments.services.health import Health
from payments.services.inbox import Inbox
from payments.services.provider_access import AccessRefusals, ProviderAccess
from payments.store import tables
from payments.store.engine.database import Alone
from sandbox.stripe.api.permissions import permission_for
from tests.support.shop import Shop

QUICK = Policy(first_pause_seconds=0.001, longest_pause_seconds=0.002)
KEY = "rk_test_guildbank"
ALL = [permission_for(each.method.upper(), each.path) for each in NEEDED]
UNKNOWN = "Stripe refuses STRIPE_SECRET_KEY: it is unknown, expired or revoked."
NO_DISPUTES = "STRIPE_SECRET_KEY lacks the permission Disputes (read)."


@dataclass(kw_only=True)
class Watched:
    """The paid shop after a change of its key."""

    shop: Shop
    inbox: Inbox
    access: ProviderAccess
    refusals: AccessRefusals
    provider: StripeProvider
    registry: CollectorRegistry
    health: Health

    def let(self, *permissions: str) -> None:
        """What Stripe lets the key do from now on."""
        self.shop.stripe.add_restricted_key(KEY, permissions)

    async def waiting(self) -> tuple[str, int]:
        """What became of the message about the dispute, and how many tries it has used."""
        table = tables.provider_events
        query = select(table).where(table.c.kind == "charge.dispute.created")
        row = await self.shop.database.transact(lambda c: c.execute(query).mappings().one())
        return row["status"], row["attempts"]

    async def trouble(self) -> str | None:
        return (await self.shop.queries.provider_state("stripe", livemode=False)).trouble

    async def dispute(self) -> None:
        """A dispute is opened, and told once."""
        self.shop.stripe.plan("never", "charge.dispute.funds_withdrawn", times=None)
        await self.shop.stripe.open_dispute(self.shop.session)
        await self.shop.stripe.drain()

    async def pass_days(self, days: int) -> None:
        for _ in range(days * 24):
            self.shop.clock.pass_(HOUR)
            await self.inbox.retry_due()


def no_change(watched: Watched) -> None:
    """Stripe does not know the key."""


def no_disputes(watched: Watched) -> None:
    watched.let(*(each for each in ALL if each != "dispute_read"))


async def first_look(watched: Watched, alone: Alone) -> None:
    """Run until the first look is over."""
    over = asyncio.Event()

    @contextlib.asynccontextmanager
    async def noted(what: str) -> AsyncIterator[bool]:
        async with alone(what) as mine:
            yield mine
        over.set()

    running = asyncio.create_task(watched.access.run(noted))
    try:
        async with asyncio.timeout(30):
            await over.wait()
    finally:
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running
